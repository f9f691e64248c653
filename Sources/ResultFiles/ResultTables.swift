public import Metrics

/// The tables of a result folder, as bytes. Times are microseconds with up to three decimals.
public enum ResultTables {
    static let summaryColumns = [
        "variant", "phase", "count", "failures", "min_us", "mean_us", "stddev_us", "p50_us", "p90_us", "p95_us",
        "p99_us",
        "p999_us", "max_us", "stage",
    ]
    static let histogramColumns = ["variant", "phase", "from_us", "to_us", "count", "cumulative_share", "stage"]
    static let intervalColumns = [
        "at_s", "variant", "phase", "started", "completed", "failed", "p50_us", "p90_us", "p99_us", "max_us", "stage",
    ]
    static let failureColumns = [
        "variant", "phase", "kind", "condition", "count", "first_at_s", "last_at_s", "example", "stage",
    ]
    static let systemColumns = [
        "at_s", "online", "in_flight", "cpu_us", "rss_bytes", "descriptors", "descriptor_limit", "threads",
        "lag_p99_us",
        "arrivals_late", "marked", "server_pid", "server_cpu_us", "server_rss_bytes", "server_descriptors",
        "server_threads",
    ]

    /// How the stage column names all stages together.
    public static let allStages = "all"

    static func summary(_ totals: RunTotals) -> [UInt8] {
        var csv = CSVWriter()
        csv.header(summaryColumns)
        eachRecord(totals) { variant, stage, phase, record in
            csv.text(variant)
            csv.text(phase.name)
            csv.integer(record.latencies?.count ?? 0)
            csv.integer(record.failed)
            csv.moments(record.latencies)
            for share in [0.5, 0.9, 0.95, 0.99, 0.999] { csv.percentile(share, record.latencies) }
            csv.maximum(record.latencies)
            csv.text(stage)
            csv.endRow()
        }
        return csv.bytes
    }

    static func histogram(_ totals: RunTotals) -> [UInt8] {
        var csv = CSVWriter()
        csv.header(histogramColumns)
        eachRecord(totals) { variant, stage, phase, record in
            guard let latencies = record.latencies else { return }
            let names = CSVWriter.fields(variant, phase.name)
            let stageField = CSVWriter.fields(stage)
            var reached: UInt64 = 0
            for bucket in latencies.recordedBuckets {
                reached += bucket.count
                csv.fields(names)
                csv.thousandths(bucket.from)
                csv.thousandths(bucket.to + 1)
                csv.integer(bucket.count)
                csv.share(reached, of: latencies.count)
                csv.fields(stageField)
                csv.endRow()
            }
        }
        return csv.bytes
    }

    static func failures(_ totals: RunTotals) -> [UInt8] {
        var csv = CSVWriter()
        csv.header(failureColumns)
        let names = totals.phases.names
        for row in failureRows(totals) {
            csv.text(names.variants[Int(row.variant)])
            csv.text(row.phase.name)
            csv.text(row.kind.rawValue)
            csv.text(row.condition)
            csv.integer(row.entry.count)
            csv.thousandths(row.entry.first / 1_000_000)
            csv.thousandths(row.entry.last / 1_000_000)
            csv.text(row.entry.example)
            csv.text(row.stage.map { names.stages[Int($0)] } ?? allStages)
            csv.endRow()
        }
        return csv.bytes
    }

    /// One kind of failure in a stage, or in all of them for nil.
    public struct FailureRow: Sendable {
        public var variant: UInt16
        public var stage: UInt16?
        public var phase: Phase
        public var kind: Failure.Kind
        public var condition: String
        public var entry: FailureTable.Entry
    }

    /// By variant and stage, `all` first; the most frequent first within them.
    public static func failureRows(_ totals: RunTotals) -> [FailureRow] {
        let all = totals.phases.names.variants.indices.flatMap { variant in
            totals.failures.total(ofVariant: UInt16(variant)).entries.map { key, entry in row(key, entry, stage: nil) }
        }
        let staged = totals.failures.entries.map { key, entry in row(key, entry, stage: key.scope.stage) }
        return (all + staged).sorted { order($0) < order($1) }
    }

    private static func row(_ key: FailureTable.Key, _ entry: FailureTable.Entry, stage: UInt16?) -> FailureRow {
        FailureRow(
            variant: key.scope.variant, stage: stage, phase: key.phase, kind: key.kind, condition: key.condition,
            entry: entry)
    }

    private static func order(_ row: FailureRow) -> (Int, Int, UInt64, String) {
        (
            Int(row.variant), row.stage.map { Int($0) + 1 } ?? 0, .max - row.entry.count,
            row.kind.rawValue + row.condition
        )
    }

    /// The rows of one interval, without header.
    static func interval(_ interval: IntervalRecord) -> [UInt8] {
        var csv = CSVWriter()
        let names = interval.phases.names
        for index in 0..<names.count {
            let scope = names.scope(at: index)
            for phase in Phase.all {
                let record = interval.phases[scope, phase]
                if record.isEmpty { continue }
                csv.thousandths(interval.end / 1_000_000)
                csv.text(names.variants[Int(scope.variant)])
                csv.text(phase.name)
                csv.integer(record.started)
                csv.integer(record.completed)
                csv.integer(record.failed)
                for share in [0.5, 0.9, 0.99] { csv.percentile(share, record.latencies) }
                csv.maximum(record.latencies)
                csv.text(names.stages[Int(scope.stage)])
                csv.endRow()
            }
        }
        return csv.bytes
    }

    static func system(_ interval: IntervalRecord) -> [UInt8] {
        var csv = CSVWriter()
        let sample = interval.system
        csv.thousandths(interval.end / 1_000_000)
        csv.integer(sample.online)
        csv.integer(sample.inFlight)
        csv.optional(sample.cpu)
        csv.optional(sample.residentBytes)
        csv.optional(sample.descriptors)
        csv.optional(sample.descriptorLimit)
        csv.optional(sample.threads)
        if let lag = sample.lagP99 { csv.thousandths(UInt64(lag * 1000)) } else { csv.empty() }
        csv.integer(sample.arrivalsLate)
        csv.integer(interval.marks.count)
        csv.optional(sample.server?.pid)
        csv.optional(sample.server?.cpu)
        csv.optional(sample.server?.residentBytes)
        csv.optional(sample.server?.descriptors)
        csv.optional(sample.server?.threads)
        csv.endRow()
        return csv.bytes
    }

    /// Variants in order, `all` stages before each, phases in the order of the login; nothing for a phase that did not
    /// occur.
    private static func eachRecord(_ totals: RunTotals, _ body: (String, String, Phase, PhaseRecord) -> Void) {
        let names = totals.phases.names
        for (variant, name) in names.variants.enumerated() {
            for stage in [nil] + names.stages.indices.map({ UInt16($0) }) {
                let stageName = stage.map { names.stages[Int($0)] } ?? allStages
                for phase in Phase.all {
                    let record = totals.record(variant: UInt16(variant), stage: stage, phase: phase)
                    if !record.isEmpty { body(name, stageName, phase, record) }
                }
            }
        }
    }
}

extension CSVWriter {
    /// Minimum, mean and standard deviation; empty without a completed login.
    fileprivate mutating func moments(_ latencies: LatencyHistogram?) {
        guard let latencies, let mean = latencies.mean, let deviation = latencies.standardDeviation else {
            for _ in 0..<3 { empty() }
            return
        }
        thousandths(latencies.minimum)
        thousandths(UInt64(mean))
        thousandths(UInt64(deviation))
    }

    fileprivate mutating func maximum(_ latencies: LatencyHistogram?) {
        if let latencies, latencies.reached > 0 { thousandths(latencies.maximum) } else { empty() }
    }

    /// `inf` where it falls among logins that never completed.
    fileprivate mutating func percentile(_ share: Double, _ latencies: LatencyHistogram?) {
        guard let latencies, latencies.count > 0 else { return empty() }
        if let value = latencies.percentile(share) { thousandths(value) } else { text("inf") }
    }
}
