/// A result folder as it was read.
public struct StoredResult: Sendable {
    public var path: String
    /// A run's process has the files open.
    public var isBeingWritten = false
    /// nil where `run.json` is missing.
    public var run: RunDescription?
    public var summary: [SummaryRow] = []
    public var histogram: [HistogramRow] = []
    public var intervals: [IntervalRow] = []
    public var failures: [FailureRow] = []
    public var system: [SystemRow] = []
    public var log: [LoggedHistogram] = []
    /// The part of the log that was recorded in marked seconds.
    public var marked: [LoggedHistogram] = []
    /// Of an experiment.
    public var comparison: [CompareRow] = []
    public var blocks: [BlockRow] = []
    /// Files that are not there, or have not even a header.
    public var missing: [ResultFile] = []
}

extension StoredResult {
    /// A result of several injectors has no thresholds; one of before there was a log of marked seconds does without it
    /// where none was marked.
    fileprivate mutating func forgiveMissing() {
        guard let run else { return }
        if run.injectors != nil { missing.removeAll { $0 == .junit } }
        if run.saturation.markedSeconds == 0 { missing.removeAll { $0 == .marked } }
    }

    /// While a run goes on, and when it was killed, its intervals are ahead of its `run.json`.
    fileprivate mutating func noteEnd() {
        let end = end
        guard var running = run, running.state == .running else { return }
        running.durationSeconds = end
        running.saturation.ofSeconds = max(running.saturation.markedSeconds, Int(end.rounded(.up)))
        run = running
    }
}

extension StoredResult {
    /// Of a run that goes on: with the tables as its growing files tell them, for those in the folder may be older.
    public var current: StoredResult {
        guard isBeingWritten, !missing.contains(.log), !missing.contains(.intervals) else { return self }
        var result = self
        let totals = totals
        (result.summary, result.histogram) = (totals.summaryRows, totals.histogramRows)
        return result
    }
}

/// Reads result folders, also those of a run that goes on or was killed: a last row without its newline is left out, a
/// file that is missing is named and not an error.
public enum ResultReader {
    /// Throws where the folder cannot be read, or where a file is not what its name says.
    public static func read(_ folder: String) throws(ResultError) -> StoredResult {
        var result = StoredResult(path: folder)
        result.isBeingWritten = System.isLocked("\(folder)/\(ResultFile.intervals.rawValue)")
        result.summary = try rows(.summary, of: &result)
        result.histogram = try rows(.histogram, of: &result)
        result.intervals = try rows(.intervals, of: &result)
        result.failures = try rows(.failures, of: &result)
        result.system = try rows(.system, of: &result)
        result.log = try log(.log, of: &result)
        result.marked = try log(.marked, of: &result)
        if !System.exists("\(folder)/\(ResultFile.junit.rawValue)") { result.missing.append(.junit) }
        result.run = try run(of: &result)
        result.forgiveMissing()
        result.noteEnd()
        guard result.run?.experiment != nil else { return result }
        result.comparison = try rows(.compare, of: &result)
        result.blocks = try rows(.blocks, of: &result)
        return result
    }

    /// What a run came to: its description, `summary.csv` and `system.csv`, without the logs.
    public static func tables(_ folder: String) throws(ResultError) -> StoredResult {
        var result = StoredResult(path: folder)
        result.summary = try rows(.summary, of: &result)
        result.system = try rows(.system, of: &result)
        result.run = try run(of: &result)
        return result
    }

    /// What a folder says of its run, without its figures; nil where there is none.
    public static func description(_ folder: String) throws(ResultError) -> RunDescription? {
        var result = StoredResult(path: folder)
        return try run(of: &result)
    }

    private static func rows<Row: CSVReadable>(
        _ file: ResultFile, of result: inout StoredResult
    ) throws(ResultError) -> [Row] {
        let path = "\(result.path)/\(file.rawValue)"
        let table = CSVTable(try System.read(path) ?? [], path: path)
        guard !table.columns.isEmpty else {
            result.missing.append(file)
            return []
        }
        return try table.decode(Row.self)
    }

    private static func log(
        _ file: ResultFile, of result: inout StoredResult
    ) throws(ResultError) -> [LoggedHistogram] {
        let path = "\(result.path)/\(file.rawValue)"
        guard let bytes = try System.read(path) else {
            result.missing.append(file)
            return []
        }
        return try HistogramLog.read(bytes, path: path)
    }

    private static func run(of result: inout StoredResult) throws(ResultError) -> RunDescription? {
        let path = "\(result.path)/\(ResultFile.run.rawValue)"
        guard let bytes = try System.read(path) else {
            result.missing.append(.run)
            return nil
        }
        return try RunDescription(json: bytes, path: path)
    }
}
