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
    /// Of an experiment.
    public var comparison: [CompareRow] = []
    public var blocks: [BlockRow] = []
    /// Files that are not there, or have not even a header.
    public var missing: [ResultFile] = []
}

extension StoredResult {
    /// Of several injectors: nothing of it is judged.
    fileprivate var isMerged: Bool { run?.injectors != nil }
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
        result.log = try log(of: &result)
        if !System.exists("\(folder)/\(ResultFile.junit.rawValue)") { result.missing.append(.junit) }
        result.run = try run(of: &result)
        if result.isMerged { result.missing.removeAll { $0 == .junit } }
        guard result.run?.experiment != nil else { return result }
        result.comparison = try rows(.compare, of: &result)
        result.blocks = try rows(.blocks, of: &result)
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

    private static func log(of result: inout StoredResult) throws(ResultError) -> [LoggedHistogram] {
        let path = "\(result.path)/\(ResultFile.log.rawValue)"
        guard let bytes = try System.read(path) else {
            result.missing.append(.log)
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
