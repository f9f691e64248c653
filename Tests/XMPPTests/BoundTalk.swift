import LibXML2
import SASL
import XMLStream

@testable import XMPP

/// A login that was bound as `romeo@example.org/<orchard>`, and what is said from then on.
struct BoundTalk {
    private var login: Login
    private let scratch = StanzaScratch()
    private var actions: [LoginAction] = []
    private let expectations: [XPath?]
    private(set) var sent: [String] = []
    private(set) var ended: [LoginPhase] = []
    /// `own.1: stanza: condition`
    private(set) var failure: String?
    private(set) var isLoggedIn = false
    /// Replies that are to be judged, where that is left for later.
    private(set) var waiting: [Reply] = []
    private let judgesAtOnce: Bool

    init(_ steps: [LoginScript.OwnStep], judgesAtOnce: Bool = true) throws {
        let script = LoginScript(
            domain: "example.org", encryption: .none, mechanisms: .preferred([.plain]),
            steps: [.bind] + steps.map { .own($0) })
        login = Login(
            script, credentials: Credentials(username: "romeo", password: Secret("pw"), domain: "example.org"),
            number: 7, mayShowSecrets: true)
        expectations = try steps.map { step in
            try step.expectation.map { try XPath($0, namespaces: ["c": "jabber:client"]) }
        }
        self.judgesAtOnce = judgesAtOnce
        login.connected(&actions)
        let header =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
        hear(
            header + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                + "<mechanism>PLAIN</mechanism></mechanisms></stream:features>")
        hear("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
        hear(header + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>")
        sent = []
        ended = []
        hear(
            "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                + "<jid>romeo@example.org/&lt;orchard&gt;</jid></bind></iq>")
    }

    /// The server's words, in one read.
    mutating func hear(_ text: String) {
        Chunk.reading(Array(text.utf8)) { login.receive(&$0, using: scratch, &actions) }
        perform()
    }

    /// The verdict on the reply that has waited longest.
    mutating func judge() {
        let reply = waiting.removeFirst()
        login.receive(judged: reply, isExpected: isExpected(reply), using: scratch, &actions)
        perform()
    }

    private func isExpected(_ reply: Reply) -> Bool {
        guard let document = try? XMLDocument(reply.bytes) else { return false }
        return expectations[reply.step]?.isTrue(of: document) ?? false
    }

    private mutating func perform() {
        var next = 0
        while next < actions.count {
            switch actions[next] {
            case .send(let bytes, _): sent.append(String(decoding: bytes, as: UTF8.self))
            case .ended(let phase): ended.append(phase)
            case .failed(let end): failure = "\(end.phase.name): \(end.kind.rawValue): \(end.condition)"
            case .loggedIn: isLoggedIn = true
            case .judge(let reply) where judgesAtOnce:
                login.receive(judged: reply, isExpected: isExpected(reply), using: scratch, &actions)
            case .judge(let reply): waiting.append(reply)
            default: break
            }
            next += 1
        }
        actions.removeAll()
    }
}
