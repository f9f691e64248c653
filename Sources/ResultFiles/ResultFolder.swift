import Glibc
public import Metrics

/// The folder of one run. Files exist with their headers before the first login; interval files grow by whole rows and
/// are synced, the others are replaced whole. Nothing is ever overwritten.
///
/// To be used from one queue.
public final class ResultFolder {
    public let path: String
    public private(set) var totals: RunTotals
    private let intervals: AppendOnlyFile
    private let system: AppendOnlyFile

    /// Makes `<parent>/<name>-<stamp>`, or the same with `-2`, `-3` and so on, and points `<parent>/latest` to it.
    ///
    /// - Parameter stamp: `YYYYMMDDTHHMMSSZ`, UTC.
    /// - Throws: `ResultError` naming the path.
    public init(in parent: String, name: String, stamp: String, names: ScopeNames) throws(ResultError) {
        try Self.makeFolders(parent)
        let folder = try Self.makeUnique("\(name)-\(stamp)", in: parent)
        path = "\(parent)/\(folder)"
        totals = RunTotals(names: names)
        intervals = try AppendOnlyFile("\(path)/intervals.csv", header: Self.header(ResultTables.intervalColumns))
        system = try AppendOnlyFile("\(path)/system.csv", header: Self.header(ResultTables.systemColumns))
        try replaceTables()
        try Self.link(folder, in: parent)
    }

    /// Adds an interval: its rows are appended, the tables and `run.json` replaced.
    public func append(_ interval: IntervalRecord, description: RunDescription) throws(ResultError) {
        totals.add(interval)
        try intervals.append(ResultTables.interval(interval))
        try system.append(ResultTables.system(interval))
        try replaceTables()
        try write(description)
    }

    /// Replaces `run.json`.
    public func write(_ description: RunDescription) throws(ResultError) {
        try DurableFile.replace("\(path)/run.json", with: description.encoded())
    }

    private func replaceTables() throws(ResultError) {
        try DurableFile.replace("\(path)/summary.csv", with: ResultTables.summary(totals))
        try DurableFile.replace("\(path)/histogram.csv", with: ResultTables.histogram(totals))
        try DurableFile.replace("\(path)/failures.csv", with: ResultTables.failures(totals))
    }

    private static func header(_ columns: [String]) -> [UInt8] {
        var csv = CSVWriter()
        csv.header(columns)
        return csv.bytes
    }

    private static func makeFolders(_ path: String) throws(ResultError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made == "/" ? String(part) : "/\(part)"
            guard unsafe mkdir(made, 0o755) == 0 || errno == EEXIST else {
                throw ResultError(path: made, operation: "create")
            }
        }
    }

    private static func makeUnique(_ name: String, in parent: String) throws(ResultError) -> String {
        for attempt in 1...10_000 {
            let candidate = attempt == 1 ? name : "\(name)-\(attempt)"
            if unsafe mkdir("\(parent)/\(candidate)", 0o755) == 0 { return candidate }
            guard errno == EEXIST else { break }
        }
        throw ResultError(path: "\(parent)/\(name)", operation: "create")
    }

    /// A relative link, replaced by rename.
    private static func link(_ folder: String, in parent: String) throws(ResultError) {
        let temporary = "\(parent)/.latest-\(folder)"
        guard unsafe symlink(folder, temporary) == 0, unsafe rename(temporary, "\(parent)/latest") == 0 else {
            let error = ResultError(path: "\(parent)/latest", operation: "link")
            unsafe unlink(temporary)
            throw error
        }
    }
}
