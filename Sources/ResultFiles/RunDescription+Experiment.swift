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
        /// How warm the server was; absent in results of before.
        public var warmUp: WarmUp?
        /// What each variant bears, by estimate; empty where the logins of its load are not due at a rate.
        public var capacities: [Capacity] = []
        /// About how many blocks more would settle what is not settled, by `variant phase measure`.
        public var moreBlocks: [String: Int] = [:]

        public init(baseline: String, blocks: Int, resampleSeed: UInt64, comparesLatencies: Bool) {
            self.baseline = baseline
            self.blocks = blocks
            self.resampleSeed = resampleSeed
            self.comparesLatencies = comparesLatencies
        }

        /// Microseconds of the servers' processor time per login, block by block.
        public struct WarmUp: Codable, Sendable, Equatable {
            /// Of the blocks that were run to warm up and are not counted; empty where it could not be read.
            public var serverCpuPerLoginUs: [Double]
            /// Of the counted ones.
            public var countedUs: [Double?] = []
            public var blocks: Int
            /// Whether it had stopped falling when the first block began that counts.
            public var isSteady: Bool

            public init(serverCpuPerLoginUs: [Double], blocks: Int, isSteady: Bool) {
                (self.serverCpuPerLoginUs, self.blocks, self.isSteady) = (serverCpuPerLoginUs, blocks, isSteady)
            }
        }

        /// The rate at which the busiest of all would have no time left.
        public struct Capacity: Codable, Sendable, Equatable {
            public var variant: String
            public var loginsPerSecond: Double
            /// At which it was seen, and the share of that time that the busiest of all was at work.
            public var atLoginsPerSecond: Double
            public var busyShare: Double
            /// `the server's busiest thread`, `our busiest loop` or `this machine`.
            public var busiest: String

            public init(
                variant: String, loginsPerSecond: Double, atLoginsPerSecond: Double, busyShare: Double, busiest: String
            ) {
                self.variant = variant
                self.loginsPerSecond = loginsPerSecond
                self.atLoginsPerSecond = atLoginsPerSecond
                self.busyShare = busyShare
                self.busiest = busiest
            }
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
