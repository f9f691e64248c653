import SASL
import TestSupport
import Testing
import XMLStream

@testable import XMPP

/// An account made or removed by a login value, fed with a server's words.
private struct RegistrationTalk {
    private var login: Login
    private let scratch = StanzaScratch()
    private var actions: [LoginAction] = []
    private(set) var sent: [String] = []
    /// `done`, or the failure; the first is what counts.
    private(set) var end: String?

    init(
        _ purpose: LoginScript.Purpose, username: String = "juliet", steps: [LoginScript.Step] = [], tls: Bool = false,
        mayShowSecrets: Bool = true
    ) {
        let script = LoginScript(
            domain: "localhost", encryption: tls ? .starttls : .none, mechanisms: .preferred([.plain]), steps: steps,
            purpose: purpose)
        let credentials = Credentials(username: username, password: Secret("<p&w>"), domain: "localhost")
        login = Login(script, credentials: credentials, mayShowSecrets: mayShowSecrets)
        login.connected(&actions)
        perform()
    }

    mutating func hear(_ text: String, cut: Int = .max) {
        let bytes = Array(text.utf8)
        for part in [bytes.prefix(cut), bytes.dropFirst(cut)] where !part.isEmpty && end == nil {
            Chunk.reading(Array(part)) { login.receive(&$0, using: scratch, &actions) }
            perform()
        }
    }

    /// The server's side of a recording, without the answers to what is not asked here.
    mutating func hear(_ events: [OpenfireTranscript.Event], without ids: [String] = [], cut: Int = .max) {
        for case .server(let text, let channel) in events {
            if ids.contains(where: { text.contains("id=\"\($0)\"") }) { continue }
            if channel == .tls, login.phase == nil, end == nil {
                login.secured(&actions)
                perform()
            }
            hear(text, cut: cut)
        }
    }

    private mutating func perform() {
        for action in actions {
            switch action {
            case .send(let bytes, _): sent.append(String(decoding: bytes, as: UTF8.self))
            case .loggedIn: end = end ?? "done"
            case .failed(let failure):
                let example = failure.example.isEmpty ? "" : " (\(failure.example))"
                end = end ?? "\(failure.phase.name): \(failure.kind.rawValue): \(failure.condition)\(example)"
            default: break
            }
        }
        actions.removeAll()
    }
}

@Suite("In-band registration")
struct RegistrationTests {
    private func events(_ name: String) throws -> [OpenfireTranscript.Event] {
        try #require(OpenfireTranscript.all.first { $0.name == name }).events
    }

    @Test("makes an account at the recorded Openfire, with the recorded client's words, wherever reads are cut")
    func openfire() throws {
        let events = try events("xep0077-register-new")
        for cut in 0..<800 {
            var talk = RegistrationTalk(.registration, username: "reg1795397623", tls: true)
            talk.hear(events, cut: cut)
            #expect(talk.end == "done", "cut at \(cut)")
            #expect(
                talk.sent.suffix(2) == [
                    "<iq type='get' id='g1' to='localhost'><query xmlns='jabber:iq:register'/></iq>",
                    "<iq type='set' id='g2' to='localhost'><query xmlns='jabber:iq:register'>"
                        + "<username>reg1795397623</username><password>&lt;p&amp;w&gt;</password>"
                        + "<email>reg1795397623@localhost</email></query></iq>",
                ], "cut at \(cut)")
        }
    }

    /// The recorded client did not ask for the form; the answer to it is taken from the other recording.
    /// What follows the conflict is the answer to a login.
    @Test(
        "at the recorded Openfire an account that is there already is logged in to on the same stream",
        arguments: [
            ("success/>", "register: stanza: already-registered"),
            ("failure><not-authorized/></failure>", "sasl: sasl: not-authorized"),
        ])
    func conflict(_ answer: String, _ end: String) throws {
        var events = try events("xep0077-existing")
        let form = try self.events("xep0077-register-new").filter {
            if case .server(let text, _) = $0 { text.contains("id=\"g1\"") } else { false }
        }
        let last = try #require(events.lastIndex { if case .server = $0 { true } else { false } })
        events.insert(contentsOf: form, at: last)
        for cut in 0..<800 {
            var talk = RegistrationTalk(.registration, username: "u1", tls: true)
            talk.hear(events, cut: cut)
            #expect(talk.sent.last?.hasPrefix("<auth ") == true, "cut at \(cut)")
            talk.hear(
                "<"
                    + answer.replacing("success", with: "success \(Self.sasl)").replacing(
                        "failure>", with: "failure \(Self.sasl)>", maxReplacements: 1), cut: cut)
            #expect(talk.end == end, "cut at \(cut)")
        }
    }

    private static let sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

    @Test("a conflict stays one where no password can be asked")
    func unasked() {
        var talk = asked("<username/><password/>")
        talk.hear(
            "<iq type='error' id='g2'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        )
        #expect(talk.end == "register: stanza: conflict")
    }

    @Test("removes the account at the recorded Openfire, which ends the stream with it, wherever reads are cut")
    func removal() throws {
        let events = try events("xep0077-register-new")
        for cut in 0..<800 {
            var talk = RegistrationTalk(.login, steps: [.bind, .remove], tls: true)
            talk.hear(events, without: ["g1", "g2", "s1", "r1"], cut: cut)
            #expect(talk.end == "done", "cut at \(cut)")
            #expect(
                talk.sent.last
                    == "<iq type='set' id='g3' to='localhost'><query xmlns='jabber:iq:register'><remove/></query></iq>")
        }
    }

    // MARK: What a server may ask

    private static let header = """
        <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>
        """
    private static let offered = "<register xmlns='http://jabber.org/features/iq-register'/>"

    /// Talks as far as the form, which is this query.
    private func asked(_ query: String, features: String = offered) -> RegistrationTalk {
        var talk = RegistrationTalk(.registration)
        talk.hear(Self.header + "<stream:features>\(features)</stream:features>")
        talk.hear("<iq type='result' id='g1'><query xmlns='jabber:iq:register'>\(query)</query></iq>")
        return talk
    }

    private func form(_ fields: String) -> String { "<x xmlns='jabber:x:data' type='form'>\(fields)</x>" }

    private static let account = """
        <field var='username' type='text-single'><required/></field>\
        <field var='password' type='text-private'><required/></field>
        """

    @Test("is tried where the server does not say that it offers it")
    func unadvertised() {
        var talk = asked("<username/><password/>", features: "")
        talk.hear("<iq type='result' id='g2'/>")
        #expect(talk.end == "done")
    }

    @Test("a refusal of what is not offered says so; one that is has the server's own words")
    func refused() {
        for (features, words) in [("", "the server does not offer registration"), (Self.offered, "not today")] {
            var talk = RegistrationTalk(.registration)
            talk.hear(Self.header + "<stream:features>\(features)</stream:features>")
            let text = features.isEmpty ? "" : "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>not today</text>"
            talk.hear(
                """
                <iq type='error' id='g1'><error type='cancel'>\
                <not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\(text)</error></iq>
                """)
            #expect(talk.end == "register: stanza: not-allowed (\(words))")
        }
    }

    @Test("a data form alone is filled in, and hidden fields are given back")
    func dataForm() {
        let hidden = "<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>"
        let talk = asked(
            form(hidden + Self.account + "<field var='email'/><field var='nick'/>")
                + "<instructions>Please</instructions>")
        #expect(
            talk.sent.last == """
                <iq type='set' id='g2' to='localhost'><query xmlns='jabber:iq:register'>\
                <x xmlns='jabber:x:data' type='submit'>\
                <field var='FORM_TYPE'><value>jabber:iq:register</value></field>\
                <field var='username'><value>juliet</value></field>\
                <field var='password'><value>&lt;p&amp;w&gt;</value></field>\
                <field var='email'><value>juliet@localhost</value></field></x></query></iq>
                """)
    }

    @Test(
        "what cannot be told is named",
        arguments: [
            ("<username/><password/><phone/>", "registration asks for phone"),
            ("<instructions>Type</instructions>", "registration asks for no username and password (Type)"),
            (
                "<x xmlns='jabber:x:oob'><url>http://example.org/join</url></x>",
                "registration asks for no username and password (http://example.org/join)"
            ),
        ])
    func unknownFields(_ query: String, _ reason: String) {
        #expect(asked(query).end == "register: protocol: \(reason)")
    }

    @Test("a CAPTCHA is named, even beside plain fields")
    func captcha() {
        let ocr = "<field var='ocr' type='text-single'><required/></field>"
        let talk = asked("<username/><password/>" + form(Self.account + ocr))
        #expect(talk.end == "register: protocol: registration asks for ocr")
    }
}
