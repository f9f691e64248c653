import SASL
import Testing
import XMLStream

@testable import XMPP

@Suite("What a server says that is not as it should be")
struct StrangeServerTests {
    private static let success = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
    private static let declaration = "<?xml version='1.0'?>"
    private static let proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

    @Test(
        "white space behind <success/> belongs to the old stream, in the same read or the next",
        arguments: [false, true])
    func newlines(_ byByte: Bool) {
        var talk = Conversation([])
        talk.hear(Self.declaration + Conversation.header + "\n" + Conversation.mechanisms() + "\n", byByte: byByte)
        talk.hear(Self.success + "\r\n", byByte: byByte)
        talk.hear("\n" + Self.declaration + Conversation.header + Conversation.bind(), byByte: byByte)
        #expect(talk.isLoggedIn && talk.failure == nil)
    }

    @Test("before the first header of a connection there is none")
    func newlineFirst() {
        var talk = Conversation([])
        talk.hear("\n" + Self.declaration + Conversation.header)
        #expect(talk.failure == "greeting: xml: restricted")
    }

    private func afterProceed(_ rest: String) -> LoginFailure? {
        var talk = talk(.starttls)
        talk.hear(
            Conversation.header
                + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
        talk.hear(Self.proceed + rest)
        return talk.failure
    }

    @Test("what stands behind <proceed/> fails the login in its phase, and white space is called so")
    func proceed() {
        for (rest, what) in [("\n", "white space"), (" <a/>", "bytes"), (Conversation.header, "bytes")] {
            let failure = afterProceed(rest)
            #expect(failure?.phase == .starttls && failure?.condition == "\(what) after <proceed/>")
        }
        #expect(afterProceed("") == nil)
    }

    @Test(
        "another protocol has its name, wherever a read is cut",
        arguments: [
            ([0x15, 3, 3, 0, 2, 2, 70], "TLS in place of XML", "try tls: direct"),
            ([0x16, 3, 3, 0, 40, 2], "TLS in place of XML", "try tls: direct"),
            (Array("HTTP/1.0 503 Service Unavailable\r\n".utf8), "HTTP in place of XML", "a web server or a proxy"),
            (Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), "SSH in place of XML", "an SSH server"),
            ([0xEF, 0xBB, 0xBF] + Array(declaration.utf8), "a byte order mark", "outside a stanza"),
            ([0xFF, 0xFE, 0x3C, 0x00], "a byte order mark", "outside a stanza"),
            (Array("220 mail.example ESMTP\r\n".utf8), "not well-formed", "`2"),
        ] as [([UInt8], String, String)])
    func foreign(_ bytes: [UInt8], _ condition: String, _ words: String) {
        for cut in [bytes.count, 1, 2] {
            var talk = talk(.none)
            talk.read(Array(bytes.prefix(cut)))
            if talk.failure == nil { talk.read(Array(bytes.dropFirst(cut))) }
            #expect(talk.failure?.phase == .greeting && talk.failure?.kind == .xml)
            #expect(talk.failure?.condition == condition && talk.failure?.example.contains(words) == true)
        }
    }

    @Test("a second XML declaration is called one")
    func declarations() {
        var talk = talk(.none)
        talk.hear(Conversation.header + Self.declaration)
        #expect(talk.failure?.example.hasPrefix("an XML declaration that does not come first") == true)
    }

    @Test("a header without a version is the last that such a server says of itself", arguments: [nil, "0.9"])
    func beforeVersion1(_ version: String?) {
        let header = Conversation.header.replacing(" version='1.0'", with: version.map { " version='\($0)'" } ?? "")
        for byByte in [false, true] {
            var talk = Conversation([])
            talk.hear(header, byByte: byByte)
            #expect(talk.failure == "greeting: protocol: no version in the stream header")
        }
        var erroneous = Conversation([])
        erroneous.hear(
            header + "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
        #expect(erroneous.failure == "greeting: stream: host-unknown")
    }

    @Test("see-other-host moves a login, and ends a session like any other error")
    func seeOtherHost() {
        let error =
            "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>b.example</see-other-host>"
            + "</stream:error>"
        var login = Conversation([])
        login.hear(Conversation.header + error)
        #expect(login.failure == "greeting: redirect: b.example")
        var session = Conversation([])
        session.authenticate()
        session.hear(error)
        #expect(session.failure == "online: stream: see-other-host")
    }

    @Test("a stanza may be as long as the script says, and no longer")
    func limits() {
        for (limit, isGood) in [(300_000, true), (100_000, false)] {
            var talk = talk(.none, limits: LoginScript.Limits(stanzaBytes: limit))
            talk.hear(Conversation.header)
            talk.hear("<stream:features><a>")
            talk.hear(String(repeating: "x", count: 200_000))
            talk.hear("</a>\(Conversation.mechanisms().dropFirst("<stream:features>".count))")
            #expect(talk.failure?.condition == (isGood ? nil : "too big"))
            #expect(isGood || talk.failure?.example.contains("login.limits.stanza") == true)
        }
    }

    private func talk(_ encryption: LoginScript.Encryption, limits: LoginScript.Limits = .init()) -> Talk {
        let script = LoginScript(
            domain: "localhost", encryption: encryption, mechanisms: .preferred([.plain]), steps: [.bind],
            limits: limits)
        return Talk(script, Credentials(username: "u1", password: Secret("pw"), domain: "localhost"))
    }
}

@Suite("A password that everybody on the way could read")
struct OverheardTests {
    private let account = Credentials(
        username: "u1", password: Secret("geheim"), domain: "localhost", token: Secret("geheim"))

    private func talk(
        _ mechanisms: LoginScript.MechanismChoice, _ offered: String, profile: LoginScript.Profile = .sasl,
        force: Bool = false, mayShowSecrets: Bool = false
    ) -> Talk {
        let script = LoginScript(
            domain: "localhost", encryption: .none, mechanisms: mechanisms, force: force, steps: [.bind],
            profile: profile)
        var talk = Talk(script, account, mayShowSecrets: mayShowSecrets)
        talk.hear(
            Conversation.header
                + Conversation.mechanisms("<auth xmlns='http://jabber.org/features/iq-auth'/>")
                .replacing("PLAIN", with: offered))
        return talk
    }

    @Test(
        "is not said, whatever is offered, wanted or forced",
        arguments: ["PLAIN", "OAUTHBEARER", "JIVE-SHAREDSECRET", "HT-SHA-256-NONE"], [false, true])
    func kept(_ name: String, _ force: Bool) {
        let mechanism = LoginScript.MechanismChoice.preferred([Mechanism(rawValue: name)])
        let refused = talk(mechanism, name, force: force)
        #expect(refused.failure?.condition == "plain-without-tls" && refused.failure?.isCertain == true)
        #expect(refused.sent.count == 1)
        #expect(refused.failure?.example.contains("allow-plain-without-tls: true") == true)
        #expect(talk(mechanism, name, mayShowSecrets: true).failure == nil)
    }

    @Test("is not said by a login that takes what is there; a proof of it is")
    func strongest() {
        #expect(talk(.strongest, "PLAIN").failure?.condition == "plain-without-tls")
        #expect(talk(.strongest, "SCRAM-SHA-1").failure == nil)
        #expect(talk(.strongest, "DIGEST-MD5").failure == nil)
    }

    @Test("is not said in iq-auth's field, nor when it is registered")
    func otherProtocols() {
        let fields = "<iq type='result' id='a1'><query xmlns='jabber:iq:auth'><username/><password/></query></iq>"
        var old = talk(.strongest, "PLAIN", profile: .iqAuth([.password]))
        old.hear(fields)
        #expect(old.failure?.condition == "plain-without-tls")
        #expect(!old.sent.contains { $0.contains("geheim") })
        let script = LoginScript(domain: "localhost", encryption: .none, purpose: .registration)
        var new = Talk(script, account, mayShowSecrets: false)
        new.hear(Conversation.header + Conversation.mechanisms())
        new.hear(
            "<iq type='result' id='g1'><query xmlns='jabber:iq:register'><username/><password/></query></iq>")
        #expect(new.failure?.condition == "plain-without-tls")
        #expect(!new.sent.contains { $0.contains("geheim") })
    }
}
