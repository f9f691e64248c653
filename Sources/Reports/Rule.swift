public import Metrics

/// A threshold as plain values: what is measured, and what it must stay below.
public struct Rule: Sendable, Equatable {
    /// As it stands in the scenario.
    public var text: String
    public var measure: Measure
    /// Nanoseconds for a latency, 0 to 1 for a share; of a drift what its measure's rate is in, of a residue bytes or how
    /// many.
    public var limit: Double
    /// Only arrivals due in this stage; nil for the whole run.
    public var stage: Int?
    /// Seconds: every full window of this length must hold it; nil where the run as a whole must.
    public var window: Double?
    /// Ends the run as soon as it does not hold.
    public var aborts: Bool
    /// Of a drift: it passes only where it is shown to hold.
    public var mustBeShown = false
    /// It stands in no scenario.
    public var isDefault = false
    /// In a latency those who never came to its end rank above all others. See `completed`.
    var ranksUnreached = true

    public init(
        text: String, measure: Measure, limit: Double, stage: Int? = nil, window: Double? = nil, aborts: Bool = false
    ) {
        self.text = text
        self.measure = measure
        self.limit = limit
        self.stage = stage
        self.window = window
        self.aborts = aborts
    }

    public enum Measure: Sendable, Equatable {
        case latency(Phase, Statistic)
        /// Arrivals due that did not complete, over the arrivals due.
        case failures
        /// Sessions that died after their login, over the logins completed; in a window over those and who was online
        /// before.
        case disconnects
        case drift(DriftMeasure)
        case residue(ResidueMeasure)
        /// Against another run.
        case regression
        /// Everybody's return after an outage, as the stage of this name waited for it.
        case recovery(stage: String)

        /// Of failures or of sessions that died.
        var isShare: Bool { self == .failures || self == .disconnects }

        var isRecovery: Bool { if case .recovery = self { true } else { false } }

        /// Whether a generator that is the bottleneck lengthens it.
        var isLatency: Bool {
            switch self {
            case .latency, .drift(.p50), .drift(.p99), .regression: true
            case .failures, .disconnects, .drift, .residue, .recovery: false
            }
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
}

extension [Rule] {
    /// With what goes without saying: those who were not reached rank above all others in a latency, unless a threshold
    /// of the scenario's own on failures speaks of the same stage. Of completed ones they are the same again.
    var completed: [Rule] {
        let onFailures = filter { $0.measure == .failures && !$0.isDefault }
        return map { rule in
            var rule = rule
            rule.ranksUnreached = !onFailures.contains { $0.stage == nil || $0.stage == rule.stage }
            return rule
        }
    }
}
