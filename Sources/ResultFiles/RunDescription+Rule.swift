extension RunDescription {
    /// What a run is judged by, known from its begin: a threshold of the scenario, or the default one.
    public struct Rule: Codable, Sendable, Equatable {
        /// As it stands in the scenario.
        public var text: String
        /// `login p99`, `failures`, `drift p99`, `residue memory`.
        public var measure: String
        /// Nanoseconds of a latency, a share, bytes or how many; of a drift an hour.
        public var limit: Double
        /// nil of the whole run.
        public var stage: String?
        public var windowSeconds: Double?
        public var aborts: Bool
        public var mustBeShown: Bool
        public var isDefault: Bool

        public init(
            text: String, measure: String, limit: Double, stage: String?, windowSeconds: Double?, aborts: Bool,
            mustBeShown: Bool, isDefault: Bool
        ) {
            (self.text, self.measure, self.limit, self.stage) = (text, measure, limit, stage)
            (self.windowSeconds, self.aborts) = (windowSeconds, aborts)
            (self.mustBeShown, self.isDefault) = (mustBeShown, isDefault)
        }

        /// Whose latency it is about; nil of any other measure.
        var phase: String? {
            let words = measure.split(separator: " ")
            guard words.count == 2, let name = words.first, !["drift", "residue"].contains(name) else { return nil }
            return String(name)
        }
    }
}
