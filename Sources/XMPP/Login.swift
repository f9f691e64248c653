public import SASL
import XMLStream

/// One login, and the session after it, as a value: bytes and events in, actions out (RFC 6120 section 9.1).
///
/// It has no socket, clock, queue or lock, so any conversation can be replayed into it. Whoever drives it performs the
/// actions in order and closes the connection after `failed` or `loggedOut`. At most the script's limits are kept of
/// what a server says; idle, nothing.
public struct Login: Sendable {
    let script: LoginScript
    /// Given back once the login is complete: a load test holds ten thousands of sessions.
    var identity: LoginIdentity?
    /// Whether a password or a token may be shown without TLS, to where this login is connected.
    let mayShowSecrets: Bool
    var reader: StreamReader
    /// The server's header has no version: its stream goes on without features (RFC 6120 section 4.7.5).
    var lacksFeatures = false
    var sasl: SASLClient?
    var pings: UInt32 = 0
    var round: UInt8 = 0
    /// Steps of the script already taken.
    var stepsTaken: UInt8 = 0
    /// What the server offers of the script's extensions.
    var offers = SessionExtensions()
    /// A ping is sent and not answered.
    public internal(set) var awaitsPong = false
    /// Whether the session has its resource already: authentication itself bound it.
    var isBound = false
    /// What another profile than RFC 6120's has to remember of its exchange.
    var exchange: ProfileExchange?
    /// Whether the mechanism under way has something to compute from the server's next words.
    public internal(set) var isChallengeResponse = false
    var state = State.idle
    /// nil unless the stream is managed.
    var management: Boxed<StreamManagement>?
    /// Where own steps want it.
    var address: BoundAddress?
    /// What came while a reply is judged.
    var rest: [UInt8] = []

    enum State: Sendable, Equatable {
        case idle
        /// The header is sent; the server's header is to come, then its features.
        case awaitingHeader(LoginPhase)
        case awaitingFeatures(LoginPhase)
        case awaitingProceed
        case securing
        case awaitingCompressed
        /// The connection is about to compress.
        case compressing
        case authenticating
        /// The key is being derived off the lane.
        case deriving
        /// What a new account needs is asked.
        case awaitingForm(isOffered: Bool)
        case awaitingResult(LoginPhase)
        /// Of `<enable/>` or `<resume/>`.
        case awaitingManagement(LoginPhase)
        /// Whether a reply is the expected one is being found out.
        case judging(LoginPhase)
        case online
        case closing
        case over

        /// Whether the next bytes may be looked at.
        var isReading: Bool {
            switch self {
            case .securing, .compressing, .judging, .over: false
            default: true
            }
        }
    }

    /// - Parameters:
    ///   - number: of the account, from 1.
    ///   - userAgent: which client it is that logs in; XEP-0388's profile has it told to the server.
    ///   - rosterVersion: the last that a login of this account told of; empty for none.
    ///   - resumption: an earlier session of the account, to be taken up again.
    ///   - mayShowSecrets: whether a password or a token may go without TLS to where the login is connected: everybody on
    ///     the way can read it. Without it a login that comes to do so fails instead.
    public init(
        _ script: LoginScript, credentials: consuming Credentials, resource: String? = nil, number: Int = 1,
        userAgent: UserAgent? = nil, nonces: NonceSource = .secure, rosterVersion: String = "",
        resumption: StreamResumption? = nil, mayShowSecrets: Bool = false
    ) {
        let identity = LoginIdentity(
            credentials: credentials, resource: resource, number: number, userAgent: userAgent, nonces: nonces,
            rosterVersion: rosterVersion, resumption: resumption)
        self.init(script, identity: identity, mayShowSecrets: mayShowSecrets)
    }

    private init(_ script: LoginScript, identity: LoginIdentity?, mayShowSecrets: Bool) {
        self.script = script
        self.identity = identity
        self.mayShowSecrets = mayShowSecrets
        reader = StreamReader(limits: script.limits.ofReader)
    }

    /// The phase under way: where a timeout or a lost connection is counted. nil while TLS is.
    public var phase: LoginPhase? {
        switch state {
        case .idle, .securing, .over: nil
        case .awaitingHeader(let phase), .awaitingFeatures(let phase), .awaitingResult(let phase): phase
        case .awaitingManagement(let phase), .judging(let phase): phase
        case .awaitingProceed: .starttls
        case .awaitingCompressed, .compressing: .compress
        case .authenticating, .deriving: .sasl
        case .awaitingForm: .register
        case .online, .closing: .online
        }
    }

    public var isLoggedIn: Bool { state == .online }
    /// Our `</stream:stream>` is sent, and whatever happens now is no failure.
    public var isClosing: Bool { state == .closing || state == .over }
    /// What this client logs in by in place of the password (XEP-0484); nil without, and once it is logged in.
    public var token: Secret? { identity?.userAgent?.token?.secret }
    /// How much is kept of what the server has not said to its end, or of what waits for a verdict, in bytes.
    public var keptBytes: Int { reader.keptBytes + rest.count }
    /// Nothing has come from the server since the last stream header was sent.
    public var hasReceivedNothing: Bool { reader.hasReceivedNothing }

    /// The same login from its start, for another host (RFC 6120 section 4.9.3.19).
    ///
    /// - Parameter mayShowSecrets: whether that host may be shown a password without TLS.
    public func redirected(mayShowSecrets: Bool) -> Login {
        Login(script, identity: identity, mayShowSecrets: mayShowSecrets)
    }

    /// The TCP connection stands.
    public mutating func connected(_ actions: inout [LoginAction]) {
        if script.encryption == .direct {
            state = .securing
            actions.append(.startTLS)
        } else {
            open(.greeting, &actions)
        }
    }

    /// The TLS handshake is complete.
    public mutating func secured(_ actions: inout [LoginAction]) { open(.offer, &actions) }

    /// The result of an earlier `derive`.
    public mutating func receive(
        derived key: Result<SaltedPassword, SASLError>, _ actions: inout [LoginAction]
    ) {
        guard state == .deriving, sasl != nil else { return }
        state = .authenticating
        attempt(&actions) { login, actions throws(SASLError) in
            guard let step = try login.sasl?.receive(derived: key.get()) else { return }
            login.perform(step, &actions)
        }
    }

    /// Ends the session in order (RFC 6120 section 4.4): `loggedOut` follows when the server has closed its side too.
    public mutating func logOut(_ actions: inout [LoginAction]) {
        guard state != .closing, state != .over else { return }
        state = .closing
        actions.append(.send(LoginScript.end, begins: nil))
    }

    /// Asks the server whether it is there (XEP-0199): `awaitsPong` until it has answered.
    public mutating func ping(_ actions: inout [LoginAction]) {
        guard state == .online else { return }
        pings &+= 1
        awaitsPong = true
        send(
            stanza: Array("<iq type='get' id='p\(pings)'><ping xmlns='urn:xmpp:ping'/></iq>".utf8), begins: nil,
            &actions)
        if management != nil { requestAcknowledgement(&actions) }
    }

    /// Keeps the connection alive without a stanza (RFC 6120 section 4.6.1).
    public mutating func whitespace(_ actions: inout [LoginAction]) {
        guard state == .online else { return }
        actions.append(.send([0x20], begins: nil))
    }

    /// The first header of a connection, or of what is said over TLS, has nothing before it.
    mutating func open(_ phase: LoginPhase, _ actions: inout [LoginAction]) {
        if phase == .restart { reader.restart() } else { reader.reset() }
        state = .awaitingHeader(phase)
        actions.append(.send(script.isExtensible ? addressedHeader(phase) : script.header, begins: phase))
    }

    mutating func fail(_ kind: LoginFailure.Kind, _ condition: String, _ actions: inout [LoginAction]) {
        fail(kind, condition, "", &actions)
    }

    mutating func fail(
        _ kind: LoginFailure.Kind, _ condition: String, _ example: String, _ actions: inout [LoginAction]
    ) {
        fail(
            LoginFailure(phase: phase ?? .greeting, kind: kind, condition: condition, example: example), &actions)
    }

    mutating func fail(_ failure: LoginFailure, _ actions: inout [LoginAction]) {
        var failure = failure
        if failure.example.isEmpty { failure.example = hint }
        state = .over
        actions.append(.failed(failure))
    }
}
