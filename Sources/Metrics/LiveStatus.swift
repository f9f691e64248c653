/// How a run stands at one moment: what a person at the terminal sees. A snapshot; it may cross queues.
public struct LiveStatus: Sendable, Equatable {
    /// Nanoseconds since the first arrival, and since the stage began.
    public var elapsed: UInt64 = 0
    public var stageElapsed: UInt64 = 0
    /// By plan, in nanoseconds; nil where the stage's end depends on the server.
    public var stageLength: UInt64?
    /// Of all stages by plan, in nanoseconds; nil where the end depends on the server.
    public var runLength: UInt64?
    public var stage = ""
    /// Counted from 1.
    public var stageNumber = 1
    public var stageCount = 1
    /// Logins per second by plan at this moment; nil in a closed stage.
    public var wantedRate: Double?
    /// Logins since the run began.
    public var started: UInt64 = 0
    public var completed: UInt64 = 0
    public var failed: UInt64 = 0
    public var failures = FailureTable()
    /// What the phases of this run are called.
    public var phases = PhaseNames.standard
    /// Now.
    public var inFlight = 0
    /// The logins in flight by the phase they are in, in the order of phases; none is zero.
    public var inPhase: [PhaseCount] = []
    public var online = 0
    /// Logins completed per second, over the last second.
    public var rate = 0.0
    /// Of `login` over the last second that had one, in nanoseconds; nil before the first.
    public var loginP50: UInt64?
    public var loginP99: UInt64?
    public var descriptors: Int?
    public var descriptorLimit: Int?
    /// Processor time of this process and of the server's over the last second, as a share of one processor.
    public var clientCPU: Double?
    public var serverCPU: Double?
    /// The last second was marked: the generator may have been the bottleneck.
    public var isMarked = false
    /// No more logins are due; what is under way may end.
    public var isEnding = false

    public init() {}

    public struct PhaseCount: Sendable, Equatable {
        public var phase: Phase
        public var logins: Int

        public init(phase: Phase, logins: Int) {
            self.phase = phase
            self.logins = logins
        }
    }
}
