import SASL
import XMLStream

@testable import XMPP

/// A login value, and what a test says to it in the server's place.
struct Talk {
    private var login: Login
    private let scratch = StanzaScratch()
    private var actions: [LoginAction] = []
    /// How its connection can be bound.
    private let bindings: [ChannelBinding]
    /// Where to cut each read of the server's in two; nil for none.
    private let cut: Int?
    private(set) var sent: [String] = []
    /// The phases that ended, in order.
    private(set) var phases: [LoginPhase] = []
    private(set) var tokens: [FASTOutcome] = []
    private(set) var isLoggedIn = false
    private(set) var failure: LoginFailure?
    private(set) var wantsTLS = false

    init(
        _ script: LoginScript, _ credentials: Credentials, resource: String? = nil, agent: UserAgent? = nil,
        bindings: [ChannelBinding] = [], nonce: String = "nonce", cut: Int? = nil,
        mayShowSecrets: Bool = true
    ) {
        login = Login(
            script, credentials: credentials, resource: resource, userAgent: agent, nonces: .fixed(nonce),
            mayShowSecrets: mayShowSecrets)
        self.bindings = bindings
        self.cut = cut
        login.connected(&actions)
        perform()
    }

    /// Where the login stands, in a word or two.
    var outcome: String {
        if let failure { return "\(failure.phase.name): \(failure.kind.rawValue): \(failure.condition)" }
        return isLoggedIn ? "logged in" : "waiting in \(login.phase?.name ?? "tls")"
    }

    mutating func hear(_ text: String) {
        let bytes = Array(text.utf8)
        guard let cut, cut < bytes.count else { return read(bytes) }
        read(Array(bytes[..<cut]))
        read(Array(bytes[cut...]))
    }

    mutating func secured() {
        wantsTLS = false
        login.secured(&actions)
        perform()
    }

    mutating func read(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        Chunk.reading(bytes) { login.receive(&$0, using: scratch, &actions) }
        perform()
    }

    private mutating func perform() {
        var next = 0
        while next < actions.count {
            let action = actions[next]
            next += 1
            perform(action)
        }
        actions.removeAll()
    }

    private mutating func perform(_ action: LoginAction) {
        switch action {
        case .send(let bytes, _): sent.append(String(decoding: bytes, as: UTF8.self))
        case .ended(let phase): phases.append(phase)
        case .derive(let derivation):
            login.receive(derived: Result { () throws(SASLError) in try derivation.run() }, &actions)
        case .bindChannel(let request):
            let binding = request.kinds.compactMap { kind in bindings.first { $0.kind == kind } }.first
            login.receive(binding: binding, for: request, &actions)
        case .fast(let outcome): tokens.append(outcome)
        case .loggedIn: isLoggedIn = true
        case .failed(let failure): self.failure = failure
        case .startTLS: wantsTLS = true
        case .startCompression: login.compressed(&actions)
        case .endedRound, .fellBack, .rosterVersion, .judge, .loggedOut: break
        }
    }
}

/// A login value and a server's stream value that talk to each other.
struct Duet {
    private(set) var talk: Talk
    private var server: ServerStream
    private let scratch = StanzaScratch()
    private let bindings: [ChannelBinding]
    private var heard = 0
    /// What the server said.
    private(set) var said: [String] = []
    /// The address that the server bound.
    private(set) var jid: String?

    /// - Parameter bindings: how the TLS connection between them can be bound; nil for none.
    init(
        _ script: LoginScript, _ profile: ServerProfile, user: String = "u1", password: String = "pw",
        resource: String? = nil, agent: UserAgent? = nil, bindings: [ChannelBinding] = []
    ) {
        let credentials = Credentials(username: user, password: Secret(password), domain: script.domain)
        self.bindings = bindings
        talk = Talk(script, credentials, resource: resource, agent: agent, bindings: bindings)
        server = ServerStream(profile, id: "s1")
        if talk.wantsTLS { secure() }
        while heard < talk.sent.count { pass(talk.sent[heard]) }
    }

    /// The token that the server gave at last.
    var token: FASTToken? {
        talk.tokens.compactMap { if case .authenticated(_, let next) = $0 { next } else { nil } }.last
    }

    private mutating func secure() {
        server.secured(ServerStream.Security(bindings: bindings))
        talk.secured()
    }

    private mutating func pass(_ text: String) {
        heard += 1
        var actions: [ServerAction] = []
        Chunk.reading(Array(text.utf8)) { server.receive(&$0, using: scratch, &actions) }
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: ServerAction) {
        switch action {
        case .send(let bytes, _):
            said.append(String(decoding: bytes, as: UTF8.self))
            talk.hear(said[said.count - 1])
        case .startTLS: secure()
        case .bound(let jid): self.jid = jid
        case .startCompression, .resume, .managed, .unmanaged, .close: break
        }
    }
}
