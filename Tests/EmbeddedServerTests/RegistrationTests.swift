import EmbeddedServer
import SASL
import TestSupport
import Testing
import Transport
import XMPP

/// What a plain client sees of the embedded server where accounts can be made in-band.
@Suite("The embedded server's registration")
struct RegistrationTests {
    private func serve(
        _ store: AccountStore, encryption: ServerProfile.Encryption = .none, _ body: (LoopbackConnection) throws -> Void
    ) async throws {
        let profile = ServerProfile(
            domain: "localhost", mechanisms: [.plain], encryption: encryption, dialect: .plain,
            accounts: try store.logins(), registry: store)
        let server = try LoginServer(ServerConfiguration(profile: profile))
        let connection = try LoopbackConnection(port: try server.start().port)
        try connection.send(
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>"
        )
        let features = try connection.read(until: "</stream:features>")
        #expect(
            features.contains("<register xmlns='http://jabber.org/features/iq-register'/>") == (encryption == .none))
        try body(connection)
        await withCheckedContinuation { done in server.stop { done.resume() } }
    }

    private func register(_ username: String, at connection: LoopbackConnection) throws -> String {
        try connection.send(
            """
            <iq type='set' id='1'><query xmlns='jabber:iq:register'>\
            <username>\(username)</username><password>pw</password></query></iq>
            """)
        return try connection.read(until: "/>")
    }

    @Test("makes an account once, and none where there is no room")
    func bounded() async throws {
        try await serve(AccountStore(iterations: 64, capacity: 1)) { connection in
            let answers = try ["juliet", "juliet", "romeo"].map { try register($0, at: connection) }
            #expect(answers[0] == "<iq type='result' id='1'/>")
            #expect(answers[1].contains("<conflict "))
            #expect(answers[2].contains("<resource-constraint "))
        }
    }

    @Test("does not take a password before encryption")
    func encryption() async throws {
        let store = AccountStore(iterations: 64)
        try await serve(store, encryption: .starttls) { connection in
            let answer = try register("juliet", at: connection)
            #expect(answer.contains("<not-authorized "))
        }
        #expect(store.add("juliet", password: Secret("pw")) == .added)
    }
}
