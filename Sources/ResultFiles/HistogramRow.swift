import Metrics

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

extension HistogramRow: CSVReadable {
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
}

extension CSVBuffer {
    /// The rows of `histogram.csv` for one phase. There may be ten thousands of them, and all are written anew once an
    /// interval: what they share is encoded once, and no figure goes through floating point.
    mutating func histogram(_ latencies: LatencyHistogram, variant: String, phase: String, stage: String) {
        let head = CSVBuffer.fields([variant, phase])
        let tail = CSVBuffer.fields([stage])
        let total = latencies.count
        var seen: UInt64 = 0
        latencies.forEachBucket { from, to, count in
            seen += count
            encoded(head)
            thousandths(ofThousand: from)
            thousandths(ofThousand: to)
            integer(count)
            share(seen, of: total)
            encoded(tail)
            endRow()
            return true
        }
    }

    /// Fields as they stand in a row, to be written again and again.
    private static func fields(_ texts: [String]) -> [UInt8] {
        var buffer = CSVBuffer()
        for text in texts { buffer.text(text) }
        return buffer.bytes
    }
}
