extension RunDescription {
    /// A measure of a stage, judged for drift as far as that was possible.
    public struct Drift: Codable, Sendable, Equatable {
        public var measure: String
        public var stage: String
        /// `grows`, `falls`, `changed`, `no drift shown`, `too short to judge` or `inconclusive`.
        public var verdict: String
        /// In one sentence.
        public var text: String
        /// A share of itself an hour for latencies and processor time, else what the measure is counted in, an hour; nil
        /// where there is none. The low and high ends are of its interval.
        public var ratePerHour: Double?
        public var rateLow: Double?
        public var rateHigh: Double?
        /// The same of the stage's last quarter alone.
        public var lateRatePerHour: Double?
        public var lateRateLow: Double?
        public var lateRateHigh: Double?
        /// Where the line begins and ends: microseconds, a share, bytes or how many.
        public var begin: Double?
        public var end: Double?
        /// Seconds since the first arrival at which it changed at once.
        public var changedAtSeconds: Double?

        public init(measure: String, stage: String, verdict: String, text: String) {
            (self.measure, self.stage, self.verdict, self.text) = (measure, stage, verdict, text)
        }
    }

    /// How the server stood before the first login and after the last session. What cannot be read is nil.
    public struct Residue: Codable, Sendable, Equatable {
        public var before: Standing
        public var after: Standing
        /// How long it was watched after the last session.
        public var watchedSeconds: Double

        public init(before: Standing, after: Standing, watchedSeconds: Double) {
            (self.before, self.after, self.watchedSeconds) = (before, after, watchedSeconds)
        }

        public struct Standing: Codable, Sendable, Equatable {
            /// Connections at the target's port that the server has open.
            public var sessions: Int?
            public var memoryBytes: UInt64?
            public var descriptors: Int?
            public var threads: Int?
            /// Of a JVM, after a full collection that was asked for.
            public var heapBytes: UInt64?

            public init(
                sessions: Int? = nil, memoryBytes: UInt64? = nil, descriptors: Int? = nil, threads: Int? = nil,
                heapBytes: UInt64? = nil
            ) {
                (self.sessions, self.memoryBytes, self.descriptors) = (sessions, memoryBytes, descriptors)
                (self.threads, self.heapBytes) = (threads, heapBytes)
            }
        }
    }
}
