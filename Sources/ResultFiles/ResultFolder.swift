public import Metrics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes the result folder of one run while it runs.
///
/// The calls come one after another, from one serial queue: `begin` once, `append` once an interval, `finish` once. An
/// interval costs one write and one sync for each growing file that it adds to. What is replaced whole is so when there
/// is news in it that stands nowhere else; the tables that the growing files tell again, at most once a minute and in
/// a twentieth of the run's length, so that what is written does not grow with the square of it.
///
/// Unchecked: the serial queue of its only user guards all state.
public final class ResultFolder: @unchecked Sendable {
    /// `Results/<name>-<YYYYMMDDTHHMMSSZ>`, perhaps with `-2`, `-3` and so on.
    public let path: String
    /// All that was appended, also where writing it failed.
    public private(set) var totals: RunTotals

    private var description: RunDescription?
    private var intervals: AppendedFile?
    private var system: AppendedFile?
    private var marked: AppendedFile?
    private var log: AppendedFile?
    private var blocks: AppendedFile?
    private var buffer = CSVBuffer()
    /// The files that are to be replaced with the next interval.
    private var due: Set<ResultFile> = []
    /// When the tables were last, in nanoseconds since the first arrival.
    private var tablesMade: UInt64 = 0

    /// No sooner the tables are made again, nor before the run is longer by this share of itself.
    private static let leastPause: UInt64 = 60_000_000_000
    private static let pauseShare: UInt64 = 20

    /// What to know of how it was made.
    public let remark: String?

    private init(path: String, remark: String?) {
        (self.path, self.remark) = (path, remark)
        totals = RunTotals(names: ScopeNames(stages: []))
    }

    /// Makes a new folder in this one, which is made as well where it is missing, and turns the link `latest` there to it.
    /// Nothing that exists is touched but the link; where there is something else of that name it stays, and
    /// ``remark`` says so.
    public static func create(
        in results: String, name: String, startedAt: WallTime
    ) throws(ResultError) -> ResultFolder {
        try System.makeFolders(results)
        let folder = try createFree("\(name)-\(startedAt.compact)", in: results)
        var remark: String?
        do { try System.replaceLink("\(results)/latest", to: folder) } catch {
            remark = "\(results)/latest does not lead to this result: \(error)"
        }
        return ResultFolder(path: "\(results)/\(folder)", remark: remark)
    }

    /// Two runs that start in the same second find different names, because mkdir refuses what exists.
    private static func createFree(_ name: String, in results: String) throws(ResultError) -> String {
        var candidate = name
        var number = 1
        while true {
            do {
                try System.makeFolder("\(results)/\(candidate)")
                return candidate
            } catch let error where error.errno == EEXIST {
                number += 1
                candidate = "\(name)-\(number)"
            }
        }
    }

    /// Creates every file with its header. Before this nothing but the empty folder exists.
    public func begin(_ description: RunDescription, names: ScopeNames) throws(ResultError) {
        totals = RunTotals(names: names)
        self.description = description
        intervals = try AppendedFile(path: "\(path)/\(ResultFile.intervals.rawValue)", first: header(IntervalRow.self))
        system = try AppendedFile(path: "\(path)/\(ResultFile.system.rawValue)", first: header(SystemRow.self))
        marked = try logFile(.marked)
        log = try logFile(.log)
        if description.experiment != nil { try beginExperiment() }
        try replaceJUnit()
        try replaceDue(adding: [.summary, .histogram, .failures, .run])
    }

    private func logFile(_ file: ResultFile) throws(ResultError) -> AppendedFile {
        try AppendedFile(
            path: "\(path)/\(file.rawValue)", first: HistogramLog.head(file, startedAt: description?.startedAt ?? ""))
    }

    private func beginExperiment() throws(ResultError) {
        blocks = try AppendedFile(path: "\(path)/\(ResultFile.blocks.rawValue)", first: header(BlockRow.self))
        try replace([])
    }

    /// Adds a variant's part of a block of an experiment.
    public func append(_ leg: LegRecord) throws(ResultError) {
        try blocks?.append(rows([leg.row(totals.names)]))
    }

    /// Replaces `compare.csv`.
    public func replace(_ comparison: [CompareRow]) throws(ResultError) {
        try replace(.compare, with: header(CompareRow.self) + rows(comparison))
    }

    /// Adds an interval to the totals and to the files. When it throws, every file is as it was before or as it should be,
    /// never in between; the totals have the interval, and its rows wait in memory for the next call.
    public func append(_ interval: IntervalRecord) throws(ResultError) {
        precondition(description != nil, "a folder is begun before anything is appended")
        let began = totals.end
        totals.merge(interval)
        var failure: ResultError?
        note(&failure) { () throws(ResultError) in try intervals?.append(rows(interval.intervalRows)) }
        note(&failure) { () throws(ResultError) in try system?.append(rows([interval.systemRow])) }
        note(&failure) { () throws(ResultError) in
            let part = interval.marked.map { HistogramLog.lines($0, from: began, to: interval.end) }
            try marked?.append(part ?? [])
        }
        note(&failure) { () throws(ResultError) in
            try log?.append(HistogramLog.lines(interval.phases, from: began, to: interval.end))
        }
        note(&failure) { () throws(ResultError) in try replaceDue(adding: news(of: interval)) }
        if let failure { throw failure }
    }

    /// The files to be replaced after this interval: what failed, and why it was marked, stand nowhere else.
    private func news(of interval: IntervalRecord) -> Set<ResultFile> {
        var news: Set<ResultFile> = []
        if !interval.failures.entries.isEmpty { news.insert(.failures) }
        if !interval.marks.isEmpty { news.insert(.run) }
        if interval.end >= tablesMade + max(Self.leastPause, interval.end / Self.pauseShare) {
            news.formUnion([.summary, .histogram, .run])
        }
        return news
    }

    /// Writes the last state of the files; the description is the run's final one.
    public func finish(_ description: RunDescription) throws(ResultError) {
        self.description = description
        var failure: ResultError?
        for file in growing { note(&failure) { () throws(ResultError) in try file.flush() } }
        note(&failure) { () throws(ResultError) in try replaceJUnit() }
        note(&failure) { () throws(ResultError) in try replaceDue(adding: [.summary, .histogram, .failures, .run]) }
        if let failure { throw failure }
    }

    private var growing: [AppendedFile] { [intervals, system, marked, log, blocks].compactMap(\.self) }

    /// Whether every row is on disk that should be.
    public var isComplete: Bool {
        due.isEmpty && growing.allSatisfy { $0.waiting.isEmpty && $0.lost == 0 }
    }

    /// Goes on whatever fails; the first error is kept.
    private func note(_ failure: inout ResultError?, _ step: () throws(ResultError) -> Void) {
        do throws(ResultError) { try step() } catch { failure = failure ?? error }
    }

    /// Those that cannot be replaced stay due; the folder is synced in any case, which tells when it is gone.
    private func replaceDue(adding news: Set<ResultFile>) throws(ResultError) {
        due.formUnion(news)
        if due.contains(.histogram) { tablesMade = totals.end }
        var failure: ResultError?
        for file in ResultFile.allCases where due.contains(file) {
            note(&failure) { () throws(ResultError) in
                try replace(file)
                due.remove(file)
            }
        }
        note(&failure) { () throws(ResultError) in try System.syncFolder(path) }
        guard let failure else { return }
        due.insert(.run)
        throw failure
    }

    private func replace(_ file: ResultFile) throws(ResultError) {
        switch file {
        case .summary: try replace(.summary, with: totals.summaryFile())
        case .failures: try replace(.failures, with: totals.failuresFile())
        case .histogram: try totals.replaceHistogram(in: path, through: &buffer)
        default: try replaceDescription()
        }
    }

    private func replaceDescription() throws(ResultError) {
        guard var description else { return }
        description.durationSeconds = seconds(totals.end)
        let delays = description.saturation.delays
        description.saturation = RunDescription.Saturation(
            totals.marks, stages: totals.names.stages, end: totals.end)
        description.saturation.delays = delays
        try replace(.run, with: description.json)
    }

    private func replaceJUnit() throws(ResultError) {
        guard var description else { return }
        description.durationSeconds = seconds(totals.end)
        try replace(.junit, with: Array(JUnit.text(of: description).utf8))
    }

    private func replace(_ file: ResultFile, with bytes: [UInt8]) throws(ResultError) {
        try ReplacedFile(folder: path, name: file.rawValue).replace(with: bytes)
    }

    private func header<Row: CSVRow>(_ type: Row.Type) -> [UInt8] {
        buffer.removeAll()
        buffer.header(Row.columns)
        return buffer.bytes
    }

    private func rows(_ rows: [some CSVRow]) -> [UInt8] {
        buffer.removeAll()
        for row in rows { row.write(to: &buffer) }
        return buffer.bytes
    }
}

/// The names of the files in a result folder.
public enum ResultFile: String, Sendable, CaseIterable {
    case summary = "summary.csv"
    case histogram = "histogram.csv"
    case intervals = "intervals.csv"
    case failures = "failures.csv"
    case system = "system.csv"
    case log = "latency.hlog"
    case marked = "marked.hlog"
    case compare = "compare.csv"
    case blocks = "blocks.csv"
    case junit = "junit.xml"
    case run = "run.json"
    case page = "report.html"

    /// Those that every run has and ``ResultFolder`` writes; the page is drawn from them, the others are an experiment's.
    public static let ofEveryRun: [ResultFile] = [
        .summary, .histogram, .intervals, .failures, .system, .log, .marked, .junit, .run,
    ]
}
