/// How a run stands, once a second: what a live view shows.
public struct LiveStatus: Sendable {
    /// Nanoseconds since the first arrival.
    public var elapsed: UInt64 = 0
    public var stage = ""
    public var stageNumber = 0
    public var stageCount = 0
    /// Nanoseconds since the stage began, and its length where the plan sets one.
    public var stageElapsed: UInt64 = 0
    public var stageLength: UInt64?
    /// Arrivals that are due by the plan in a second; nil in closed stages.
    public var wantedRate: Double?
    /// Since the run began.
    public var started: UInt64 = 0
    public var completed: UInt64 = 0
    public var failed: UInt64 = 0
    public var inFlight = 0
    public var online = 0
    /// Logins completed in the last second.
    public var rate: Double = 0
    /// Nanoseconds, of the logins completed in the last second; nil without one.
    public var loginP50: UInt64?
    public var loginP99: UInt64?
    public var descriptors: Int?
    public var descriptorLimit = 0
    /// The generator was the bottleneck in this second.
    public var isMarked = false
    public var isDraining = false

    public init() {}
}
