import SASL
import XMLStream

@testable import XMPP

/// A login value and the server's words for it: without TLS, with PLAIN.
struct Conversation {
    var login: Login
    private let scratch = StanzaScratch()
    private var actions: [LoginAction] = []
    private(set) var sent: [String] = []
    private(set) var ended: [LoginPhase] = []
    private(set) var rosterVersions: [String] = []
    private(set) var fallbacks: [String] = []
    private(set) var failure: String?
    private(set) var isLoggedIn = false

    static let header = """
        <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>
        """

    init(
        _ steps: [LoginScript.Step], compression: LoginScript.Compression = .never, rosterVersion: String? = nil,
        resumption: StreamResumption? = nil, mayShowSecrets: Bool = true
    ) {
        let script = LoginScript(
            domain: "localhost", encryption: .none, mechanisms: .preferred([.plain]), steps: steps,
            compression: compression, usesRosterVersion: rosterVersion != nil)
        login = Login(
            script, credentials: Credentials(username: "u1", password: Secret("pw"), domain: "localhost"),
            rosterVersion: rosterVersion ?? "", resumption: resumption, mayShowSecrets: mayShowSecrets)
        login.connected(&actions)
        perform()
    }

    /// Authenticated, and offered these features beside bind.
    mutating func authenticate(offering features: String = "") {
        hear(Self.header + Self.mechanisms())
        hear("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
        hear(Self.header + Self.bind(features))
    }

    static func mechanisms(_ others: String = "") -> String {
        "<stream:features>\(others)<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
            + "</mechanisms></stream:features>"
    }

    static func bind(_ others: String = "") -> String {
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>\(others)</stream:features>"
    }

    /// The server says this, in one read or a byte at a time.
    mutating func hear(_ text: String, byByte: Bool = false) {
        let bytes = Array(text.utf8)
        for part in byByte ? bytes.map({ [$0] }) : [bytes] {
            guard failure == nil else { return }
            Chunk.reading(part) { login.receive(&$0, using: scratch, &actions) }
            perform()
        }
    }

    mutating func ping() {
        login.ping(&actions)
        perform()
    }

    mutating func logOut() {
        login.logOut(&actions)
        perform()
    }

    /// What was sent since the last call.
    mutating func takeSent() -> [String] {
        defer { sent = [] }
        return sent
    }

    private mutating func perform() {
        var next = 0
        while next < actions.count {
            switch actions[next] {
            case .send(let bytes, _): sent.append(String(decoding: bytes, as: UTF8.self))
            case .ended(let phase): ended.append(phase)
            case .startCompression: login.compressed(&actions)
            case .loggedIn: isLoggedIn = true
            case .rosterVersion(let version): rosterVersions.append(version)
            case .fellBack(let failure): fallbacks.append(Self.text(failure))
            case .failed(let failure): self.failure = Self.text(failure)
            default: break
            }
            next += 1
        }
        actions.removeAll()
    }

    private static func text(_ failure: LoginFailure) -> String {
        "\(failure.phase.name): \(failure.kind.rawValue): \(failure.condition)"
    }
}
