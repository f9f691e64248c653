/// A kind of failure: one row of `failures.csv`.
public struct FailureRow: Sendable, Equatable {
    public var variant: String
    public var phase: String
    public var kind: String
    public var condition: String
    public var count: UInt64
    /// Seconds since the first arrival.
    public var firstAt: Double
    public var lastAt: Double
    public var example: String
    public var stage: String
}

extension FailureRow: CSVRow {
    static let columns = [
        "variant", "phase", "kind", "condition", "count", "first_at_s", "last_at_s", "example", "stage",
    ]

    init(_ fields: CSVFields) throws(ResultError) {
        variant = try fields.text("variant")
        phase = try fields.text("phase")
        kind = try fields.text("kind")
        condition = try fields.text("condition")
        count = try fields.integer("count")
        firstAt = try fields.number("first_at_s")
        lastAt = try fields.number("last_at_s")
        example = try fields.text("example")
        stage = try fields.text("stage")
    }

    func write(to buffer: inout CSVBuffer) {
        for field in [variant, phase, kind, condition] { buffer.text(field) }
        buffer.integer(count)
        buffer.thousandths(firstAt)
        buffer.thousandths(lastAt)
        buffer.text(example)
        buffer.text(stage)
        buffer.endRow()
    }
}
