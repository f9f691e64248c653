/// A sentence that the run passes or fails by.
public struct Threshold: Sendable, Equatable {
    /// As it stands in the scenario.
    public var text: String
    public var measure: Measure
    /// What the measure must stay below.
    public var limit: Limit
    /// Only arrivals due in this stage; nil for the whole run.
    public var stage: String?
    /// Every span of this length must hold it; nil where the run as a whole must.
    public var window: Duration?
    /// Ends the run as soon as it does not hold.
    public var aborts: Bool
    /// Of a drift: it passes only where it is shown to hold, not where it may or may not.
    public var mustBeShown: Bool
    /// It stands in no scenario.
    public private(set) var isDefault = false

    public init(
        text: String, measure: Measure, limit: Limit, stage: String? = nil, window: Duration? = nil,
        aborts: Bool = false, mustBeShown: Bool = false
    ) {
        self.text = text
        self.measure = measure
        self.limit = limit
        self.stage = stage
        self.window = window
        self.aborts = aborts
        self.mustBeShown = mustBeShown
    }

    public enum Measure: Sendable, Equatable {
        case latency(phase: String, Statistic)
        /// Arrivals due that did not complete, over the arrivals due.
        case failures
        /// Sessions that died after their login, over the logins completed.
        case disconnects
        /// How fast a figure changes, an hour.
        case drift(Drift)
        /// What the server has more after the last session than it had before the first.
        case residue(Residue)

        /// Only at the end is there anything to judge.
        public var isJudgedAtTheEnd: Bool {
            switch self {
            case .latency, .failures, .disconnects: false
            case .drift, .residue: true
            }
        }
    }

    public enum Drift: String, Sendable, Equatable, CaseIterable {
        /// Of `login`.
        case p50, p99
        case failures
        /// The server's.
        case memory, descriptors, threads
        /// The server's, for each login.
        case cpu
    }

    public enum Residue: String, Sendable, Equatable, CaseIterable {
        /// Connections that the server has open.
        case sessions
        case memory, descriptors, threads
    }

    public enum Statistic: String, Sendable, Equatable, CaseIterable {
        case p50, p90, p95, p99, p999, max, mean
    }

    public enum Limit: Sendable, Equatable {
        case duration(Duration)
        /// 0 to 1.
        case share(Double)
        case bytes(Double)
        case count(Double)
    }

    /// The rule of a scenario in which no threshold names failures, whatever else it has.
    public static let defaultRule: Threshold = {
        var rule = Threshold(text: "failures < 1% (default)", measure: .failures, limit: .share(0.01))
        rule.isDefault = true
        return rule
    }()

    /// Whether the two ask for the same, however they are written, and whether or not they end the run.
    public func asksTheSame(as other: Threshold) -> Bool {
        (measure, limit, stage, window) == (other.measure, other.limit, other.stage, other.window)
            && mustBeShown == other.mustBeShown
    }
}

extension RunPlan {
    /// What a run of it is judged by: its thresholds, and the default rule where none of them is about failures.
    public var rules: [Threshold] {
        thresholds.contains { $0.measure == .failures } ? thresholds : thresholds + [.defaultRule]
    }
}
