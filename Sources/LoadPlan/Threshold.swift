/// A sentence that the run passes or fails by.
public struct Threshold: Sendable, Equatable {
    /// As it stands in the scenario.
    public var text: String
    public var measure: Measure
    /// What the measure must stay below.
    public var limit: Limit
    /// Only arrivals due in this stage; nil for the whole run.
    public var stage: String?

    public init(text: String, measure: Measure, limit: Limit, stage: String? = nil) {
        self.text = text
        self.measure = measure
        self.limit = limit
        self.stage = stage
    }

    public enum Measure: Sendable, Equatable {
        case latency(phase: String, Statistic)
        /// Arrivals due that did not complete, over the arrivals due.
        case failures
        /// Sessions that died after their login, over the logins completed.
        case disconnects
    }

    public enum Statistic: String, Sendable, Equatable, CaseIterable {
        case p50, p90, p95, p99, p999, max, mean
    }

    public enum Limit: Sendable, Equatable {
        case duration(Duration)
        /// 0 to 1.
        case share(Double)
    }

    /// The rule where a scenario has none: a run in which nobody logged in never passes.
    public static let defaultRule = Threshold(
        text: "failures < 100%", measure: .failures, limit: .share(1))
}
