import Foundation
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
        guard !System.isLocked("\(folder)/\(ResultFile.intervals.rawValue)") else { return [] }
        var done: [String] = []
        for file in [ResultFile.intervals, .system, .log, .marked, .blocks] where try cutLastLine(of: file, in: folder)
        {
            done.append("an interrupted last line was removed from \(file.rawValue)")
        }
        let result = try ResultReader.read(folder)
        if result.run?.state == .running, let end = result.interruptedAfter {
            for file in [ResultFile.intervals, .system, .log, .marked] { try cut(file, in: folder, after: end) }
            done.append("the interval that was being written after \(seconds(UInt64(end) * 1_000_000)) s was removed")
        }
        return done + removeLeftovers(in: folder) + (try remakeTables(in: folder))
    }

    /// A file that is still being made is locked.
    private static func removeLeftovers(in folder: String) -> [String] {
        let files = ResultFile.allCases.map(\.rawValue)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let left = names.filter { name in
            ReplacedFile.isLeftover(name, of: files) && !System.isLocked("\(folder)/\(name)")
        }
        for name in left { System.remove("\(folder)/\(name)") }
        let count = left.count == 1 ? "a file" : "\(left.count) files"
        return left.isEmpty ? [] : ["\(count) of an interrupted write removed"]
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

    /// Cuts the rows of later intervals, which all stand at the end.
    private static func cut(_ file: ResultFile, in folder: String, after end: Int) throws(ResultError) {
        let path = "\(folder)/\(file.rawValue)"
        guard let bytes = try System.read(path) else { return }
        var length = bytes.count
        while length > 0 {
            let start = bytes[..<(length - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let line = String(decoding: bytes[start..<(length - 1)], as: UTF8.self)
            guard let moment = moment(of: line, in: file), moment > end else { break }
            length = start
        }
        if length < bytes.count { try System.truncate(path, to: length) }
    }

    /// The end of a row's interval in milliseconds; nil of a header.
    private static func moment(of line: String, in file: ResultFile) -> Int? {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard file == .log || file == .marked else {
            return fields.first.flatMap { Double($0) }.map(StoredResult.millisecond)
        }
        guard fields.count == 5, let began = Double(fields[1]), let length = Double(fields[2]) else { return nil }
        return StoredResult.millisecond(began + length)
    }

    private static func remakeTables(in folder: String) throws(ResultError) -> [String] {
        var result = try ResultReader.read(folder)
        let stale = result.staleTables
        guard !stale.isEmpty else { return [] }
        result.forgetFailuresThatNobodyCounts()
        let totals = result.totals
        for file in stale { try totals.replace(file, in: folder) }
        return ["\(stale.map(\.rawValue).joined(separator: ", ")) made again from latency.hlog and intervals.csv"]
    }
}

extension RunTotals {
    fileprivate func replace(_ table: ResultFile, in folder: String) throws(ResultError) {
        switch table {
        case .summary: try table.replace(in: folder, with: summaryFile())
        case .failures: try table.replace(in: folder, with: failuresFile())
        default:
            var buffer = CSVBuffer()
            try replaceHistogram(in: folder, through: &buffer)
        }
    }
}

extension IntervalRow {
    /// Its failures stand in `failures.csv`: those of a whole login are the same ones again.
    fileprivate var tellsFailures: Bool {
        ![Phase.login.name, Phase.due.name, Phase.reconnect.name].contains(phase)
    }
}

extension StoredResult {
    /// The end of the last interval of which everything was written, in milliseconds; nil where that is the last one.
    ///
    /// An interval's rows come first, then its row of `system.csv`, then its lines of the logs, then its failures.
    fileprivate var interruptedAfter: Int? {
        let measured = Dictionary(grouping: intervals.filter { $0.p50 != nil }) { Self.millisecond($0.at) }
        let lines = Dictionary(grouping: log) { Self.millisecond($0.end) }
        let sampled = Set(system.map { Self.millisecond($0.at) })
        let ends = sampled.union(intervals.map { Self.millisecond($0.at) }).union(lines.keys).sorted()
        guard let last = ends.last, !missing.contains(.intervals), !missing.contains(.system), !missing.contains(.log)
        else { return nil }
        let untold = lacksLastFailures ? last : nil
        let whole = ends.last {
            sampled.contains($0) && measured[$0]?.count ?? 0 == lines[$0]?.count ?? 0 && $0 != untold
        }
        return whole == last ? nil : whole ?? 0
    }

    /// Whether the failures of the last interval, and only those, are not in `failures.csv` yet.
    private var lacksLastFailures: Bool {
        if missing.contains(.failures) { return false }
        let failed = intervals.filter(\.tellsFailures)
        let told = failures.reduce(0) { $0 + $1.count }
        let last = intervals.last.map { Self.millisecond($0.at) }
        let before = failed.filter { Self.millisecond($0.at) != last }.reduce(0) { $0 + $1.failed }
        return told == before && failed.reduce(0) { $0 + $1.failed } > before
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
        if missing.contains(.failures) || !uncountedFailures.isEmpty { stale.append(.failures) }
        return stale
    }

    /// By variant, phase and stage: how many more failures are told than the intervals count, for some of them were cut.
    private var uncountedFailures: [[String]: UInt64] {
        var counted: [[String]: UInt64] = [:]
        for row in intervals where row.tellsFailures {
            counted[[row.variant, row.phase, row.stage], default: 0] += row.failed
        }
        var told: [[String]: UInt64] = [:]
        for row in failures { told[[row.variant, row.phase, row.stage], default: 0] += row.count }
        return told.reduce(into: [:]) {
            $0[$1.key] = $1.value > counted[$1.key] ?? 0 ? $1.value - (counted[$1.key] ?? 0) : nil
        }
    }

    /// The latest of them.
    fileprivate mutating func forgetFailuresThatNobodyCounts() {
        var uncounted = uncountedFailures
        failures.sort { $0.lastAt > $1.lastAt }
        for index in failures.indices {
            let key = [failures[index].variant, failures[index].phase, failures[index].stage]
            let less = min(failures[index].count, uncounted[key] ?? 0)
            guard less > 0 else { continue }
            uncounted[key] = (uncounted[key] ?? 0) - less
            failures[index].count -= less
            failures[index].lastAt = min(failures[index].lastAt, end)
            failures[index].firstAt = min(failures[index].firstAt, end)
        }
        failures.removeAll { $0.count == 0 }
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
