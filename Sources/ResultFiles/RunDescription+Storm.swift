extension RunDescription {
    /// What followed an outage: who lost their session in it, and how they came back. Times are seconds since the server was
    /// told to come back.
    public struct Storm: Codable, Sendable, Equatable {
        public var stage: String
        /// Sessions online when the outage began; those of them that died, and those whose stay was over before they were
        /// back.
        public var onlineBefore: Int
        public var lost: Int
        public var left: Int
        /// From the moment that the server was down until it was told to come back.
        public var secondsDown: Double
        /// Until this share of those who were lost and did not leave was back; nil where it never was.
        public var back50S: Double?
        public var back95S: Double?
        public var back99S: Double?
        public var backAllS: Double?
        /// 0 to 1; nil where nobody was lost.
        public var backShare: Double?
        /// For each of those that were lost.
        public var attemptsMean: Double?
        public var attemptsMax: Int
        /// Attempts that we began in the busiest second.
        public var peakRatePerS: Int
        /// Connections that the embedded server accepted in its busiest second; nil of any other.
        public var serverPeakRatePerS: Int?
        /// nil where no stage waited for everybody.
        public var recovery: Recovery?
        /// How the share that is back grew: at most 100 points, the last return among them.
        public var curve: [Point] = []

        public init(
            stage: String, onlineBefore: Int, lost: Int, left: Int, secondsDown: Double, attemptsMax: Int,
            peakRatePerS: Int
        ) {
            self.stage = stage
            (self.onlineBefore, self.lost, self.left) = (onlineBefore, lost, left)
            self.secondsDown = secondsDown
            self.attemptsMax = attemptsMax
            self.peakRatePerS = peakRatePerS
        }

        /// A stage that waited for everybody to be back.
        public struct Recovery: Codable, Sendable, Equatable {
            public var stage: String
            public var wantedShare: Double
            public var withinS: Double
            /// That was back when it ended.
            public var share: Double

            public init(stage: String, wantedShare: Double, withinS: Double, share: Double) {
                (self.stage, self.wantedShare) = (stage, wantedShare)
                (self.withinS, self.share) = (withinS, share)
            }

            public var isComplete: Bool { share >= wantedShare }
        }

        public struct Point: Codable, Sendable, Equatable {
            public var s: Double
            public var share: Double

            public init(s: Double, share: Double) { (self.s, self.share) = (s, share) }
        }
    }
}
