/// A phase in an interval: one row of `intervals.csv`. Times are microseconds, as in ``SummaryRow``.
public struct IntervalRow: Sendable, Equatable {
    /// The interval's end in seconds since the first arrival.
    public var at: Double
    public var variant: String
    public var phase: String
    /// In `due` the arrivals wanted, in `login` those begun.
    public var started: UInt64
    public var completed: UInt64
    public var failed: UInt64
    public var p50: Double?
    public var p90: Double?
    public var p99: Double?
    public var max: Double?
    public var stage: String
}

extension IntervalRow: CSVRow {
    static let columns = [
        "at_s", "variant", "phase", "started", "completed", "failed", "p50_us", "p90_us", "p99_us", "max_us", "stage",
    ]

    init(_ fields: CSVFields) throws(ResultError) {
        at = try fields.number("at_s")
        variant = try fields.text("variant")
        phase = try fields.text("phase")
        started = try fields.integer("started")
        completed = try fields.integer("completed")
        failed = try fields.integer("failed")
        p50 = try fields.optionalPercentile("p50_us")
        p90 = try fields.optionalPercentile("p90_us")
        p99 = try fields.optionalPercentile("p99_us")
        max = try fields.optionalNumber("max_us")
        stage = try fields.text("stage")
    }

    func write(to buffer: inout CSVBuffer) {
        buffer.thousandths(at)
        buffer.text(variant)
        buffer.text(phase)
        buffer.integer(started)
        buffer.integer(completed)
        buffer.integer(failed)
        for figure in [p50, p90, p99, max] { buffer.thousandths(figure) }
        buffer.text(stage)
        buffer.endRow()
    }
}
