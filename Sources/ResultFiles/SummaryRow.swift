/// A phase of a variant in a stage: one row of `summary.csv`.
///
/// Times are microseconds; infinity is a percentile that falls among logins that were never reached, nil is a figure
/// without a value to stand on.
public struct SummaryRow: Sendable, Equatable {
    public var variant: String
    public var phase: String
    public var count: UInt64
    public var failures: UInt64
    public var min: Double?
    public var mean: Double?
    public var standardDeviation: Double?
    public var p50: Double?
    public var p90: Double?
    public var p95: Double?
    public var p99: Double?
    public var p999: Double?
    public var max: Double?
    public var stage: String

    /// The stage that stands for all of them.
    public static let allStages = "all"
}

extension SummaryRow: CSVRow {
    static let columns = [
        "variant", "phase", "count", "failures", "min_us", "mean_us", "stddev_us", "p50_us", "p90_us", "p95_us",
        "p99_us", "p999_us", "max_us", "stage",
    ]

    init(_ fields: CSVFields) throws(ResultError) {
        variant = try fields.text("variant")
        phase = try fields.text("phase")
        count = try fields.integer("count")
        failures = try fields.integer("failures")
        min = try fields.optionalNumber("min_us")
        mean = try fields.optionalNumber("mean_us")
        standardDeviation = try fields.optionalNumber("stddev_us")
        p50 = try fields.optionalPercentile("p50_us")
        p90 = try fields.optionalPercentile("p90_us")
        p95 = try fields.optionalPercentile("p95_us")
        p99 = try fields.optionalPercentile("p99_us")
        p999 = try fields.optionalPercentile("p999_us")
        max = try fields.optionalNumber("max_us")
        stage = try fields.text("stage")
    }

    func write(to buffer: inout CSVBuffer) {
        buffer.text(variant)
        buffer.text(phase)
        buffer.integer(count)
        buffer.integer(failures)
        for figure in [min, mean, standardDeviation, p50, p90, p95, p99, p999, max] { buffer.thousandths(figure) }
        buffer.text(stage)
        buffer.endRow()
    }
}
