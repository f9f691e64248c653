import Testing

@testable import XMPP

@Suite("A stream that is being closed")
struct ClosingTests {
    @Test(
        "has nothing sent into it, whatever the server asks (RFC 6120 section 4.4)",
        arguments: [
            "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>",
            "<iq type='get' id='v' from='localhost'><query xmlns='jabber:iq:version'/></iq>",
            "<iq type='set' id='s'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq>",
            "<r xmlns='urn:xmpp:sm:3'/>", "<a xmlns='urn:xmpp:sm:3' h='99'/>", "<iq type='get'/>", "<presence/>",
        ], [false, true])
    func silence(_ request: String, byByte: Bool) {
        var talk = Conversation([.bind, .enable, .roster, .presence])
        talk.authenticate(offering: ManagementTests.feature)
        talk.hear(ManagementTests.bound + ManagementTests.enabled + "<iq type='result' id='r1'/>")
        talk.logOut()
        #expect(talk.takeSent().last == "</stream:stream>")
        talk.hear(request, byByte: byByte)
        talk.ping()
        talk.hear(request + "</stream:stream>", byByte: byByte)
        #expect(talk.takeSent().isEmpty)
        #expect(talk.failure == nil)
        #expect(talk.login.isClosing)
    }
}
