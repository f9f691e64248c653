/// One variant in one block of an experiment: what was measured from the start of its load until the next one's.
public struct LegRecord: Sendable {
    /// From 1; 0 is the warm-up block, which is not counted.
    public var block: Int
    public var variant: Int
    /// Which one in its block, from 0: the order is random.
    public var place: Int
    /// Nanoseconds since the experiment's first arrival.
    public var began: UInt64
    /// Nanoseconds, with the pause that follows: what a server does after the last session belongs to it.
    public var length: UInt64 = 0
    /// Nanoseconds until no more logins were due, or those of a closed stage were over.
    public var load: UInt64 = 0
    /// Of the one variant.
    public var phases: PhaseTable
    /// As ``IntervalRecord/marked``.
    public var marked: PhaseTable?
    public var bytesSent: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    public var roundTrips: UInt64 = 0
    /// How long our busiest loop was at work, in nanoseconds.
    public var busiestLane: UInt64 = 0
    /// Completed logins that were their account's first of the variant.
    public var firstLogins: UInt64 = 0
    /// Microseconds of processor time; the server's of its whole process tree, its idle burn included.
    public var clientCPU: UInt64 = 0
    /// nil where the process is not on this machine, or cannot be read.
    public var server: Server?

    public struct Server: Sendable, Equatable {
        public var pid: Int32
        public var cpu: UInt64
        /// Bytes by which its resident memory is greater at the end.
        public var memoryGrowth: Int64
        /// The most that were seen.
        public var descriptors: Int
        public var threads: Int
        /// Microseconds of processor time of the thread that took most.
        public var busiestThread: UInt64

        public init(
            pid: Int32, cpu: UInt64, memoryGrowth: Int64, descriptors: Int, threads: Int, busiestThread: UInt64 = 0
        ) {
            self.pid = pid
            self.cpu = cpu
            self.memoryGrowth = memoryGrowth
            self.descriptors = descriptors
            self.threads = threads
            self.busiestThread = busiestThread
        }
    }

    public init(block: Int, variant: Int, place: Int, began: UInt64, phases: PhaseTable) {
        self.block = block
        self.variant = variant
        self.place = place
        self.began = began
        self.phases = phases
    }

    /// Adds the marked part of an interval.
    public mutating func add(marked part: PhaseTable?) {
        guard let part else { return }
        if marked == nil { marked = part } else { marked?.merge(part) }
    }

    /// A phase over all stages.
    public func record(of phase: Phase) -> PhaseRecord { phases.total(ofVariant: 0, phase: phase) }
}

/// What a server burns when nobody logs in: measured before the first block and after the last.
public struct IdleBurn: Sendable, Equatable {
    public var pid: Int32
    /// Microseconds of processor time a second; nil where it could not be measured.
    public var before: Double?
    public var after: Double?

    public init(pid: Int32, before: Double? = nil, after: Double? = nil) {
        self.pid = pid
        self.before = before
        self.after = after
    }

    /// Microseconds a second: the mean of what is known.
    public var rate: Double? {
        let known = [before, after].compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}
