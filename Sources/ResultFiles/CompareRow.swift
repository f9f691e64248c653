/// A measure of a variant beside the baseline's: one row of `compare.csv`. Figures are in the row's unit.
public struct CompareRow: Sendable, Equatable {
    public var variant: String
    public var phase: String
    /// `p50`, `server_cpu_per_login` and so on.
    public var measure: String
    public var value: Double
    public var interval: ClosedRange<Double>?
    public var baselineValue: Double
    public var ratio: Double?
    public var ratioInterval: ClosedRange<Double>?
    public var verdict: String
    public var difference: Double?
    public var differenceInterval: ClosedRange<Double>?
    /// `us`, `bytes`, `logins/s`, or nothing for a count.
    public var unit: String

    public init(
        variant: String, phase: String, measure: String, value: Double, baselineValue: Double, verdict: String,
        unit: String
    ) {
        self.variant = variant
        self.phase = phase
        self.measure = measure
        self.value = value
        self.baselineValue = baselineValue
        self.verdict = verdict
        self.unit = unit
    }
}

extension CompareRow: CSVRow {
    static let columns = [
        "variant", "phase", "measure", "value", "ci_low", "ci_high", "baseline_value", "ratio", "ratio_ci_low",
        "ratio_ci_high", "verdict", "difference", "difference_ci_low", "difference_ci_high", "unit",
    ]

    init(_ fields: CSVFields) throws(ResultError) {
        variant = try fields.text("variant")
        phase = try fields.text("phase")
        measure = try fields.text("measure")
        value = try fields.signed("value")
        interval = try fields.interval("ci")
        baselineValue = try fields.signed("baseline_value")
        ratio = try fields.optionalSigned("ratio")
        ratioInterval = try fields.interval("ratio_ci")
        verdict = try fields.text("verdict")
        difference = try fields.optionalSigned("difference")
        differenceInterval = try fields.interval("difference_ci")
        unit = try fields.text("unit")
    }

    func write(to buffer: inout CSVBuffer) {
        buffer.text(variant)
        buffer.text(phase)
        buffer.text(measure)
        buffer.thousandths(value)
        buffer.interval(interval)
        buffer.thousandths(baselineValue)
        buffer.thousandths(ratio)
        buffer.interval(ratioInterval)
        buffer.text(verdict)
        buffer.thousandths(difference)
        buffer.interval(differenceInterval)
        buffer.text(unit)
        buffer.endRow()
    }
}

extension CSVFields {
    fileprivate func signed(_ column: String) throws(ResultError) -> Double {
        guard let number = try optionalSigned(column) else { throw problem("\(column) is empty") }
        return number
    }

    /// Two columns, `..._low` and `..._high`; nil where they are empty.
    fileprivate func interval(_ name: String) throws(ResultError) -> ClosedRange<Double>? {
        guard let low = try optionalSigned("\(name)_low"), let high = try optionalSigned("\(name)_high") else {
            return nil
        }
        guard low <= high else { throw problem("\(name)_low is above \(name)_high") }
        return low...high
    }
}

extension CSVBuffer {
    fileprivate mutating func interval(_ interval: ClosedRange<Double>?) {
        thousandths(interval?.lowerBound)
        thousandths(interval?.upperBound)
    }
}
