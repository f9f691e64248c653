import SASL
import Testing
import XMLStream

@testable import XMPP

/// The bounds of docs/bounds.md that a login value holds.
@Suite("What a server says and a login keeps is bounded")
struct KeptWordsTests {
    private static let bound = ManagementTests.bound

    private func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    @Test("a header of more than 16 KiB is too big, whole or unfinished", arguments: [true, false])
    func header(_ isWhole: Bool) {
        for (count, isGood) in [(15_000, true), (17_000, false)] {
            var talk = Conversation([])
            let header = Conversation.header.replacing("id='1'", with: "xmlns:a='\(long(count))'")
            talk.hear(isWhole ? header : String(header.dropLast()))
            #expect(talk.failure == (isGood ? nil : "greeting: xml: too big"))
        }
    }

    @Test("the id of a session to be resumed has at most 4000 bytes, as XEP-0198 says")
    func resumptionID() {
        for (count, isGood) in [(4000, true), (4001, false)] {
            var talk = Conversation([.bind, .enable])
            talk.authenticate(offering: ManagementTests.feature)
            talk.hear(Self.bound + "<enabled xmlns='urn:xmpp:sm:3' resume='true' id='\(long(count))'/>")
            #expect(talk.failure == (isGood ? nil : "enable: protocol: <enabled/>'s id is too long"))
        }
    }

    @Test("of what is not acknowledged 64 KiB are kept, however long the answers are that we owe")
    func unacknowledged() throws {
        var talk = Conversation([.bind, .enable])
        talk.authenticate(offering: ManagementTests.feature)
        talk.hear(Self.bound + ManagementTests.enabled)
        for _ in 0..<40 { talk.hear("<iq type='get' id='\(long(10_000))'/>") }
        let kept = try #require(talk.login.resumption?.management)
        #expect(kept.unacknowledged.reduce(0) { $0 + $1.count } <= 65_536)
        #expect(kept.unacknowledged.count > 4 && kept.sent == 40)
        talk.hear("<a xmlns='urn:xmpp:sm:3' h='39'/>")
        #expect(talk.failure == nil && talk.login.resumption?.management.unacknowledged.count == 1)
    }

    @Test("an address has at most 3071 bytes (RFC 7622)")
    func address() throws {
        let own = LoginScript.OwnStep(
            number: 0, kind: .message,
            stanza: LoginScript.StanzaTemplate([.text("<message to='"), .jid, .text("'/>")]),
            id: nil)
        for (count, isGood) in [(3071, true), (3072, false)] {
            var talk = Conversation([.bind, .own(own)])
            talk.authenticate()
            talk.hear(
                "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>\(long(count))</jid></bind></iq>"
            )
            #expect(talk.failure == (isGood ? nil : "bind: protocol: the bound JID is too long"))
        }
    }

    @Test("a roster's version has at most 256 bytes; a longer one is not kept")
    func rosterVersion() {
        for (count, isKept) in [(256, true), (257, false)] {
            var talk = Conversation([.bind, .roster], rosterVersion: "")
            talk.authenticate(offering: "<ver xmlns='urn:xmpp:features:rosterver'/>")
            talk.hear(Self.bound)
            talk.hear("<iq type='result' id='r1'><query xmlns='jabber:iq:roster' ver='\(long(count))'/></iq>")
            #expect(talk.isLoggedIn && talk.rosterVersions.count == (isKept ? 1 : 0))
        }
    }

    @Test("a token has at most 4096 bytes; a longer one is not kept, nor is an expiry that is none")
    func token() {
        let script = LoginScript(
            domain: "localhost", encryption: .none, mechanisms: .preferred([.plain]), steps: [],
            profile: .extensible(LoginScript.ExtensibleOptions(bindsInline: true, usesTokens: true)))
        for (count, isKept) in [(4096, true), (4097, false)] {
            var talk = Talk(
                script, Credentials(username: "u1", password: Secret("pw"), domain: "localhost"),
                agent: UserAgent(id: "a", returns: true))
            talk.hear(
                """
                \(Conversation.header)<stream:features><authentication xmlns='urn:xmpp:sasl:2'>\
                <mechanism>PLAIN</mechanism><inline><bind xmlns='urn:xmpp:bind:0'/>\
                <fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast></inline>\
                </authentication></stream:features>
                """)
            talk.hear(
                """
                <success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' token='\(long(count))' \
                expiry='\(long(100))'/></success>
                """)
            #expect(talk.failure == nil)
            guard case .authenticated(_, let next) = talk.tokens.last else {
                Issue.record("nothing is told of tokens")
                return
            }
            #expect((next != nil) == isKept && (next?.expiry ?? "").isEmpty)
        }
    }

    @Test("what is unfinished is known with all that it takes")
    func unfinished() {
        var talk = Conversation([])
        talk.hear(Conversation.header)
        #expect(talk.login.keptBytes == 0)
        talk.hear("<stream:features>" + String(repeating: "<a/>", count: 1000))
        #expect(talk.login.keptBytes > 4000 + 1000 * 16)
        talk.hear("</stream:features>")
        #expect(talk.login.keptBytes == 0)
    }
}
