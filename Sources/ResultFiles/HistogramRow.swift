/// A bucket with a count: one row of `histogram.csv`.
public struct HistogramRow: Sendable, Equatable {
    public var variant: String
    public var phase: String
    /// Microseconds, both ends inclusive, to the nanosecond.
    public var from: Double
    public var to: Double
    public var count: UInt64
    /// Of this bucket and those below it, 0 to 1.
    public var cumulativeShare: Double
    public var stage: String
}

extension HistogramRow: CSVRow {
    static let columns = ["variant", "phase", "from_us", "to_us", "count", "cumulative_share", "stage"]

    init(_ fields: CSVFields) throws(ResultError) {
        variant = try fields.text("variant")
        phase = try fields.text("phase")
        from = try fields.number("from_us")
        to = try fields.number("to_us")
        count = try fields.integer("count")
        cumulativeShare = try fields.number("cumulative_share")
        stage = try fields.text("stage")
    }

    func write(to buffer: inout CSVBuffer) {
        buffer.text(variant)
        buffer.text(phase)
        buffer.thousandths(from)
        buffer.thousandths(to)
        buffer.integer(count)
        buffer.share(cumulativeShare)
        buffer.text(stage)
        buffer.endRow()
    }
}
