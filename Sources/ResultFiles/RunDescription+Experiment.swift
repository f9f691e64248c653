extension RunDescription {
    /// What a scenario's `compare:` came to: present in the result of an experiment.
    public struct Experiment: Codable, Sendable, Equatable {
        public var baseline: String
        /// Asked for, and done.
        public var blocks: Int
        public var blocksDone = 0
        /// Of the resampling: with them `compare.csv` can be computed again from the blocks, to its last digit.
        public var resampleSeed: UInt64
        public var resamples = 0
        /// Latencies are compared only where all logins come when they are due.
        public var comparesLatencies: Bool
        public var idle: [Idle] = []
        /// About how many blocks more would settle what is not settled, by `variant phase measure`.
        public var moreBlocks: [String: Int] = [:]

        public init(baseline: String, blocks: Int, resampleSeed: UInt64, comparesLatencies: Bool) {
            self.baseline = baseline
            self.blocks = blocks
            self.resampleSeed = resampleSeed
            self.comparesLatencies = comparesLatencies
        }

        /// What a server burns when nobody logs in, in microseconds of processor time a second; the mean of both is taken
        /// off its cost.
        public struct Idle: Codable, Sendable, Equatable {
            public var pid: Int32
            public var before: Double?
            public var after: Double?

            public init(pid: Int32, before: Double?, after: Double?) {
                self.pid = pid
                self.before = before
                self.after = after
            }
        }
    }
}
