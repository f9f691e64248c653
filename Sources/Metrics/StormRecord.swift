/// What followed an outage: who lost their session in it, and how they came back.
///
/// Times are nanoseconds. Memory depends on the sessions that were lost, and on the first hour's seconds.
public struct StormRecord: Sendable, Equatable {
    /// The outage's stage.
    public var stage: Int
    /// Sessions online when the outage began.
    public var online = 0
    /// Of those, the ones that died and wanted to come back.
    public var lost = 0
    /// Of those, the ones whose stay was over before they were back.
    public var left = 0
    /// From the moment that the server was down until it was told to come back.
    public var down: UInt64 = 0
    /// How long after it was told to come back each was, in ascending order; 0 for who was back before.
    public var returns: [UInt64] = []
    /// To come back, by all of them.
    public var attempts: UInt64 = 0
    /// By one of them.
    public var mostAttempts = 0
    /// That began in each second since the server was told to come back.
    public var attemptsBySecond: [UInt32] = []
    /// The wait for everybody; nil where the scenario has none.
    public var recovery: Recovery?

    /// How a stage that waited for everybody to be back ended.
    public struct Recovery: Sendable, Equatable {
        public var stage: Int
        /// That was waited for, 0 to 1.
        public var wanted: Double
        public var limit: UInt64
        /// That was back in the end, 0 to 1.
        public var share: Double

        public init(stage: Int, wanted: Double, limit: UInt64, share: Double) {
            self.stage = stage
            self.wanted = wanted
            self.limit = limit
            self.share = share
        }

        public var isComplete: Bool { share >= wanted }
    }

    public init(stage: Int) { self.stage = stage }

    public var progress: StormProgress { StormProgress(awaited: awaited, back: returns.count) }

    /// Those who may still be back, or are.
    public var awaited: Int { lost - left }

    /// How long it took until this share of those who did not leave was back; nil where it never was, or nobody was lost.
    public func time(untilBack share: Double) -> UInt64? {
        let wanted = Int((share * Double(awaited)).rounded(.up))
        return wanted > 0 && wanted <= returns.count ? returns[wanted - 1] : nil
    }

    /// Each of those that were lost made so many in the middle of the sum; nil where nobody was.
    public var meanAttempts: Double? { lost > 0 ? Double(attempts) / Double(lost) : nil }

    /// In the busiest second since the server was told to come back.
    public var peakRate: Int { Int(attemptsBySecond.max() ?? 0) }
}
