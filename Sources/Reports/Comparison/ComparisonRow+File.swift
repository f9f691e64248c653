public import Metrics
public import ResultFiles

extension CompareRow {
    /// The row of `compare.csv`.
    public init(_ row: ComparisonRow, _ phases: PhaseNames) {
        self.init(
            variant: row.variant, phase: phases.name(of: row.phase), measure: row.measure.name, value: row.value.value,
            baselineValue: row.baseline.value, verdict: row.verdict.rawValue, unit: row.unit)
        interval = row.value.interval
        ratio = row.ratio.flatMap { $0.value.isNaN ? nil : $0.value }
        ratioInterval = row.ratio?.interval
        difference = row.difference?.value
        differenceInterval = row.difference?.interval
    }
}
