import OpenSSL
import TestSupport
import Testing

@Suite("What ties to a TLS connection")
struct ChannelBindingTests {
    @Test("both sides have the same bytes, and each connection its own", arguments: TLSProtocolVersion.each)
    func agreement(_ version: TLSProtocolVersion) throws {
        let (client, server) = try contexts(version)
        let one = try TLSPair.connected(client, server)
        let other = try TLSPair.connected(client, server)
        #expect(one.isComplete && other.isComplete)
        for type in TLSChannelBinding.allCases {
            let bytes = one.client.connection.channelBinding(type)
            #expect(bytes == one.server.connection.channelBinding(type))
            #expect((bytes == nil) == (type == .unique && version == .v1_3))
            let isSame = bytes == other.client.connection.channelBinding(type)
            #expect(isSame == (bytes == nil || type == .serverEndPoint))
        }
    }

    @Test("the lengths are those of the RFCs")
    func lengths() throws {
        let (client, server) = try contexts(.v1_2)
        let connection = try TLSPair.connected(client, server).client.connection
        #expect(connection.channelBinding(.exporter)?.count == 32)
        #expect(connection.channelBinding(.unique)?.count == 12)
        #expect(connection.channelBinding(.serverEndPoint)?.count == 32)
    }

    @Test("both sides agree on a resumed connection too", arguments: TLSProtocolVersion.each)
    func resumed(_ version: TLSProtocolVersion) throws {
        let (client, server) = try contexts(version)
        let first = try TLSPair.connected(client, server).client.connection
        let second = try TLSPair.connected(client, server, resuming: first.takeSession())
        #expect(second.client.connection.isResumed && second.server.connection.isResumed)
        for type in TLSChannelBinding.allCases {
            let bytes = second.client.connection.channelBinding(type)
            #expect(bytes == second.server.connection.channelBinding(type))
            #expect((bytes == nil) == (type == .unique && version == .v1_3))
            #expect((bytes == first.channelBinding(type)) == (bytes == nil || type == .serverEndPoint))
        }
    }

    @Test("before the handshake is complete there is nothing")
    func tooEarly() throws {
        let (client, server) = try contexts(.v1_3)
        let pair = try TLSPair(client, server)
        for type in TLSChannelBinding.allCases {
            #expect(pair.client.connection.channelBinding(type) == nil)
            #expect(pair.server.connection.channelBinding(type) == nil)
        }
    }

    @Test(
        "the certificate's hash is the one that openssl prints, by its signature's hash and never below SHA-256",
        arguments: [
            ("sha1", "sha256"), ("sha256", "sha256"), ("sha384", "sha384"), ("sha512", "sha512"),
        ])
    func serverEndPoint(_ signature: String, _ hash: String) async throws {
        let certificates = try Certificates()
        try await certificates.make("localhost", ["-\(signature)"])
        try await expectEndPoint(certificates, hash)
    }

    @Test("a signature by RSASSA-PSS names its hash in its parameters")
    func serverEndPointOfPSS() async throws {
        let certificates = try Certificates()
        try await certificates.make("localhost", ["-sha384", "-sigopt", "rsa_padding_mode:pss"], key: ["rsa:2048"])
        try await expectEndPoint(certificates, "sha384")
    }

    @Test("a signature that names no hash has no binding")
    func serverEndPointOfEdwards() async throws {
        let certificates = try Certificates()
        try await certificates.make("localhost", key: ["ed25519"])
        let pair = try connected(certificates)
        #expect(pair.isComplete)
        #expect(pair.client.connection.channelBinding(.serverEndPoint) == nil)
        #expect(pair.server.connection.channelBinding(.serverEndPoint) == nil)
    }

    private func expectEndPoint(_ certificates: Certificates, _ hash: String) async throws {
        let expected = try await certificates.fingerprint("localhost", hash)
        let pair = try connected(certificates)
        #expect(pair.client.connection.channelBinding(.serverEndPoint).map(hexadecimal) == expected)
        #expect(pair.server.connection.channelBinding(.serverEndPoint).map(hexadecimal) == expected)
    }

    private func connected(_ certificates: Certificates) throws -> TLSPair {
        try TLSPair.connected(
            try TLSContext(clientTrusting: .nothing, versions: .v1_2 ... .v1_3),
            try TLSContext(serving: try certificates.identity("localhost"), versions: .v1_2 ... .v1_3))
    }

    private func contexts(_ version: TLSProtocolVersion) throws -> (client: TLSContext, server: TLSContext) {
        (
            try TLSContext(
                clientTrusting: .nothing, versions: version...version, options: TLSClientOptions(keepsSessions: true)),
            try TLSContext(
                serving: try TLSIdentity(selfSignedFor: "localhost"), versions: version...version,
                options: TLSServerOptions(ticketCount: 2))
        )
    }
}
