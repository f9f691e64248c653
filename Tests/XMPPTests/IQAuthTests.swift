import SASL
import TestSupport
import Testing

@testable import XMPP

@Suite("Non-SASL Authentication")
struct IQAuthTests {
    private static let header =
        "<stream:stream from='shakespeare.lit' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    private static let old = header + "id='3EE948B0'>"
    private static let features = """
        id='3EE948B0' version='1.0'><stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
        <mechanism>DIGEST-MD5</mechanism></mechanisms><auth xmlns='http://jabber.org/features/iq-auth'/>\
        </stream:features>
        """
    private static let fields = """
        <iq type='result' id='a1'><query xmlns='jabber:iq:auth'><username/><password/><digest/><resource/></query></iq>
        """
    private static let success = "<iq type='result' id='a2'/>"

    private func talk(
        _ methods: [LoginScript.IQAuthMethod] = [.digest, .password], password: String = "Calli0pe",
        encryption: LoginScript.Encryption = .none, force: Bool = false, cut: Int? = nil
    ) -> Talk {
        let script = LoginScript(
            domain: "shakespeare.lit", encryption: encryption, force: force, steps: [.bind, .session, .presence],
            profile: .iqAuth(methods))
        let bill = Credentials(username: "bill", password: Secret(password), domain: "shakespeare.lit")
        return Talk(script, bill, resource: "globe", cut: cut)
    }

    private static func set(_ proof: String) -> String {
        "<iq type='set' id='a2'><query xmlns='jabber:iq:auth'><username>bill</username>\(proof)"
            + "<resource>globe</resource></query></iq>"
    }

    @Test("logs in as in the XEP's examples, wherever the reads are cut", arguments: LoginScript.IQAuthMethod.allCases)
    func examples(_ method: LoginScript.IQAuthMethod) {
        let proof =
            method == .digest
            ? "<digest>48fc78be9ec8f86d8ce1c39c320c97c21d62334d</digest>" : "<password>Calli0pe</password>"
        for cut in [nil] + (1..<Self.fields.utf8.count).map(Optional.some) {
            var talk = talk([method], cut: cut)
            talk.hear(Self.header + Self.features)
            #expect(
                talk.sent.last
                    == "<iq type='get' id='a1'><query xmlns='jabber:iq:auth'><username>bill</username></query></iq>")
            talk.hear(Self.fields)
            #expect(talk.sent.last == Self.set(proof))
            talk.hear(Self.success)
            #expect(talk.outcome == "logged in")
            #expect(talk.phases == [.greeting, .iqAuth])
            #expect(talk.sent.last == "<presence/>")
        }
    }

    @Test("a server from before XMPP 1.0 sends no features, and none are waited for")
    func oldServer() {
        var talk = talk()
        talk.hear(Self.old)
        talk.hear(Self.fields)
        talk.hear(Self.success)
        #expect(talk.outcome == "logged in")
    }

    @Test("such a server has no STARTTLS")
    func oldServerWithoutTLS() {
        var talk = talk(encryption: .starttls)
        talk.hear(Self.old)
        #expect(talk.outcome == "greeting: protocol: STARTTLS is not offered")
    }

    @Test("takes the digest where there is one, else the password, and only what the script allows")
    func choice() {
        let fields = Self.fields.replacing("<digest/>", with: "")
        for (methods, outcome) in [
            ([LoginScript.IQAuthMethod.digest, .password], "waiting in iq-auth"),
            ([.digest], "iq-auth: protocol: mechanism-not-offered"),
        ] {
            var talk = talk(methods)
            talk.hear(Self.header + Self.features)
            talk.hear(fields)
            #expect(talk.outcome == outcome)
            #expect(talk.sent.last == Self.set("<password>Calli0pe</password>") || methods == [.digest])
        }
    }

    @Test("a password is escaped where it is sent, and not where it is hashed")
    func escaping() throws {
        var plain = talk([.password], password: "a<&'")
        plain.hear(Self.header + Self.features)
        plain.hear(Self.fields)
        #expect(plain.sent.last?.contains("<password>a&lt;&amp;&apos;</password>") == true)
        #expect(
            try IQAuthDigest.make(streamID: "3EE948B0", password: Secret("a<&'"))
                == "7e4641b312d08575bf2eb56cbafacbda56e9b809")
    }

    @Test(
        "each refusal has its condition, in today's words and in those of old servers",
        arguments: [
            (
                "<error code='401' type='auth'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
                "not-authorized"
            ),
            (
                "<error code='409' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
                "conflict"
            ),
            (
                "<error code='406' type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
                "not-acceptable"
            ),
            ("<error code='401'>Unauthorized</error>", "not-authorized"),
            ("<error code='409'>Conflict</error>", "conflict"),
            ("<error code='406'>Not Acceptable</error>", "not-acceptable"),
            ("<error code='999'>?</error>", "undefined-condition"),
        ])
    func refusals(_ error: String, _ condition: String) {
        var talk = talk()
        talk.hear(Self.header + Self.features)
        talk.hear(Self.fields)
        talk.hear("<iq type='error' id='a2'>\(error)</iq>")
        #expect(talk.outcome == "iq-auth: stanza: \(condition)")
    }

    @Test("Openfire's recorded refusal of a wrong password is not-authorized")
    func recordedRefusal() throws {
        let recording = try #require(OpenfireTranscript.all.first { $0.name == "xep0078-bad" })
        let refusal = recording.events.compactMap { event -> String? in
            if case .server(let text, _) = event, text.contains("error") { text } else { nil }
        }
        var talk = talk()
        talk.hear(Self.header + Self.features)
        talk.hear(Self.fields)
        talk.hear(try #require(refusal.first))
        #expect(talk.outcome == "iq-auth: stanza: not-authorized")
    }

    @Test("a server that does not advertise it is told by name, unless it is to be tried all the same")
    func notOffered() {
        let features = Self.features.replacing("<auth xmlns='http://jabber.org/features/iq-auth'/>", with: "")
        var talk = talk()
        talk.hear(Self.header + features)
        #expect(talk.outcome == "iq-auth: protocol: iq-auth-not-offered")
        #expect(talk.failure?.isCertain == true)
        #expect(talk.failure?.example == "offered: SASL with DIGEST-MD5")
        var forced = self.talk(force: true)
        forced.hear(Self.header + features)
        #expect(forced.outcome == "waiting in iq-auth")
    }

    @Test("both sides understand each other, with either method, after STARTTLS and without")
    func duet() throws {
        for (encryption, offered) in [
            (LoginScript.Encryption.none, ServerProfile.Encryption.none), (.starttls, .starttls), (.direct, .direct),
        ] {
            for method in LoginScript.IQAuthMethod.allCases {
                let profile = ServerProfile(
                    domain: "localhost", mechanisms: [.plain], encryption: offered, dialect: .plain,
                    accounts: try .anyone(password: Secret("pw"), iterations: 16), extensions: [.iqAuth])
                let script = LoginScript(domain: "localhost", encryption: encryption, profile: .iqAuth([method]))
                let duet = Duet(script, profile, resource: "globe")
                #expect(duet.talk.outcome == "logged in")
                #expect(duet.jid == "u1@localhost/globe")
                let wrong = Duet(script, profile, password: "wrong", resource: "globe")
                #expect(wrong.talk.outcome == "iq-auth: stanza: not-authorized")
                let nameless = Duet(script, profile)
                #expect(nameless.talk.outcome == "iq-auth: stanza: not-acceptable")
            }
        }
    }

    @Test("a server offers it only where it was told to")
    func silent() throws {
        let profile = ServerProfile(
            domain: "localhost", mechanisms: [.plain], encryption: .none, dialect: .plain,
            accounts: try .anyone(password: Secret("pw"), iterations: 16))
        let script = LoginScript(domain: "localhost", encryption: .none, profile: .iqAuth([.digest]))
        #expect(Duet(script, profile, resource: "r").talk.outcome == "iq-auth: protocol: iq-auth-not-offered")
    }
}
