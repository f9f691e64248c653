import SASL
import Testing
import XMLStream

@testable import XMPP

/// One client at a server value.
private struct ServerTalk {
    var stream: ServerStream
    private let scratch = StanzaScratch()
    private(set) var said: [String] = []
    private(set) var events: [ServerAction] = []

    init(_ extensions: Set<ServerProfile.Extension>, id: String = "s1", dialect: ServerProfile.Dialect = .plain) throws
    {
        let accounts = try SASLAccounts.anyone(password: Secret("pw"), iterations: 1)
        let profile = ServerProfile(
            domain: "localhost", mechanisms: [.plain], encryption: .none, dialect: dialect, accounts: accounts,
            extensions: extensions)
        stream = ServerStream(profile, id: id)
    }

    static let header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>"

    mutating func authenticate(_ name: String = "u1", cut: Bool = false) {
        hear(Self.header, cut: cut)
        let payload = String(decoding: Base64.encode(Array("\0\(name)\0pw".utf8)), as: UTF8.self)
        hear("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>\(payload)</auth>", cut: cut)
        hear(Self.header, cut: cut)
    }

    mutating func bind(cut: Bool = false) {
        hear("<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", cut: cut)
    }

    /// The client says this, in one read or a byte at a time.
    mutating func hear(_ text: String, cut: Bool = false) {
        let bytes = Array(text.utf8)
        var actions: [ServerAction] = []
        for part in cut ? bytes.map({ [$0] }) : [bytes] {
            Chunk.reading(part) { stream.receive(&$0, using: scratch, &actions) }
        }
        take(actions)
    }

    mutating func resume(_ session: ManagedSession?, handled: UInt32) {
        var actions: [ServerAction] = []
        stream.resume(session, handled: handled, &actions)
        take(actions)
    }

    private mutating func take(_ actions: [ServerAction]) {
        for action in actions {
            if case .send(let bytes, _) = action {
                said.append(String(decoding: bytes, as: UTF8.self))
            } else {
                events.append(action)
            }
        }
    }
}

@Suite("The server's side of a session's extensions")
struct ServerExtensionTests {
    private func managed(_ id: String, handled: UInt32, sent: UInt32) -> ManagedSession {
        var session = ManagedSession(id: id, username: "u1", jid: "u1@localhost/\(id)")
        (session.handled, session.sent) = (handled, sent)
        return session
    }

    @Test("offers what its profile names, and nothing else")
    func offers() throws {
        for (extensions, names) in [
            (Set<ServerProfile.Extension>(), []), ([.management], ["urn:xmpp:sm:3"]),
            ([.clientState], ["urn:xmpp:csi:0"]),
            ([.rosterVersion], ["urn:xmpp:features:rosterver"]),
            ([.compression], ["http://jabber.org/features/compress"]),
        ] as [(Set<ServerProfile.Extension>, [String])] {
            var talk = try ServerTalk(extensions)
            talk.authenticate()
            let features = talk.said.last ?? ""
            let all = [
                "urn:xmpp:sm:3", "urn:xmpp:csi:0", "urn:xmpp:features:rosterver", "http://jabber.org/features/compress",
            ]
            #expect(all.filter(features.contains) == names)
        }
    }

    @Test(
        "counts stanzas, wherever their reads are cut, and takes what the client has counted", arguments: [false, true])
    func management(cut: Bool) throws {
        var talk = try ServerTalk([.management])
        talk.authenticate(cut: cut)
        talk.hear("<enable xmlns='urn:xmpp:sm:3'/>", cut: cut)
        #expect(talk.said.last?.contains("unexpected-request") == true)
        talk.bind(cut: cut)
        talk.hear("<enable xmlns='urn:xmpp:sm:3' resume='true'/>", cut: cut)
        #expect(talk.said.last == "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>")
        talk.hear("<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq><presence/>", cut: cut)
        #expect(talk.said.last == "<r xmlns='urn:xmpp:sm:3'/>")
        talk.hear("<a xmlns='urn:xmpp:sm:3' h='1'/><r xmlns='urn:xmpp:sm:3'/>", cut: cut)
        #expect(talk.said.last == "<a xmlns='urn:xmpp:sm:3' h='2'/>")
        #expect(talk.stream.managed == managed("s1", handled: 2, sent: 1))
        talk.hear("<a xmlns='urn:xmpp:sm:3' h='2'/>", cut: cut)
        #expect(talk.events.suffix(2) == [.unmanaged(id: "s1"), .close])
    }

    @Test("goes on with a session on another connection")
    func resumption() throws {
        var talk = try ServerTalk([.management], id: "s2")
        talk.authenticate()
        talk.hear("<resume xmlns='urn:xmpp:sm:3' h='3' previd='s1'/>")
        #expect(talk.events == [.resume(id: "s1", handled: 3)])
        talk.resume(managed("s1", handled: 7, sent: 4), handled: 3)
        #expect(talk.said.last == "<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='7'/>")
        talk.hear("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>")
        #expect(talk.stream.managed?.handled == 8 && talk.stream.managed?.sent == 4)

        talk = try ServerTalk([.management])
        talk.authenticate()
        talk.resume(nil, handled: 0)
        #expect(talk.said.last?.contains("item-not-found") == true)
        talk.bind()
        #expect(talk.said.last?.contains("<jid>u1@localhost/s1</jid>") == true)
    }

    @Test("a client that leaves in order leaves nothing to resume")
    func order() throws {
        var talk = try ServerTalk([.management])
        talk.authenticate()
        talk.bind()
        talk.hear("<enable xmlns='urn:xmpp:sm:3' resume='true'/></stream:stream>")
        #expect(talk.stream.managed == nil)
        #expect(talk.events.suffix(2) == [.unmanaged(id: "s1"), .close])
    }

    @Test("compresses by zlib alone, once, and as Openfire offers mechanisms again after authentication")
    func compression() throws {
        var talk = try ServerTalk([], dialect: .openfire)
        talk.authenticate()
        talk.hear("<compress xmlns='http://jabber.org/protocol/compress'><method>lzw</method></compress>")
        #expect(talk.said.last?.contains("unsupported-method") == true)
        talk.hear("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>")
        #expect(talk.events == [.startCompression])
        talk.hear(ServerTalk.header)
        let features = talk.said.last ?? ""
        #expect(features.contains("<mechanism>PLAIN</mechanism>") && features.contains("xmpp-bind"))
        #expect(!features.contains("features/compress"))
    }

    @Test("sends no roster to who has it")
    func rosterVersion() throws {
        var talk = try ServerTalk([.rosterVersion])
        talk.authenticate()
        talk.bind()
        talk.hear("<iq type='get' id='r1'><query xmlns='jabber:iq:roster' ver=''/></iq>")
        #expect(talk.said.last == "<iq type='result' id='r1'><query xmlns='jabber:iq:roster' ver='1'/></iq>")
        talk.hear("<iq type='get' id='r2'><query xmlns='jabber:iq:roster' ver='1'/></iq>")
        #expect(talk.said.last == "<iq type='result' id='r2'/>")
    }
}
