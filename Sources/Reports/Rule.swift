public import Metrics

/// A threshold as plain values: what is measured, and what it must stay below.
public struct Rule: Sendable, Equatable {
    /// As it stands in the scenario.
    public var text: String
    public var measure: Measure
    /// Nanoseconds for a latency, 0 to 1 for a share.
    public var limit: Double
    /// Only arrivals due in this stage; nil for the whole run.
    public var stage: Int?

    public init(text: String, measure: Measure, limit: Double, stage: Int? = nil) {
        self.text = text
        self.measure = measure
        self.limit = limit
        self.stage = stage
    }

    public enum Measure: Sendable, Equatable {
        case latency(Phase, Statistic)
        /// Arrivals due that did not complete, over the arrivals due.
        case failures
        /// Sessions that died after their login, over the logins completed.
        case disconnects

        var isLatency: Bool {
            if case .latency = self { true } else { false }
        }
    }

    public enum Statistic: String, Sendable, CaseIterable {
        case p50, p90, p95, p99, p999, max, mean

        /// 0 to 1; nil for `max` and `mean`.
        var share: Double? {
            switch self {
            case .p50: 0.5
            case .p90: 0.9
            case .p95: 0.95
            case .p99: 0.99
            case .p999: 0.999
            case .max, .mean: nil
            }
        }
    }

    /// The rule where a scenario has none: a run in which nobody logged in never passes.
    public static let fallback = Rule(text: "failures < 100%", measure: .failures, limit: 1)
}

/// What a rule found.
public enum Figure: Sendable, Equatable {
    case nanoseconds(Double)
    /// 0 to 1.
    case share(Double)
    /// The percentile falls among logins that never completed.
    case notReached
    /// There was nothing to measure, for this reason. Nothing never passes.
    case nothing(String)

    /// For people.
    public var text: String {
        switch self {
        case .nanoseconds(let value): Format.duration(nanoseconds: value)
        case .share(let value): Format.share(value)
        case .notReached: "not reached"
        case .nothing(let reason): reason
        }
    }

    func isBelow(_ limit: Double) -> Bool {
        switch self {
        case .nanoseconds(let value), .share(let value): value < limit
        case .notReached, .nothing: false
        }
    }
}
