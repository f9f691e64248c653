public import ResultFiles

/// Every file of a result tells the same sums: what one of them counts, the others count too.
public struct ResultSums {
    private let result: StoredResult

    public init(_ result: StoredResult) { self.result = result }

    /// Where two files do not agree, in words; empty of a result that is whole.
    public var disagreements: [String] {
        measured + counted + wholes + kinds + marked
    }

    private typealias Sums = [String: UInt64]

    /// As in the logs, whose tags have no blanks.
    private static func tag(_ variant: String, _ phase: String, _ stage: String) -> String {
        String("\(variant)/\(phase)/\(stage)".map { $0.isWhitespace ? "_" : $0 })
    }

    private static func sums<Row>(
        _ rows: some Sequence<Row>, _ count: (Row) -> UInt64, by tag: (Row) -> String
    ) -> Sums {
        var sums: Sums = [:]
        for row in rows where count(row) > 0 { sums[tag(row), default: 0] += count(row) }
        return sums
    }

    private func differences(_ one: (String, Sums), _ other: (String, Sums)) -> [String] {
        Set(one.1.keys).union(other.1.keys).sorted().filter { one.1[$0] != other.1[$0] }.map {
            "\($0): \(one.1[$0] ?? 0) in \(one.0), \(other.1[$0] ?? 0) in \(other.0)"
        }
    }

    private var log: Sums {
        Self.sums(result.log, { $0.buckets.reduce(0) { $0 + $1.count } }) { Self.tag($0.variant, $0.phase, $0.stage) }
    }

    /// `latency.hlog`, `summary.csv` and `histogram.csv`.
    private var measured: [String] {
        let stages = result.summary.filter { $0.stage != SummaryRow.allStages && $0.p50 != nil }
        let summary = Self.sums(stages, \.count) { Self.tag($0.variant, $0.phase, $0.stage) }
        let rows = result.histogram.filter { $0.stage != SummaryRow.allStages }
        let histogram = Self.sums(rows, \.count) { Self.tag($0.variant, $0.phase, $0.stage) }
        return differences(("latency.hlog", log), ("summary.csv", summary))
            + differences(("latency.hlog", log), ("histogram.csv", histogram))
    }

    /// `intervals.csv` beside those: each completion is measured, in `due` each end.
    private var counted: [String] {
        let due = "due"
        let ended = Self.sums(result.intervals, { $0.completed + ($0.phase == due ? $0.failed : 0) }) {
            Self.tag($0.variant, $0.phase, $0.stage)
        }
        let failed = Self.sums(result.intervals, \.failed) { Self.tag($0.variant, $0.phase, $0.stage) }
        let summary = result.summary.filter { $0.stage != SummaryRow.allStages }
        return differences(("intervals.csv", ended), ("latency.hlog", log))
            + differences(
                ("intervals.csv, failed", failed),
                ("summary.csv, failures", Self.sums(summary, \.failures) { Self.tag($0.variant, $0.phase, $0.stage) }))
    }

    /// The rows of all stages are the sums of the stages.
    private var wholes: [String] {
        let isWhole = { (row: SummaryRow) in row.stage == SummaryRow.allStages }
        let key = { (row: SummaryRow) in "\(row.variant)/\(row.phase)" }
        return [("count", \SummaryRow.count), ("failures", \.failures)].flatMap { name, figure in
            differences(
                ("all, \(name)", Self.sums(result.summary.filter(isWhole), { $0[keyPath: figure] }, by: key)),
                ("the stages", Self.sums(result.summary.filter { !isWhole($0) }, { $0[keyPath: figure] }, by: key)))
        }
    }

    /// `failures.csv`: each failure once, in the phase where it happened; the whole login's are the same ones again.
    private var kinds: [String] {
        let again = ["login", "due", "reconnect"]
        let rows = result.intervals.filter { !again.contains($0.phase) }
        return differences(
            ("failures.csv", Self.sums(result.failures, \.count) { Self.tag($0.variant, $0.phase, $0.stage) }),
            ("intervals.csv, failed", Self.sums(rows, \.failed) { Self.tag($0.variant, $0.phase, $0.stage) }))
    }

    /// `marked.hlog` is a part of `latency.hlog`, bucket by bucket.
    private var marked: [String] {
        let buckets = { (lines: [LoggedHistogram]) -> Sums in
            var sums: Sums = [:]
            for line in lines {
                for bucket in line.buckets {
                    let at = StoredResult.millisecond(line.end)
                    sums["\(at) \(Self.tag(line.variant, line.phase, line.stage)) \(bucket.index)", default: 0] +=
                        bucket.count
                }
            }
            return sums
        }
        let whole = buckets(result.log)
        return buckets(result.marked).filter { $0.value > whole[$0.key] ?? 0 }.keys.sorted().map {
            "\($0): more in marked.hlog than in latency.hlog"
        }
    }
}
