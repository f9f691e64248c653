public import Metrics
public import Transport

/// Who watches a run. Called on the run's own queue, one call after another.
public protocol RunObserver: AnyObject, Sendable {
    /// Once a second, and once more at the end of the run.
    func runDidTick(_ status: LiveStatus)
    /// At the end of each interval, and once more for what is left at the end of the run.
    func runDidEndInterval(_ interval: IntervalRecord)
    /// Last; nothing is called after it.
    func runDidEnd(_ outcome: RunOutcome)
}

/// How a run ended.
public struct RunOutcome: Sendable {
    public enum Ending: Sendable, Equatable {
        case completed
        /// By ``Run/interrupt()``.
        case interrupted
        /// By ``Run/cut()``.
        case cut
        /// The server could not be taken down or brought back, for this reason.
        case outageFailed(String)
        /// Nobody logged in as this variant of an experiment while it warmed up; by what most of them failed.
        case variantFailed(String, Failure)
        /// No TCP connection was ever established.
        case unreachable(Failure)
    }

    public var ending: Ending
    /// Nanoseconds from the first arrival to the last connection's end.
    public var duration: UInt64
    /// When each stage that was reached began, in nanoseconds since the first arrival.
    public var stageStarts: [UInt64]
    /// How long each stage of the plan was watched, in seconds: while it was the run's, and while logins of it were under
    /// way.
    public var watchedSeconds: [Double]
    /// The first second that was marked; intervals hand over all of them.
    public var firstMark: SaturationMark?
    /// How long the parts of the generator let each other wait at most.
    public var delays = OwnDelays()
    public var traffic: Traffic
    /// How long the busiest lane's loop was at work, in nanoseconds.
    public var busiestLane: UInt64 = 0
    /// Completed logins that were their account's first, of this run or, in an experiment, of the variant.
    public var firstLogins: UInt64 = 0
    /// From the first arrival until no more were due, in nanoseconds; of a closed stage, until its last login was over.
    public var loadDuration: UInt64
    /// One for each outage, in their order.
    public var storms: [StormRecord] = []

    /// Where the kernel does not tell when bytes arrive: what that means for the phases; nil where it does.
    public var arrivalNote: String? {
        guard traffic.unstampedReads > 0 else { return nil }
        return "the kernel did not tell when bytes had arrived for \(traffic.unstampedReads) of \(traffic.reads) "
            + "reads: how long they lay unread is part of the phases that they ended"
    }
}

/// How long parts of the generator stood still, or let others wait for them, at the worst. In nanoseconds.
public struct OwnDelays: Sendable, Equatable {
    /// All of it at once.
    public var generator: UInt64 = 0
    /// The lanes' event loops.
    public var loops: UInt64 = 0
    /// The queue that takes the lanes' snapshots and begins the stages.
    public var snapshots: UInt64 = 0
    /// What was to be written, until it was.
    public var files: UInt64 = 0

    public init() {}

    mutating func add(_ other: Self) {
        generator = max(generator, other.generator)
        loops = max(loops, other.loops)
        snapshots = max(snapshots, other.snapshots)
        files = max(files, other.files)
    }
}
