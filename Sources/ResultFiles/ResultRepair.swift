import Metrics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes the folder of a run that was killed as whole as its files allow.
public enum ResultRepair {
    /// Removes what an interrupted write left at the end of the growing files, and makes the tables again that are missing
    /// or older than those. A folder whose run goes on, or that is whole, is not touched.
    ///
    /// Returns what was done, in words.
    public static func repair(_ folder: String) throws(ResultError) -> [String] {
        guard try !AppendedFile.isBeingWritten("\(folder)/\(ResultFile.intervals.rawValue)") else { return [] }
        var done: [String] = []
        for file in [ResultFile.intervals, .system, .log, .blocks] where try cutLastLine(of: file, in: folder) {
            done.append("an interrupted last line was removed from \(file.rawValue)")
        }
        let result = try ResultReader.read(folder)
        if result.run?.state == .running, let at = result.interruptedInterval {
            for file in [ResultFile.intervals, .system, .log] { try cutInterval(at, of: file, in: folder) }
            done.append("the interval that was being written at \(seconds(UInt64(at) * 1_000_000)) s was removed")
        }
        return done + (try remakeTables(in: folder))
    }

    /// Cuts what follows the last newline; false where nothing does.
    private static func cutLastLine(of file: ResultFile, in folder: String) throws(ResultError) -> Bool {
        let path = "\(folder)/\(file.rawValue)"
        guard let bytes = try System.read(path) else { return false }
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard whole < bytes.count else { return false }
        try System.truncate(path, to: whole)
        return true
    }

    /// Cuts the rows of the last interval, which all stand at the end.
    private static func cutInterval(_ at: Int, of file: ResultFile, in folder: String) throws(ResultError) {
        let path = "\(folder)/\(file.rawValue)"
        guard let bytes = try System.read(path) else { return }
        var end = bytes.count
        while end > 0 {
            let start = bytes[..<(end - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let line = String(decoding: bytes[start..<(end - 1)], as: UTF8.self)
            guard moment(of: line, in: file) == at else { break }
            end = start
        }
        if end < bytes.count { try System.truncate(path, to: end) }
    }

    /// The end of a row's interval in milliseconds; nil of a header.
    private static func moment(of line: String, in file: ResultFile) -> Int? {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard file == .log else { return fields.first.flatMap { Double($0) }.map(StoredResult.millisecond) }
        guard fields.count == 5, let began = Double(fields[1]), let length = Double(fields[2]) else { return nil }
        return StoredResult.millisecond(began + length)
    }

    private static func remakeTables(in folder: String) throws(ResultError) -> [String] {
        let result = try ResultReader.read(folder)
        let stale = result.staleTables
        guard !stale.isEmpty else { return [] }
        let totals = result.totals
        for file in stale { try file.replace(in: folder, with: totals.bytes(of: file)) }
        return ["\(stale.map(\.rawValue).joined(separator: ", ")) made again from latency.hlog and intervals.csv"]
    }
}

extension RunTotals {
    fileprivate func bytes(of table: ResultFile) -> [UInt8] {
        switch table {
        case .summary: return summaryFile()
        case .failures: return failuresFile()
        default:
            var buffer = CSVBuffer()
            writeHistogramFile(to: &buffer)
            return buffer.bytes
        }
    }
}

extension StoredResult {
    /// The last interval, in milliseconds, where not all of it was written: its rows come first, then its row of
    /// `system.csv`, then its lines of the log.
    fileprivate var interruptedInterval: Int? {
        let ends = [intervals.last?.at, system.last?.at, log.last?.end].compactMap { $0.map(Self.millisecond) }
        guard let last = ends.max() else { return nil }
        let isMissing = !missing.contains(.system) && system.last.map { Self.millisecond($0.at) } != last
        let lines = log.count { Self.millisecond($0.end) == last }
        let measured = intervals.count { Self.millisecond($0.at) == last && $0.p50 != nil }
        let isShort = !missing.contains(.log) && !missing.contains(.intervals) && lines != measured
        return isMissing || isShort ? last : nil
    }

    /// The tables that are not there, or do not tell of all intervals. Nothing can be made again without the log.
    fileprivate var staleTables: [ResultFile] {
        guard !missing.contains(.log), !missing.contains(.intervals) else { return [] }
        var logged: [String: UInt64] = [:]
        for line in log {
            logged["\(line.variant)/\(line.phase)/\(line.stage)", default: 0] += line.buckets.reduce(0) {
                $0 + $1.count
            }
        }
        var stale: [ResultFile] = []
        if missing.contains(.summary) || !summaryTells(logged) { stale.append(.summary) }
        if missing.contains(.histogram) || !histogramTells(logged) { stale.append(.histogram) }
        if missing.contains(.failures) { stale.append(.failures) }
        return stale
    }

    private func summaryTells(_ logged: [String: UInt64]) -> Bool {
        let rows = summary.filter { $0.stage != SummaryRow.allStages && $0.p50 != nil }
        let told = rows.map { (HistogramLog.tag($0.variant, $0.phase, $0.stage), $0.count) }
        let failed = summary.filter { $0.stage != SummaryRow.allStages }.reduce(0) { $0 + $1.failures }
        return Dictionary(told, uniquingKeysWith: +) == logged && failed == intervals.reduce(0) { $0 + $1.failed }
    }

    private func histogramTells(_ logged: [String: UInt64]) -> Bool {
        let rows = histogram.filter { $0.stage != SummaryRow.allStages }
        let told = rows.map { (HistogramLog.tag($0.variant, $0.phase, $0.stage), $0.count) }
        return Dictionary(told, uniquingKeysWith: +) == logged
    }
}
