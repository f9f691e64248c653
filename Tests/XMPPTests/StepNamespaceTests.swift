import SASL
import Testing
import XMLStream

@testable import XMPP

/// What a server says in answer to a step, as a name with its namespace, which can be written in several ways.
private struct Answer: Sendable {
    var name: String
    var namespace = "jabber:client"
    var attributes = ""
    var content = ""

    static func iq(_ id: String, _ content: String = "", type: String = "result") -> Answer {
        Answer(name: "iq", attributes: " type='\(type)' id='\(id)'", content: content)
    }

    static func features(_ content: String) -> Answer {
        Answer(name: "features", namespace: "http://etherx.jabber.org/streams", content: content)
    }

    enum Way: String, CaseIterable, Sendable {
        case declared, prefixed
        case foreign = "foreign by default", foreignPrefix = "foreign by prefix", none = "without a namespace"
        case nested = "within another stanza", nestedInForeigner = "within an element of another namespace"

        var isRight: Bool { self == .declared || self == .prefixed }
        var isNested: Bool { self == .nested || self == .nestedInForeigner }
    }

    func written(_ way: Way) -> String {
        switch way {
        case .declared: element("", namespace)
        case .prefixed: element("q:", namespace)
        case .foreign: element("", "urn:evil")
        case .foreignPrefix: element("q:", "urn:evil")
        case .none: element("", "")
        case .nested: "<message>\(element("", namespace))</message>"
        case .nestedInForeigner: "<a xmlns='urn:evil'>\(element("", namespace))</a>"
        }
    }

    private func element(_ prefix: String, _ namespace: String) -> String {
        let declaration = prefix.isEmpty ? "xmlns" : "xmlns:\(prefix.dropLast())"
        return "<\(prefix)\(name) \(declaration)='\(namespace)'\(attributes)>\(content)</\(prefix)\(name)>"
    }
}

/// A login that waits for the answer to one step.
private struct Step: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: LoginScript
    let before: [String]
    let answer: Answer
    var mechanism = Mechanism.plain

    init(_ name: String, _ script: LoginScript, _ before: [String], _ answer: Answer) {
        testDescription = name
        self.script = script
        self.before = before
        self.answer = answer
    }

    static func script(
        _ steps: [LoginScript.Step] = [], _ encryption: LoginScript.Encryption = .none,
        by mechanism: Mechanism = .plain, profile: LoginScript.Profile = .sasl,
        compression: LoginScript.Compression = .never, purpose: LoginScript.Purpose = .login
    ) -> LoginScript {
        LoginScript(
            domain: "localhost", encryption: encryption, mechanisms: .preferred([mechanism]), steps: steps,
            profile: profile, compression: compression, purpose: purpose)
    }

    func begin() -> Talk {
        var talk = Talk(script, Credentials(username: "u1", password: Secret("pw"), domain: "localhost"))
        for words in before { talk.hear(words) }
        return talk
    }

    private static let sasl = "urn:ietf:params:xml:ns:xmpp-sasl"
    private static let sasl2 = "urn:xmpp:sasl:2"
    private static let header = Conversation.header
    private static let mechanisms = "<mechanisms xmlns='\(sasl)'><mechanism>PLAIN</mechanism></mechanisms>"
    private static let offered = header + Conversation.mechanisms()
    private static let success = "<success xmlns='\(sasl)'/>"
    private static let binding = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    private static let authenticated = [offered, success, header + Conversation.bind(more)]
    private static let more =
        "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/><sm xmlns='urn:xmpp:sm:3'/>"
    private static let bound =
        "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>u1@localhost/a</jid></bind>"
    private static let starttls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    private static let zlib =
        "<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>"
    private static let own = LoginScript.OwnStep(
        number: 0, kind: .iq, stanza: .init([.text("<iq type='get' id='"), .id, .text("'/>")]), id: .init([.id]))
    private static let iqAuth = script(profile: .iqAuth([.password]))
    private static let iqAuthOffered =
        header + Conversation.mechanisms("<auth xmlns='http://jabber.org/features/iq-auth'/>")
    private static let fields = "<query xmlns='jabber:iq:auth'><username/><password/><resource/></query>"
    private static let registration = script(purpose: .registration)
    private static let form = "<query xmlns='jabber:iq:register'><username/><password/></query>"

    static let all = [
        Step("features", script(), [header], .features(mechanisms)),
        Step("features with STARTTLS", script([], .starttls), [header], .features(starttls)),
        Step(
            "proceed", script([], .starttls), [header + "<stream:features>\(starttls)</stream:features>"],
            Answer(name: "proceed", namespace: "urn:ietf:params:xml:ns:xmpp-tls")),
        Step("success", script(), [offered], Answer(name: "success", namespace: sasl)),
        Step(
            "challenge", script(by: .cramMD5), [offered.replacing("PLAIN", with: "CRAM-MD5")],
            Answer(name: "challenge", namespace: sasl, content: "PDFAbG9jYWxob3N0Pg==")),
        Step("restart", script([.bind]), [offered, success, header], .features(binding)),
        Step("bind", script([.bind, .roster]), authenticated, .iq("b1", bound)),
        Step("session", script([.bind, .session, .roster]), authenticated + [said("b1", bound)], .iq("s1")),
        Step("roster", script([.bind, .roster, .enable]), authenticated + [said("b1", bound)], .iq("r1")),
        Step("own step", script([.bind, .own(own), .roster]), authenticated + [said("b1", bound)], .iq("o2")),
        Step(
            "enable", script([.bind, .enable, .roster]), authenticated + [said("b1", bound)],
            Answer(name: "enabled", namespace: "urn:xmpp:sm:3")),
        Step(
            "compress", script([.bind], compression: .afterAuthentication),
            [offered, success, header + Conversation.bind(zlib)],
            Answer(name: "compressed", namespace: "http://jabber.org/protocol/compress")),
        Step("iq-auth's fields", iqAuth, [iqAuthOffered], .iq("a1", fields)),
        Step(
            "iq-auth", script([.roster], profile: .iqAuth([.password])), [iqAuthOffered, said("a1", fields)], .iq("a2")),
        Step("registration's form", registration, [offered], .iq("g1", form)),
        Step(
            "SASL2's success", script([.bind], profile: .extensible(.init())),
            [
                header
                    + "<stream:features><authentication xmlns='\(sasl2)'><mechanism>PLAIN</mechanism></authentication></stream:features>"
            ],
            Answer(
                name: "success", namespace: sasl2,
                content: "<authorization-identifier xmlns='\(sasl2)'>u1@localhost</authorization-identifier>")),
        Step(
            "a question of the server's", script([.bind]), authenticated,
            .iq("q1", "<ping xmlns='urn:xmpp:ping'/>", type: "get")),
    ]

    private static func said(_ id: String, _ content: String) -> String { Answer.iq(id, content).written(.declared) }
}

@Suite("An answer counts with its namespace")
struct StepNamespaceTests {
    /// Whether the login took this for what it waits for: something ended, or it said something.
    private func takes(_ answer: String, _ step: Step) -> (isTaken: Bool, failure: LoginFailure?) {
        var talk = step.begin()
        #expect(talk.failure == nil, "\(step.testDescription) does not come to its answer")
        let (ended, sent) = (talk.phases.count, talk.sent.count)
        talk.hear(answer)
        return (talk.phases.count > ended || talk.sent.count > sent || talk.wantsTLS || talk.isLoggedIn, talk.failure)
    }

    @Test(
        "of every step: by default or by prefix it is taken, of another namespace or nested it is not",
        arguments: Step.all, Answer.Way.allCases)
    fileprivate func ways(_ step: Step, _ way: Answer.Way) {
        let (isTaken, failure) = takes(step.answer.written(way), step)
        #expect(isTaken == way.isRight)
        if way.isRight { #expect(failure == nil) }
        if let failure { #expect(failure.kind == .protocol && failure.condition.hasPrefix("expected ")) }
        // A stanza around it is one that may come; everything else has its name.
        if !way.isRight, way != .nested { #expect(failure != nil) }
    }

    @Test(
        "a stream whose default namespace is another's has no stanzas without a prefix",
        arguments: ["urn:evil", "jabber:server"])
    func header(_ namespace: String) {
        for step in Step.all where step.answer.name == "iq" {
            let elsewhere = step.before.map { $0.replacing("xmlns='jabber:client'", with: "xmlns='\(namespace)'") }
            var talk = Talk(step.script, Credentials(username: "u1", password: Secret("pw"), domain: "localhost"))
            for words in elsewhere { talk.hear(words) }
            let bare = step.answer.written(.declared).replacing(" xmlns='jabber:client'", with: "")
            talk.hear(bare)
            #expect(
                talk.failure?.condition.hasSuffix("came <iq/> of another namespace") == true, "\(step.testDescription)")
        }
    }

    @Test("a stranger with a known name is told as one")
    func named() {
        let bind = Step.all.first { $0.testDescription == "bind" }
        var talk = bind?.begin()
        talk?.hear("<iq xmlns='urn:evil' type='result' id='b1'/>")
        #expect(talk?.outcome == "bind: protocol: expected <iq/>, came <iq/> of another namespace")
        #expect(talk?.failure?.example == "in urn:evil")
    }

    @Test("what an answer holds counts with its namespace too")
    func children() {
        var fields = Step.all.first { $0.testDescription == "iq-auth's fields" }?.begin()
        fields?.hear(
            "<iq type='result' id='a1'><query xmlns='jabber:iq:auth'><password xmlns='urn:evil'/></query></iq>")
        #expect(fields?.failure?.condition == "mechanism-not-offered")
        var zlib = Step.all.first { $0.testDescription == "restart" }?.begin()
        zlib?.hear("<stream:features><bind xmlns='urn:evil'/></stream:features>")
        #expect(zlib?.failure?.condition == "bind is not offered")
        var failure = Step.all.first { $0.testDescription == "success" }?.begin()
        failure?.hear(
            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><a xmlns='urn:evil'/><not-authorized/></failure>")
        #expect(failure?.failure?.condition == "not-authorized")
    }
}
