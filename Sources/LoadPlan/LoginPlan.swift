/// How one login is spoken.
public struct LoginPlan: Sendable, Equatable {
    public var mechanism: MechanismChoice
    /// Keeps the salted password of an account between its logins (RFC 5802 section 5.1 allows it); a different experiment.
    public var scramCache: Bool
    /// Tries a mechanism that the server does not offer.
    public var force: Bool
    /// What follows SASL, in this order. `bind` comes first.
    public var steps: [Step]
    public var timeouts: Timeouts

    public init(
        mechanism: MechanismChoice = .strongest, scramCache: Bool = false, force: Bool = false,
        steps: [Step] = [.bind, .session, .roster, .presence], timeouts: Timeouts = Timeouts()
    ) {
        self.mechanism = mechanism
        self.scramCache = scramCache
        self.force = force
        self.steps = steps
        self.timeouts = timeouts
    }

    public enum MechanismChoice: Sendable, Equatable {
        case strongest
        /// In order of preference, by the names of the IANA registry. Never empty.
        case preferred([String])
    }

    public enum Step: String, Sendable, Equatable, CaseIterable {
        case bind, session, roster, presence
    }

    /// How long a phase may take, by the phase's name; `otherwise` for those not named.
    public struct Timeouts: Sendable, Equatable {
        public var otherwise: Duration
        public var byPhase: [String: Duration]

        public init(otherwise: Duration = .seconds(20), byPhase: [String: Duration] = [:]) {
            self.otherwise = otherwise
            self.byPhase = byPhase
        }

        /// The limit of the phase with this name.
        public func limit(of phase: String) -> Duration { byPhase[phase] ?? otherwise }
    }
}
