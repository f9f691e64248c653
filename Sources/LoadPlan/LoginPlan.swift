/// How one login is spoken.
public struct LoginPlan: Sendable, Equatable {
    public var profile: Profile
    public var mechanism: MechanismChoice
    /// Keeps the salted password of an account between its logins (RFC 5802 section 5.1 allows it); a different experiment.
    public var scramCache: Bool
    /// Tries what the server does not offer.
    public var force: Bool
    /// What follows SASL, in this order. `bind` comes first.
    public var steps: [Step]
    public var timeouts: Timeouts
    public var compression: Compression
    /// Asks for the roster as changed since the account's last login, where the server has versions of it.
    public var rosterVersion: Bool
    public var limits: Limits

    public init(
        profile: Profile = .sasl, mechanism: MechanismChoice = .strongest, scramCache: Bool = false,
        force: Bool = false,
        steps: [Step] = [.bind, .session, .roster, .presence], timeouts: Timeouts = Timeouts(),
        compression: Compression = .none, rosterVersion: Bool = false, limits: Limits = Limits()
    ) {
        self.profile = profile
        self.mechanism = mechanism
        self.scramCache = scramCache
        self.force = force
        self.steps = steps
        self.timeouts = timeouts
        self.compression = compression
        self.rosterVersion = rosterVersion
        self.limits = limits
    }

    /// What a server may ask of a login before it fails for that.
    public struct Limits: Sendable, Equatable {
        /// Of a stanza with its tags, in bytes. A login keeps no more of one than has come.
        public var stanzaBytes: Int
        /// Of SCRAM.
        public var iterations: Int

        public init(stanzaBytes: Int = 2 << 20, iterations: Int = 200_000) {
            self.stanzaBytes = stanzaBytes
            self.iterations = iterations
        }
    }

    /// The protocol that authenticates.
    public enum Profile: Sendable, Equatable {
        /// RFC 6120 section 6.
        case sasl
        /// XEP-0388. Binds within the authentication where that is offered (XEP-0386), if it is to; with `fast`, an
        /// account's later logins are by token (XEP-0484).
        case sasl2(bind2: Bool, fast: Bool)
        /// XEP-0078. The mechanism is `PLAIN` or `DIGEST`, and the client names its resource.
        case iqAuth

        /// Its name in scenarios.
        public var name: String {
            switch self {
            case .sasl: "sasl"
            case .sasl2: "sasl2"
            case .iqAuth: "iq-auth"
            }
        }

        /// Whether accounts keep tokens to log in by.
        public var usesTokens: Bool { if case .sasl2(_, true) = self { true } else { false } }
    }

    public enum MechanismChoice: Sendable, Equatable {
        case strongest
        /// In order of preference, by the names of the IANA registry, or of XEP-0078's two ways. Never empty.
        case preferred([String])
    }

    public enum Step: Sendable, Equatable {
        case bind, session, roster, presence
        /// Stream management (XEP-0198).
        case enable
        /// Client state (XEP-0352).
        case active, inactive
        /// A stanza of the scenario's own.
        case own(OwnStep)

        /// Those that a scenario gives by their names.
        public static let standard: [Step] = [
            .bind, .session, .roster, .presence, .enable, .active, .inactive,
        ]

        /// As scenarios write it.
        public var name: String {
            switch self {
            case .bind: "bind"
            case .session: "session"
            case .roster: "roster"
            case .presence: "presence"
            case .enable: "enable"
            case .active: "active"
            case .inactive: "inactive"
            case .own(let step): step.name
            }
        }
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
