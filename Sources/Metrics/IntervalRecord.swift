/// One interval of a run, as it leaves the engine: what was recorded in it and how the machine stood.
public struct IntervalRecord: Sendable {
    /// The interval's end, in nanoseconds since the first arrival.
    public var end: UInt64
    public var phases: PhaseTable
    public var failures: FailureTable
    public var system: SystemSample
    /// Why the generator was the bottleneck in a second of this interval, if it was.
    public var marks: [SaturationMark]
    /// The part of `phases` that was recorded in marked seconds, or by logins that were under way in one; nil where there
    /// is none.
    public var marked: PhaseTable?

    public init(
        end: UInt64, phases: PhaseTable, failures: FailureTable, system: SystemSample, marks: [SaturationMark] = [],
        marked: PhaseTable? = nil
    ) {
        self.end = end
        self.phases = phases
        self.marked = marked
        self.failures = failures
        self.system = system
        self.marks = marks
    }
}

/// A second in which the load generator, not the server, may have been what was measured.
public struct SaturationMark: Sendable, Equatable {
    /// The second's end, in whole seconds since the first arrival.
    public var second: Int
    public var stage: UInt16
    public var reason: String
    /// How much of the second was the stage's, in nanoseconds.
    public var length: UInt64
    /// The generator, or a part of it, did nothing at all.
    public var isStandstill: Bool

    public init(
        second: Int, stage: UInt16, reason: String, length: UInt64 = 1_000_000_000, isStandstill: Bool = false
    ) {
        self.second = second
        self.stage = stage
        self.reason = reason
        self.length = length
        self.isStandstill = isStandstill
    }
}

/// How this process and the server's stood at the end of an interval. What cannot be read is nil.
public struct SystemSample: Sendable, Equatable {
    /// Sessions logged in, and logins under way.
    public var online = 0
    public var inFlight = 0
    /// Processor time used in the interval, in microseconds.
    public var cpu: UInt64?
    public var residentBytes: UInt64?
    public var descriptors: Int?
    public var descriptorLimit: Int?
    public var threads: Int?
    /// Microseconds; nil without an arrival.
    public var lagP99: Double?
    /// Arrivals of the interval that started later than the lateness that marks a second.
    public var arrivalsLate = 0
    public var server: ServerSample?

    public init(online: Int = 0) { self.online = online }

    public struct ServerSample: Sendable, Equatable {
        public var pid: Int32
        /// Processor time of its process tree in the interval, in microseconds.
        public var cpu: UInt64?
        public var residentBytes: UInt64?
        public var descriptors: Int?
        public var threads: Int?

        public init(pid: Int32) { self.pid = pid }
    }
}
