public import Metrics

/// A block of an experiment: every variant once, in whatever order they ran.
public struct ComparisonBlock: Sendable {
    /// In the same order in each block: first the baseline, last the baseline again.
    public var variants: [VariantSample]

    public init(variants: [VariantSample]) { self.variants = variants }
}

/// What was measured of one variant in one block, or of a run in one interval.
public struct VariantSample: Sendable {
    public var phases: [Phase: BlockLatencies]
    /// Completed logins: the divisor of the costs.
    public var logins: Int
    /// Totals over the block, in the unit that the measure names; absent is what could not be read.
    public var costs: [CostMeasure: Double]
    /// Of the logins that were due.
    public var ends = Ends()

    /// How logins that were due ended.
    public struct Ends: Sendable, Equatable {
        public var count: UInt64
        /// Those of them that failed, never ended or never began.
        public var unreached: UInt64

        public init(count: UInt64 = 0, unreached: UInt64 = 0) { (self.count, self.unreached) = (count, unreached) }
    }

    public init(
        phases: [Phase: BlockLatencies] = [:], logins: Int = 0, costs: [CostMeasure: Double] = [:], ends: Ends = Ends()
    ) {
        (self.phases, self.logins, self.costs, self.ends) = (phases, logins, costs, ends)
    }

    /// The samples as one: latencies and totals together. A cost is known only if each of them knows it.
    init(merging samples: some Collection<VariantSample>) {
        self.init()
        guard let first = samples.first else { return }
        for phase in Set(samples.flatMap(\.phases.keys)) {
            phases[phase] = samples.reduce(into: BlockLatencies()) { $0.merge($1.phases[phase] ?? BlockLatencies()) }
        }
        logins = samples.reduce(0) { $0 + $1.logins }
        for sample in samples {
            ends.count += sample.ends.count
            ends.unreached += sample.ends.unreached
        }
        for cost in first.costs.keys where samples.allSatisfy({ $0.costs[cost] != nil }) {
            costs[cost] = samples.reduce(0) { $0 + ($1.costs[cost] ?? 0) }
        }
    }
}
