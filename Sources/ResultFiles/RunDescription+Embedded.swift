extension RunDescription {
    /// What an embedded server did on purpose, as it measured it itself.
    public struct Embedded: Codable, Sendable, Equatable {
        public var pid: Int32
        /// Sessions that were bound.
        public var logins: Int
        /// Microseconds of processor time that were burnt.
        public var burntUs: Double
        /// By how many microseconds the answers that end a phase were late, in the middle; by phase.
        public var delayUs: [String: Double]
        /// For each outage: connections accepted in each second since it was told to come back, for ten minutes.
        public var acceptedBySecond: [[UInt32]]?

        public init(
            pid: Int32, logins: Int, burntUs: Double, delayUs: [String: Double], acceptedBySecond: [[UInt32]]? = nil
        ) {
            self.pid = pid
            self.logins = logins
            self.burntUs = burntUs
            self.delayUs = delayUs
            self.acceptedBySecond = acceptedBySecond
        }
    }
}
