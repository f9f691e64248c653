/// A scenario's `compare:`: the same load for several ways to log in, in blocks that hold each of them once.
public struct ExperimentPlan: Sendable, Equatable {
    public struct Variant: Sendable, Equatable {
        public var name: String
        /// The scenario's plan with the variant's keys in place.
        public var plan: RunPlan

        public init(name: String, plan: RunPlan) {
            self.name = name
            self.plan = plan
        }
    }

    /// First the baseline, last its copy: the two differ by nothing, and show what a difference by chance looks like.
    public let variants: [Variant]
    /// Counted ones; a block to warm up comes before them, or more.
    public let blocks: Int

    /// With fewer blocks nothing can be concluded.
    public static let fewestBlocks = 10
    /// What passes uncounted before each variant, once all sessions are closed.
    public static let pause = Duration.milliseconds(500)
    /// For so long the server's idle burn is measured before the first block and after the last.
    public static let idle = Duration.seconds(5)

    /// - Parameter others: in the order of the scenario, without the baseline.
    public init(baseline: Variant, others: [Variant], blocks: Int = Self.fewestBlocks) {
        variants = [baseline] + others + [Variant(name: Self.copyName(of: baseline.name), plan: baseline.plan)]
        self.blocks = blocks
    }

    /// `plain again`
    public static func copyName(of baseline: String) -> String { "\(baseline) again" }

    /// Whether a server that is not warm after the first block is given more: the embedded one is, and accounts that log in
    /// but once would not suffice.
    public var extendsWarmUp: Bool {
        variants.allSatisfy { $0.plan.target.address != .embedded && $0.plan.accounts.reuse }
    }

    /// As many as are counted, at most, and two to compare.
    public var mostWarmUpBlocks: Int { max(2, blocks) }

    /// In which order the variants run in a block; block 0 is the warm-up. Random, from the plan's seed.
    public func order(inBlock block: Int) -> [Int] {
        var generator = SeededGenerator(seed: variants[0].plan.seed, stream: Self.stream + UInt64(block))
        return variants.indices.shuffled(using: &generator)
    }

    private static let stream: UInt64 = 0xB10C

    /// All of it, as far as the plan knows: blocks, pauses and the measuring of idleness. A server that is not warm takes
    /// longer.
    public var duration: Duration { blockDuration * (blocks + 1) + Self.idle * 2 }

    /// Of a block with its pauses.
    public var blockDuration: Duration {
        variants.reduce(Duration.zero) { $0 + PlanSummary($1.plan).duration + Self.pause }
    }

    /// The highest rate at which logins are due, per second; the same for every variant.
    public var greatestRate: Double { PlanSummary(variants[0].plan).greatestRate }

    /// Whether latencies can be compared: only logins that come when they are due are the same for every variant.
    public var comparesLatencies: Bool { variants[0].plan.stages.allSatisfy(\.isOpen) }

    /// As ``RunPlan/planHashText``, of every variant.
    public var planHashText: String {
        "blocks \(blocks)\n" + variants.map { "variant \($0.name)\n\($0.plan.planHashText)" }.joined()
    }
}
