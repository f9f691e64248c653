import OpenSSL
import TestSupport
import Testing

@Suite("Sessions, groups and client certificates")
struct TLSOptionTests {
    @Test("what the server handed out resumes a later connection", arguments: TLSProtocolVersion.each)
    func resumption(_ version: TLSProtocolVersion) throws {
        let (client, server) = try contexts(version)
        let first = try TLSPair.connected(client, server).client.connection
        #expect(!first.isResumed)
        let session = first.takeSession()
        #expect(session != nil)
        #expect(first.takeSession() == nil)
        #expect(session?.isSingleUse == (version == .v1_3))
        let second = try TLSPair.connected(client, server, resuming: session).client.connection
        #expect(second.isResumed)
        #expect(second.peerCertificate == first.peerCertificate)
    }

    @Test("in TLS 1.3 each resumed connection gets a session of its own", arguments: 1...3)
    func chain(_ ticketCount: Int) throws {
        let (client, server) = try contexts(.v1_3, tickets: ticketCount)
        var session = try TLSPair.connected(client, server).client.connection.takeSession()
        for _ in 0..<3 {
            let connection = try TLSPair.connected(client, server, resuming: session).client.connection
            #expect(connection.isResumed)
            session = connection.takeSession()
        }
        #expect(session != nil)
    }

    @Test("a session may be resumed through another context, as on another lane", arguments: TLSProtocolVersion.each)
    func anotherContext(_ version: TLSProtocolVersion) throws {
        let (client, server) = try contexts(version)
        let session = try TLSPair.connected(client, server).client.connection.takeSession()
        let (another, _) = try contexts(version)
        #expect(try TLSPair.connected(another, server, resuming: session).client.connection.isResumed)
    }

    @Test("another server does not know the session, and makes a full handshake", arguments: TLSProtocolVersion.each)
    func anotherServer(_ version: TLSProtocolVersion) throws {
        let (client, server) = try contexts(version)
        let session = try TLSPair.connected(client, server).client.connection.takeSession()
        let (_, another) = try contexts(version)
        let pair = try TLSPair.connected(client, another, resuming: session)
        #expect(pair.isComplete)
        #expect(!pair.client.connection.isResumed)
    }

    @Test("without the options nothing is handed out, and nothing kept", arguments: TLSProtocolVersion.each)
    func noSessions(_ version: TLSProtocolVersion) throws {
        let (keeping, _) = try contexts(version)
        let (_, issuing) = try contexts(version)
        let (plain, silent) = try (
            TLSContext(clientTrusting: .nothing, versions: version...version),
            TLSContext(serving: try TLSIdentity(selfSignedFor: "localhost"), versions: version...version)
        )
        #expect(try TLSPair.connected(keeping, silent).client.connection.takeSession() == nil)
        #expect(try TLSPair.connected(plain, issuing).client.connection.takeSession() == nil)
    }

    @Test(
        "the group is the one that was asked for",
        arguments: [("P-384:P-256", "secp384r1"), ("X25519:P-256", "x25519")])
    func groups(_ list: String, _ name: String) throws {
        for version in TLSProtocolVersion.each {
            let client = try TLSContext(
                clientTrusting: .nothing, versions: version...version, options: TLSClientOptions(groups: list))
            let server = try contexts(version).server
            #expect(try TLSPair.connected(client, server).client.connection.group == name)
        }
    }

    @Test("what is to be spoken is named in the first message, and only where it is wanted")
    func applicationProtocol() throws {
        for name in ["xmpp-client", nil] {
            let client = try TLSContext(
                clientTrusting: .nothing, versions: .v1_3 ... .v1_3,
                options: TLSClientOptions(applicationProtocol: name))
            var pair = try TLSPair(client, try contexts(.v1_3).server)
            let hello = String(decoding: try pair.client.take([]), as: UTF8.self)
            #expect(hello.contains("xmpp-client") == (name != nil))
            #expect(try TLSPair.connected(client, try contexts(.v1_3).server).isComplete)
        }
    }

    @Test("a server's groups bind the client too, and unknown ones are refused")
    func serverGroups() throws {
        let identity = try TLSIdentity(selfSignedFor: "localhost")
        let server = try TLSContext(
            serving: identity, versions: .v1_3 ... .v1_3, options: TLSServerOptions(groups: "P-521"))
        let client = try contexts(.v1_3).client
        #expect(try TLSPair.connected(client, server).server.connection.group == "secp521r1")
        let error = #expect(throws: TLSError.self) {
            try TLSContext(
                clientTrusting: .nothing, versions: .v1_3 ... .v1_3,
                options: TLSClientOptions(groups: "X25519:nonsense"))
        }
        #expect(error?.code == .configuration)
    }
}

extension TLSOptionTests {
    private func contexts(
        _ version: TLSProtocolVersion, tickets: Int = 2
    ) throws -> (client: TLSContext, server: TLSContext) {
        (
            try TLSContext(
                clientTrusting: .nothing, versions: version...version, options: TLSClientOptions(keepsSessions: true)),
            try TLSContext(
                serving: try TLSIdentity(selfSignedFor: "localhost"), versions: version...version,
                options: TLSServerOptions(ticketCount: tickets))
        )
    }
}
