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
    public var compression: Compression
    /// Asks for the roster as changed since the account's last login, where the server has versions of it.
    public var rosterVersion: Bool

    public init(
        mechanism: MechanismChoice = .strongest, scramCache: Bool = false, force: Bool = false,
        steps: [Step] = [.bind, .session, .roster, .presence], timeouts: Timeouts = Timeouts(),
        compression: Compression = .none, rosterVersion: Bool = false
    ) {
        self.mechanism = mechanism
        self.scramCache = scramCache
        self.force = force
        self.steps = steps
        self.timeouts = timeouts
        self.compression = compression
        self.rosterVersion = rosterVersion
    }

    public enum MechanismChoice: Sendable, Equatable {
        case strongest
        /// In order of preference, by the names of the IANA registry. Never empty.
        case preferred([String])
    }

    public enum Step: String, Sendable, Equatable, CaseIterable {
        case bind, session, roster, presence
        /// Stream management (XEP-0198).
        case enable
        /// Client state (XEP-0352).
        case active, inactive
    }

    /// Whether and when the stream is compressed with zlib (XEP-0138).
    public enum Compression: String, Sendable, Equatable, CaseIterable {
        case none
        case beforeAuth = "before-auth"
        case afterAuth = "after-auth"
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
