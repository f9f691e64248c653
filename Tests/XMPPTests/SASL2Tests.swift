import Foundation
import SASL
import Testing

@testable import XMPP

@Suite("The Extensible SASL Profile")
struct SASL2Tests {
    private static let header = """
        <?xml version='1.0'?><stream:stream from='example.org' id='s' version='1.0' xmlns='jabber:client' \
        xmlns:stream='http://etherx.jabber.org/streams'>
        """

    private static func features(_ mechanisms: [String], inline: String = "", bindings: [String] = []) -> String {
        let names = mechanisms.map { "<mechanism>\($0)</mechanism>" }.joined()
        let kinds = bindings.map { "<channel-binding type='\($0)'/>" }.joined()
        return header + "<stream:features><authentication xmlns='urn:xmpp:sasl:2'>\(names)"
            + "<inline>\(inline)</inline></authentication>"
            + "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>\(kinds)</sasl-channel-binding></stream:features>"
    }

    private static let bind = "<bind xmlns='urn:xmpp:bind:0'><inline/></bind>"
    private static let fast = """
        <fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-ENDP</mechanism><mechanism>HT-SHA-256-EXPR</mechanism>\
        <mechanism>HT-SHA-256-NONE</mechanism></fast>
        """
    private static let agent = "d4565fa7-4d72-4749-b3d3-740edbf87770"
    private static let exporter = ChannelBinding(
        .tlsExporter, data: Base64.decode(Array("xyhC850EN493g6zCWYBZXd2DVrVaHW1g9MHBWJ3XRVQ=".utf8)) ?? [])
    private static let ordinary = """
        <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><required/></bind></stream:features>
        """

    private func talk(
        _ mechanism: String, tokens: Bool = false, inline: Bool = true, agent: UserAgent? = nil,
        encryption: LoginScript.Encryption = .none, force: Bool = false, bindings: [ChannelBinding] = [],
        nonce: String = "nonce", resource: String? = nil, cut: Int? = nil
    ) -> Talk {
        let script = LoginScript(
            domain: "example.org", encryption: encryption, mechanisms: .preferred([Mechanism(rawValue: mechanism)]),
            force: force, steps: [.bind, .session, .presence],
            profile: .extensible(LoginScript.ExtensibleOptions(bindsInline: inline, usesTokens: tokens)))
        let user = Credentials(username: "user", password: Secret("pencil"), domain: "example.org")
        var talk = Talk(
            script, user, resource: resource, agent: agent, bindings: bindings, nonce: nonce, cut: cut)
        if encryption == .direct { talk.secured() }
        return talk
    }

    // MARK: The XEPs' examples

    @Test("PLAIN logs in as XEP-0388 shows it, and binds as usual, without a restart, wherever the reads are cut")
    func plain() {
        let answer = """
            <success xmlns='urn:xmpp:sasl:2'><authorization-identifier>user@example.org</authorization-identifier>\
            </success>\(Self.ordinary)
            """
        for cut in [nil] + (1..<answer.utf8.count).map(Optional.some) {
            var talk = talk("PLAIN", agent: UserAgent(id: Self.agent), cut: cut)
            #expect(talk.sent.last?.contains(" from='user@example.org'>") == true)
            talk.hear(Self.features(["PLAIN", "SCRAM-SHA-1"]))
            #expect(
                talk.sent.last == """
                    <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AHVzZXIAcGVuY2ls\
                    </initial-response><user-agent id='\(Self.agent)'><software>Muster</software></user-agent>\
                    </authenticate>
                    """)
            talk.hear(answer)
            #expect(talk.outcome == "waiting in bind")
            talk.hear("<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
            #expect(talk.outcome == "logged in")
            #expect(talk.phases == [.greeting, .sasl, .bind])
        }
    }

    /// XEP-0388's own signature is not that of its exchange; the right one is Python's.
    @Test(
        "SCRAM-SHA-1-PLUS is bound as XEP-0388 shows it, and the server's proof in the success is checked",
        arguments: [
            ("<additional-data>dj1HUnFZZzBTUE1HcnFQUms1SGZNejluR0hxOTQ9</additional-data>", "waiting in bind"),
            (
                "<additional-data>dj1tc1ZIcy9CeklPSERxWGVWSDdFbW1EdTlpZDg9</additional-data>",
                "sasl: sasl: server-not-authentic"
            ),
            ("<additional-data>%</additional-data>", "sasl: sasl: malformed-challenge"),
            ("<additional-data/>", "sasl: sasl: server-not-authentic"),
            ("", "sasl: sasl: server-not-authentic"),
        ])
    func scram(_ data: String, _ outcome: String) {
        let challenge = """
            <challenge xmlns='urn:xmpp:sasl:2'>cj0xMkM0Q0Q1Qy1FMzhFLTRBOTgtOEY2RC0xNUMzOEY1MUNDQzZhMDkxMTdhNi1hYzUwLTRm\
            MmYtOTNmMS05Mzc5OWMyYmRkZjYscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==</challenge>
            """
        for cut in stride(from: 1, to: challenge.utf8.count, by: 16) {
            var talk = talk(
                "SCRAM-SHA-1-PLUS", encryption: .direct, bindings: [Self.exporter],
                nonce: "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6", cut: cut)
            talk.hear(Self.features(["SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"], bindings: ["tls-exporter"]))
            #expect(
                talk.sent.last == """
                    <authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1-PLUS'><initial-response>\
                    cD10bHMtZXhwb3J0ZXIsLG49dXNlcixyPTEyQzRDRDVDLUUzOEUtNEE5OC04RjZELTE1QzM4RjUxQ0NDNg==\
                    </initial-response></authenticate>
                    """)
            talk.hear(challenge)
            #expect(talk.sent.last?.hasPrefix("<response xmlns='urn:xmpp:sasl:2'>Yz1jRDEwYkhN") == true)
            talk.hear("<success xmlns='urn:xmpp:sasl:2'>\(data)</success>\(Self.ordinary)")
            #expect(talk.outcome == outcome)
        }
    }

    private static let bound = """
        <success xmlns='urn:xmpp:sasl:2'>\
        <authorization-identifier>user@example.com/AwesomeXMPP.4232f4d4</authorization-identifier>\
        <bound xmlns='urn:xmpp:bind:0'><metadata xmlns='urn:xmpp:mam:2'>\
        <start id='YWxwaGEg' timestamp='2008-08-22T21:09:04Z'/><end id='b21lZ2Eg' timestamp='2020-04-20T14:34:21Z'/>\
        </metadata></bound><token xmlns='urn:xmpp:fast:0' expiry='2020-03-12T14:36:15Z' \
        token='WXZzciBwYmFmdmZnZiBqdmd1IGp2eXFhcmZm'/></success><stream:features>\
        <bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>\
        </stream:features>
        """

    @Test("Bind 2 and FAST are asked for and answered as XEP-0386 and XEP-0484 show it")
    func inline() {
        for cut in [nil] + (1..<Self.bound.utf8.count).map(Optional.some) {
            var talk = talk(
                "PLAIN", tokens: true, agent: UserAgent(id: Self.agent), encryption: .direct,
                bindings: [Self.exporter], resource: "AwesomeXMPP", cut: cut)
            talk.hear(Self.features(["PLAIN"], inline: Self.bind + Self.fast))
            #expect(
                talk.sent.last?.hasSuffix(
                    """
                    <bind xmlns='urn:xmpp:bind:0'><tag>AwesomeXMPP</tag></bind>\
                    <request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/></authenticate>
                    """) == true)
            talk.hear(Self.bound)
            #expect(talk.outcome == "logged in")
            #expect(talk.sent.last == "<presence/>")
            #expect(talk.phases == [.offer, .sasl])
            #expect(talk.tokens == [.authenticated(byToken: false, next: Self.token(.hashedTokenExporter))])
        }
    }

    private static func token(_ mechanism: Mechanism, attempt: UInt32 = 1) -> FASTToken {
        FASTToken(
            mechanism: mechanism, secret: Secret("WXZzciBwYmFmdmZnZiBqdmd1IGp2eXFhcmZm"),
            expiry: "2020-03-12T14:36:15Z", attempt: attempt)
    }

    @Test("a token logs in by its own mechanism, with the number of the attempt, and the server's proof is checked")
    func byToken() throws {
        let agent = UserAgent(id: Self.agent, token: Self.token(.hashedTokenExporter, attempt: 123))
        for proof in [true, false] {
            var talk = talk("PLAIN", tokens: true, agent: agent, encryption: .direct, bindings: [Self.exporter])
            talk.hear(Self.features(["PLAIN"], inline: Self.bind + Self.fast))
            #expect(talk.sent.last?.contains(" mechanism='HT-SHA-256-EXPR'><initial-response>dXNlcg") == true)
            #expect(talk.sent.last?.hasSuffix("<fast xmlns='urn:xmpp:fast:0' count='123'/></authenticate>") == true)
            #expect(talk.sent.last?.contains("request-token") == false)
            var server = try server(proving: agent.token)
            guard case .success(_, let data) = server.receive(try initialResponse(talk.sent.last)) else {
                Issue.record("the message is wrong")
                return
            }
            let text = proof ? Data(data ?? []).base64EncodedString() : "AAAA"
            talk.hear("<success xmlns='urn:xmpp:sasl:2'><additional-data>\(text)</additional-data>")
            talk.hear("<bound xmlns='urn:xmpp:bind:0'/></success><stream:features/>")
            #expect(talk.outcome == (proof ? "logged in" : "sasl: sasl: server-not-authentic"))
            #expect(talk.tokens == (proof ? [.authenticated(byToken: true, next: nil)] : []))
        }
    }

    private func server(proving token: FASTToken?) throws -> SASLServer {
        var accounts = try SASLAccounts { _ in nil }
        accounts.hashedTokens = { _, _ in token.map { [$0.secret] } ?? [] }
        return try SASLServer(
            mechanism: .hashedTokenExporter, domain: "example.org", accounts: accounts,
            channelBindings: [Self.exporter])
    }

    private func initialResponse(_ request: String?) throws -> [UInt8] {
        let text = try #require(request?.firstMatch(of: /<initial-response>([^<]+)</)?.1)
        return try #require(Data(base64Encoded: String(text)).map(Array.init))
    }

    // MARK: What may be different

    @Test("without Bind 2, or where the scenario does without, the ordinary bind follows")
    func ordinaryBind() {
        for (inline, offer) in [(true, ""), (false, Self.bind)] {
            var talk = talk("PLAIN", inline: inline)
            talk.hear(Self.features(["PLAIN"], inline: offer))
            #expect(talk.sent.last?.contains("urn:xmpp:bind:0") == false)
            talk.hear("<success xmlns='urn:xmpp:sasl:2'/>\(Self.ordinary)")
            #expect(talk.outcome == "waiting in bind")
        }
    }

    @Test("a server that does not bind as it was asked is asked again in the ordinary way")
    func unbound() {
        var talk = talk("PLAIN")
        talk.hear(Self.features(["PLAIN"], inline: Self.bind))
        talk.hear("<success xmlns='urn:xmpp:sasl:2'/>\(Self.ordinary)")
        #expect(talk.outcome == "waiting in bind")
    }

    @Test(
        "what goes wrong has its name",
        arguments: [
            (
                "<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>",
                "sasl: sasl: not-authorized"
            ),
            (
                """
                <failure xmlns='urn:xmpp:sasl:2'><other xmlns='urn:something:else'/>\
                <aborted xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>terrible</text></failure>
                """, "sasl: sasl: aborted"
            ),
            ("<failure xmlns='urn:xmpp:sasl:2'><malformed-request/></failure>", "sasl: sasl: malformed-request"),
            (
                """
                <continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP-EXAMPLE</task></tasks>\
                <text>This account requires 2FA</text></continue>
                """, "sasl: sasl: tasks-required"
            ),
            (
                """
                <success xmlns='urn:xmpp:sasl:2'><failed xmlns='urn:xmpp:bind:0'><error type='cancel'>\
                <conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></failed></success>
                """, "sasl: stanza: conflict"
            ),
            (
                "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
                "sasl: protocol: expected <challenge/> or <success/>, came <success/> of another namespace"
            ),
            ("<success xmlns='urn:xmpp:sasl:2'/>", "waiting in sasl"),
            ("<success xmlns='urn:xmpp:sasl:2'/><stream:features/>", "sasl: protocol: bind is not offered"),
        ])
    func failures(_ answer: String, _ outcome: String) {
        for cut in [nil] + (1..<answer.utf8.count).map(Optional.some) {
            var talk = talk("PLAIN", cut: cut)
            talk.hear(Self.features(["PLAIN"], inline: Self.bind))
            talk.hear(answer)
            #expect(talk.outcome == outcome)
        }
    }

    @Test("a refused token is named as one, and given up", arguments: ["not-authorized", "credentials-expired"])
    func refusedToken(_ condition: String) {
        var talk = talk("PLAIN", tokens: true, agent: UserAgent(id: Self.agent, token: Self.token(.hashedToken)))
        talk.hear(Self.features(["PLAIN"], inline: Self.fast))
        talk.hear(
            "<failure xmlns='urn:xmpp:sasl:2'><\(condition) xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>")
        #expect(talk.outcome == "sasl: sasl: \(condition) (FAST token)")
        #expect(talk.tokens == [.refused])
    }

    @Test("a token is of no use where its mechanism is not offered, or the connection lacks its binding")
    func uselessToken() {
        for (mechanism, bindings) in [(Mechanism.hashedTokenUnique, [Self.exporter]), (.hashedTokenExporter, [])] {
            let agent = UserAgent(id: Self.agent, token: Self.token(mechanism))
            var talk = talk("PLAIN", tokens: true, agent: agent, encryption: .direct, bindings: bindings)
            talk.hear(Self.features(["PLAIN"], inline: Self.fast))
            #expect(talk.sent.last?.contains("mechanism='PLAIN'") == true)
            let wanted = bindings.isEmpty ? "NONE" : "EXPR"
            #expect(talk.sent.last?.contains("mechanism='HT-SHA-256-\(wanted)'/>") == true)
        }
    }

    @Test("a device that will not come again asks for no token")
    func passerBy() {
        var talk = talk("PLAIN", tokens: true, agent: UserAgent(id: Self.agent, returns: false))
        talk.hear(Self.features(["PLAIN"], inline: Self.fast))
        #expect(talk.sent.last?.contains("fast") == false)
        talk.hear("<success xmlns='urn:xmpp:sasl:2'/>\(Self.ordinary)")
        #expect(talk.tokens == [.authenticated(byToken: false, next: nil)])
    }

    @Test("a server without the profile, without a mechanism or without FAST is told by name, unless forced")
    func notOffered() {
        let old =
            Self.header + """
                <stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>\
                </mechanisms></stream:features>
                """
        for (features, condition) in [
            (old, "sasl2-not-offered"), (Self.features(["SCRAM-SHA-1"]), "mechanism-not-offered"),
            (Self.features(["PLAIN"]), "fast-not-offered"),
        ] {
            let agent = UserAgent(id: Self.agent)
            for force in [true, false] {
                var talk = talk("PLAIN", tokens: condition.hasPrefix("fast"), agent: agent, force: force)
                talk.hear(features)
                #expect(talk.outcome == (force ? "waiting in sasl" : "sasl: sasl: \(condition)"))
                #expect(talk.failure?.isCertain == (force ? nil : true))
            }
        }
    }

    @Test("who logs in is said in the header only where nobody else can read it")
    func address() {
        var talk = talk("PLAIN", encryption: .starttls)
        #expect(talk.sent.last?.contains(" from=") == false)
        talk.hear(Self.header)
        talk.hear("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
        talk.hear("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        talk.secured()
        #expect(talk.sent.last?.contains(" from='user@example.org'>") == true)
    }
}
