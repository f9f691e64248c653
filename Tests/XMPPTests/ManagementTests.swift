import Testing

@testable import XMPP

@Suite("Stream management")
struct ManagementTests {
    static let feature = "<sm xmlns='urn:xmpp:sm:3'/>"
    static let bound =
        "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>u1@localhost/x</jid></bind></iq>"
    static let enabled = "<enabled xmlns='urn:xmpp:sm:3' id='s&amp;7' resume='true'/>"

    private func managed(byByte: Bool = false) -> Conversation {
        var talk = Conversation([.bind, .enable, .roster, .presence])
        talk.authenticate(offering: Self.feature)
        talk.hear(Self.bound + Self.enabled + "<iq type='result' id='r1'/>", byByte: byByte)
        return talk
    }

    @Test("is enabled after bind, and the login goes on", arguments: [false, true])
    func enables(byByte: Bool) {
        var talk = managed(byByte: byByte)
        #expect(talk.isLoggedIn)
        #expect(talk.ended == [.greeting, .sasl, .restart, .bind, .enable, .roster])
        #expect(
            talk.takeSent().suffix(4) == [
                "<enable xmlns='urn:xmpp:sm:3' resume='true'/>",
                "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>", "<presence/>",
                "<r xmlns='urn:xmpp:sm:3'/>",
            ])
    }

    @Test("answers a request at any time with what was handled since it was enabled, stanzas only")
    func counts() {
        var talk = managed()
        _ = talk.takeSent()
        talk.hear("<r xmlns='urn:xmpp:sm:3'/>")
        talk.hear("<presence/><message/> <a xmlns='urn:xmpp:sm:3' h='2'/><x xmlns='urn:other'/>")
        talk.hear("<r xmlns='urn:xmpp:sm:3'/>")
        talk.hear("<iq type='get' id='q'><ping xmlns='urn:xmpp:ping'/></iq><r xmlns='urn:xmpp:sm:3'/>", byByte: true)
        #expect(
            talk.takeSent() == [
                "<a xmlns='urn:xmpp:sm:3' h='1'/>", "<a xmlns='urn:xmpp:sm:3' h='3'/>", "<iq type='result' id='q'/>",
                "<a xmlns='urn:xmpp:sm:3' h='4'/>",
            ])
        #expect(talk.failure == nil)
    }

    @Test("an acknowledgement of more than was sent, or of less than before, ends the session by name")
    func impossibleCounts() {
        for counts in [["3"], ["2", "1"], ["-1"], [""]] {
            var talk = managed()
            for count in counts { talk.hear("<a xmlns='urn:xmpp:sm:3' h='\(count)'/>") }
            #expect(talk.failure == "online: protocol: handled-count-too-high", "\(counts)")
        }
    }

    @Test("not offered, or refused, fails by name")
    func refused() {
        var talk = Conversation([.bind, .enable])
        talk.authenticate()
        talk.hear(Self.bound)
        #expect(talk.failure == "enable: protocol: stream management is not offered")

        talk = Conversation([.bind, .enable])
        talk.authenticate(offering: Self.feature)
        talk.hear(
            Self.bound
                + "<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
        )
        #expect(talk.failure == "enable: stanza: unexpected-request")
    }

    @Test("a session is resumed with its counts, and what the server missed is said again")
    func resumes() throws {
        let first = managed()
        let resumption = try #require(first.login.resumption)
        var talk = Conversation([.bind, .enable, .roster, .presence], resumption: resumption)
        talk.authenticate(offering: Self.feature)
        #expect(talk.sent.last == "<resume xmlns='urn:xmpp:sm:3' h='1' previd='s&amp;7'/>")
        _ = talk.takeSent()
        talk.hear("<resumed xmlns='urn:xmpp:sm:3' previd='s&amp;7' h='1'/>")
        #expect(talk.isLoggedIn)
        #expect(talk.ended.last == .resume)
        #expect(talk.takeSent() == ["<presence/>", "<r xmlns='urn:xmpp:sm:3'/>"])
        talk.hear("<a xmlns='urn:xmpp:sm:3' h='2'/><message/><r xmlns='urn:xmpp:sm:3'/>")
        #expect(talk.takeSent() == ["<a xmlns='urn:xmpp:sm:3' h='2'/>"])
        #expect(talk.login.resumption != nil)
    }

    @Test("a session that is gone is told, and a new one is bound")
    func fallsBack() throws {
        let resumption = try #require(managed().login.resumption)
        var talk = Conversation([.bind, .enable, .roster, .presence], resumption: resumption)
        talk.authenticate(offering: Self.feature)
        talk.hear(
            "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")
        #expect(talk.fallbacks == ["resume: stanza: item-not-found"])
        talk.hear(Self.bound + Self.enabled + "<iq type='result' id='r1'/>")
        #expect(talk.isLoggedIn && talk.failure == nil)
        _ = talk.takeSent()
        talk.hear("<r xmlns='urn:xmpp:sm:3'/>")
        #expect(talk.takeSent() == ["<a xmlns='urn:xmpp:sm:3' h='1'/>"])
    }

    @Test("where resumption is not offered any more, or was never allowed, there is a new session")
    func cannotResume() throws {
        let resumption = try #require(managed().login.resumption)
        var talk = Conversation([.bind], resumption: resumption)
        talk.authenticate()
        #expect(talk.fallbacks == ["resume: protocol: stream management is not offered"])
        talk.hear(Self.bound)
        #expect(talk.isLoggedIn)

        talk = Conversation([.bind, .enable])
        talk.authenticate(offering: Self.feature)
        talk.hear(Self.bound + "<enabled xmlns='urn:xmpp:sm:3'/>")
        #expect(talk.isLoggedIn && talk.login.resumption == nil)
    }

    @Test("a server that never acknowledges is asked, and costs no memory without end")
    func bounded() throws {
        var talk = managed()
        _ = talk.takeSent()
        for number in 0..<500 { talk.hear("<iq type='get' id='\(number)'><ping xmlns='urn:xmpp:ping'/></iq>") }
        #expect(talk.takeSent().filter { $0.hasPrefix("<r ") }.count == 1)
        #expect(try #require(talk.login.resumption).management.unacknowledged.count == 64)
    }

    @Test("copies of a login have counts of their own")
    func copies() {
        var one = managed()
        var other = one
        other.hear("<message/><r xmlns='urn:xmpp:sm:3'/>")
        one.hear("<r xmlns='urn:xmpp:sm:3'/>")
        #expect(one.sent.last == "<a xmlns='urn:xmpp:sm:3' h='1'/>")
        #expect(other.sent.last == "<a xmlns='urn:xmpp:sm:3' h='2'/>")
    }
}

@Suite("A session's extensions")
struct SessionExtensionTests {
    static let bound = ManagementTests.bound

    @Test("client state is sent where it is offered, not awaited, and left out elsewhere")
    func clientState() {
        for (feature, expected) in [("<csi xmlns='urn:xmpp:csi:0'/>", true), ("", false)] {
            var talk = Conversation([.bind, .presence, .inactive])
            talk.authenticate(offering: feature)
            talk.hear(Self.bound)
            #expect(talk.isLoggedIn)
            #expect((talk.sent.last == "<inactive xmlns='urn:xmpp:csi:0'/>") == expected)
        }
    }

    @Test("the roster is asked for since the version that is known, and its new one is told")
    func rosterVersions() {
        var talk = Conversation([.bind, .roster], rosterVersion: "")
        talk.authenticate(offering: "<ver xmlns='urn:xmpp:features:rosterver'/>")
        talk.hear(Self.bound)
        #expect(talk.sent.last == "<iq type='get' id='r1'><query xmlns='jabber:iq:roster' ver=''/></iq>")
        talk.hear("<iq type='result' id='r1'><query xmlns='jabber:iq:roster' ver='a&lt;7'/></iq>")
        talk.hear("<iq type='set' id='x'><query xmlns='jabber:iq:roster' ver='a8'><item jid='b@c'/></query></iq>")
        #expect(talk.rosterVersions == ["a<7", "a8"])

        talk = Conversation([.bind, .roster], rosterVersion: "a<7")
        talk.authenticate(offering: "<ver xmlns='urn:xmpp:features:rosterver'/>")
        talk.hear(Self.bound)
        #expect(talk.sent.last == "<iq type='get' id='r1'><query xmlns='jabber:iq:roster' ver='a&lt;7'/></iq>")
        talk.hear("<iq type='result' id='r1'/>")
        #expect(talk.isLoggedIn && talk.rosterVersions == [])
    }

    @Test("a server without versions is asked for the roster as ever, and a version too long is not kept")
    func withoutVersions() {
        var talk = Conversation([.bind, .roster], rosterVersion: "a7")
        talk.authenticate()
        talk.hear(Self.bound)
        #expect(talk.sent.last == "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>")
        let version = String(repeating: "v", count: 300)
        talk.hear("<iq type='result' id='r1'><query xmlns='jabber:iq:roster' ver='\(version)'/></iq>")
        #expect(talk.isLoggedIn && talk.rosterVersions == [])
    }

    @Test("a ping is unanswered until somebody answers it, by whatever")
    func pings() {
        var talk = Conversation([.bind])
        talk.authenticate()
        talk.hear(Self.bound)
        #expect(!talk.login.awaitsPong)
        for answer in ["<iq type='result' id='p1'/>", "<iq type='error' id='p2'><error type='cancel'/></iq>"] {
            talk.ping()
            talk.hear("<iq type='result' id='p9'/><message id='p1'/>")
            #expect(talk.login.awaitsPong)
            talk.hear(answer)
            #expect(!talk.login.awaitsPong)
        }
    }
}
