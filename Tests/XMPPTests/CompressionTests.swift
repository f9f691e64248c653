import Testing

@testable import XMPP

@Suite("Stream compression")
struct CompressionTests {
    static let feature =
        "<compression xmlns='http://jabber.org/features/compress'><method>lzw</method><method>zlib</method></compression>"
    static let compressed = "<compressed xmlns='http://jabber.org/protocol/compress'/>"
    static let request = "<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>"

    @Test("begins before authentication, and the stream anew with it")
    func before() {
        var talk = Conversation([.bind], compression: .beforeAuthentication)
        talk.hear(Conversation.header + Conversation.mechanisms(Self.feature))
        #expect(talk.takeSent().last == Self.request)
        talk.hear(Self.compressed)
        #expect(talk.takeSent().first?.contains("<stream:stream") == true)
        talk.hear(Conversation.header + Conversation.mechanisms(), byByte: true)
        #expect(talk.takeSent().first?.hasPrefix("<auth ") == true)
        #expect(talk.ended == [.greeting, .compress])
    }

    /// Openfire offers mechanisms once more.
    @Test("begins after authentication, and nobody authenticates again")
    func after() {
        var talk = Conversation([.bind], compression: .afterAuthentication)
        talk.authenticate(offering: Self.feature)
        #expect(talk.takeSent().last == Self.request)
        talk.hear(Self.compressed)
        let mechanisms = Conversation.mechanisms("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
        talk.hear(Conversation.header + mechanisms, byByte: true)
        #expect(talk.takeSent().last?.contains("xmpp-bind") == true)
        talk.hear(ManagementTests.bound)
        #expect(talk.isLoggedIn)
        #expect(talk.ended == [.greeting, .sasl, .restart, .compress, .bind])
    }

    static let offers = [
        "", "<compression xmlns='http://jabber.org/features/compress'><method>lzw</method></compression>",
    ]

    @Test("not offered, or only by another method, fails by name", arguments: offers)
    func notOffered(_ feature: String) {
        var talk = Conversation([.bind], compression: .beforeAuthentication)
        talk.hear(Conversation.header + Conversation.mechanisms(feature))
        #expect(talk.failure == "compress: protocol: zlib-not-offered")
    }

    @Test("refused fails by name")
    func refused() {
        var talk = Conversation([.bind], compression: .beforeAuthentication)
        talk.hear(Conversation.header + Conversation.mechanisms(Self.feature))
        talk.hear("<failure xmlns='http://jabber.org/protocol/compress'><setup-failed/></failure>")
        #expect(talk.failure == "compress: protocol: compression refused: setup-failed")
    }

    @Test("the server says nothing between its consent and our header")
    func early() {
        var talk = Conversation([.bind], compression: .beforeAuthentication)
        talk.hear(Conversation.header + Conversation.mechanisms(Self.feature))
        talk.hear(Self.compressed + Conversation.header)
        #expect(talk.failure == "compress: protocol: bytes after <compressed/>")
    }
}
