/// Everything a run has recorded so far.
public struct RunTotals: Sendable {
    public private(set) var phases: PhaseTable
    public private(set) var failures = FailureTable()
    public private(set) var marks: [SaturationMark] = []

    public init(names: ScopeNames) { phases = PhaseTable(names: names) }

    public mutating func add(_ interval: IntervalRecord) {
        phases.merge(interval.phases)
        failures.merge(interval.failures)
        marks += interval.marks
    }

    /// A phase of a variant in one stage, or in all of them together for nil.
    public func record(variant: UInt16 = 0, stage: UInt16?, phase: Phase) -> PhaseRecord {
        guard let stage else { return phases.total(ofVariant: variant, phase: phase) }
        return phases[Scope(variant: variant, stage: stage), phase]
    }
}
