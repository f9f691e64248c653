import Dispatch
public import LoadPlan
public import Metrics
import Transport

/// Runs an experiment: block after block, each variant once in a block, as a run of its own on the same lanes.
///
/// All of its state is confined to its queue; the observer is called there, and sees one long run: time counts from the
/// first arrival of the first block, the warm-up block leaves no interval.
public final class Experiment: @unchecked Sendable {  // all mutable state is confined to `queue`
    /// A variant made ready.
    public struct Side: Sendable {
        public var target: RunTarget
        public var serverPID: Int32?

        public init(target: RunTarget, serverPID: Int32?) {
            self.target = target
            self.serverPID = serverPID
        }
    }

    let plan: ExperimentPlan
    let sides: [Side]
    let lanes: LaneGroup
    /// By variant and lane.
    let keepsakes: [[Keepsakes]]
    let names: ScopeNames
    let queue = DispatchQueue(label: "muster.experiment")
    private(set) weak var observer: (any ExperimentObserver)?

    /// What is still to be run, the next one last.
    var schedule: [(block: Int, place: Int, variant: Int)]
    var legCount: Int
    var warmUp = WarmUp()
    /// Of the warm-up block that runs.
    var warmUpLegs: [LegRecord] = []
    var leg: Leg?
    var epoch: UInt64 = 0
    var idle: [IdleBurn]
    var before = LoginCounts()
    var hasConnected = false
    var isInterrupted = false
    var isOver = false
    var result: RunOutcome

    /// Logins of the legs before the one that runs.
    struct LoginCounts {
        var begun: UInt64 = 0
        var completed: UInt64 = 0
        var failed: UInt64 = 0
        var failures = FailureTable()
    }

    /// - Parameter sides: one for each variant of the plan, in its order.
    public init(_ plan: ExperimentPlan, sides: [Side], lanes: LaneGroup, observer: any ExperimentObserver) {
        self.plan = plan
        self.sides = sides
        self.lanes = lanes
        self.observer = observer
        names = ScopeNames(plan)
        keepsakes = plan.variants.map { variant in lanes.lanes.map { _ in Keepsakes(variant.plan.accounts) } }
        schedule = (0...plan.blocks).flatMap { block in
            plan.order(inBlock: block).enumerated().map { (block, $0.offset, $0.element) }
        }.reversed()
        legCount = schedule.count
        idle = Set(sides.compactMap(\.serverPID)).sorted().map { IdleBurn(pid: $0) }
        let stages = plan.variants[0].plan.stages
        result = RunOutcome(
            ending: .completed, duration: 0, stageStarts: [], watchedSeconds: stages.map { _ in 0 }, traffic: Traffic(),
            loadDuration: 0)
    }

    /// Measures the servers' idle burn, then starts the first block. The experiment holds on to itself until it is over.
    public func start() {
        queue.async { [self] in measureIdle(\.before) { [self] in nextLeg() } }
    }

    /// The first call stops arrivals and gives what is in flight 10 s; the second ends it at once. What was measured is
    /// handed over either way.
    public func interrupt() {
        queue.async { [self] in
            isInterrupted = true
            if let leg { leg.run.interrupt() } else { windUp() }
        }
    }

    /// As ``Run/filesAwaited(since:)``.
    public func filesAwaited(since instant: UInt64?) {
        queue.async { [self] in leg?.run.filesAwaited(since: instant) }
    }

    /// Ends the experiment with the variant that runs: there is nothing more to be learnt.
    public func cut() {
        queue.async { [self] in leg?.run.cut() }
    }
}

extension ScopeNames {
    public init(_ plan: RunPlan) { self.init(stages: plan.stages.map(\.name), steps: plan.ownSteps) }

    /// Of an experiment: its variants, the stages that all of them have, and the own steps of any.
    public init(_ plan: ExperimentPlan) {
        self.init(
            variants: plan.variants.map(\.name), stages: plan.variants[0].plan.stages.map(\.name),
            steps: plan.ownSteps)
    }
}

/// Who watches an experiment. Called on its queue, one call after another.
public protocol ExperimentObserver: RunObserver {
    /// A variant of a block is done with, and its pause is over.
    func experimentDidEndLeg(_ leg: LegRecord)
    /// What follows is counted; once, before the first leg of that.
    func experimentDidWarmUp(_ warmUp: WarmUp)
    /// What the servers burn when idle; before the end, once.
    func experimentDidMeasureIdle(_ burns: [IdleBurn])
}
