public import Metrics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes the result folder of one run while it runs.
///
/// The calls come one after another, from one serial queue: `begin` once, `append` once an interval, `finish` once. An
/// interval costs one write and one sync for each of two growing files, and a rewrite of the four others.
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
    private var log: AppendedFile?
    private var blocks: AppendedFile?
    private var buffer = CSVBuffer()
    /// Whether the tables that are rewritten hold all of the totals.
    private var areTablesCurrent = false

    private init(path: String) {
        self.path = path
        totals = RunTotals(names: ScopeNames(stages: []))
    }

    /// Makes a new folder in this one, which is made as well where it is missing, and turns the link `latest` there to it.
    /// Nothing that exists is touched but the link.
    public static func create(
        in results: String, name: String, startedAt: WallTime
    ) throws(ResultError) -> ResultFolder {
        try System.makeFolders(results)
        let folder = try createFree("\(name)-\(startedAt.compact)", in: results)
        try System.replaceLink("\(results)/latest", to: folder)
        return ResultFolder(path: "\(results)/\(folder)")
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
        log = try AppendedFile(
            path: "\(path)/\(ResultFile.log.rawValue)", first: HistogramLog.head(startedAt: description.startedAt))
        if description.experiment != nil { try beginExperiment() }
        try replaceJUnit()
        try replaceWholeFiles()
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
        areTablesCurrent = false
        var failure: ResultError?
        note(&failure) { () throws(ResultError) in try intervals?.append(rows(interval.intervalRows)) }
        note(&failure) { () throws(ResultError) in try system?.append(rows([interval.systemRow])) }
        note(&failure) { () throws(ResultError) in try log?.append(HistogramLog.lines(interval, since: began)) }
        note(&failure) { () throws(ResultError) in try replaceWholeFiles() }
        if let failure { throw failure }
    }

    /// Writes the last state of the files; the description is the run's final one.
    public func finish(_ description: RunDescription) throws(ResultError) {
        self.description = description
        var failure: ResultError?
        for file in growing { note(&failure) { () throws(ResultError) in try file.flush() } }
        note(&failure) { () throws(ResultError) in try replaceJUnit() }
        note(&failure) { () throws(ResultError) in try replaceWholeFiles() }
        if let failure { throw failure }
    }

    private var growing: [AppendedFile] { [intervals, system, log, blocks].compactMap(\.self) }

    /// Whether every row is on disk that should be.
    public var isComplete: Bool {
        areTablesCurrent && growing.allSatisfy { $0.waiting.isEmpty && $0.lost == 0 }
    }

    /// Goes on whatever fails; the first error is kept.
    private func note(_ failure: inout ResultError?, _ step: () throws(ResultError) -> Void) {
        do throws(ResultError) { try step() } catch { failure = failure ?? error }
    }

    private func replaceWholeFiles() throws(ResultError) {
        if !areTablesCurrent { try replaceTables() }
        try replaceDescription()
        try System.syncFolder(path)
    }

    private func replaceTables() throws(ResultError) {
        try replace(.summary, with: totals.summaryFile())
        try replace(.failures, with: totals.failuresFile())
        try totals.replaceHistogram(in: path, through: &buffer)
        areTablesCurrent = true
    }

    private func replaceDescription() throws(ResultError) {
        guard var description else { return }
        description.durationSeconds = seconds(totals.end)
        description.saturation = RunDescription.Saturation(
            totals.marks, stages: totals.names.stages, end: totals.end)
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
    case compare = "compare.csv"
    case blocks = "blocks.csv"
    case junit = "junit.xml"
    case run = "run.json"
    case page = "report.html"

    /// Those that every run has and ``ResultFolder`` writes; the page is drawn from them, the others are an experiment's.
    public static let ofEveryRun: [ResultFile] = [
        .summary, .histogram, .intervals, .failures, .system, .log, .junit, .run,
    ]
}
