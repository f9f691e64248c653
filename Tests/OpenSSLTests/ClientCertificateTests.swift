import OpenSSL
import TestSupport
import Testing

@Suite("Client certificates")
struct ClientCertificateTests {
    static let names =
        "subjectAltName=otherName:1.3.6.1.5.5.7.8.5;UTF8:juliet@example.org,email:juliet@mail.example.org,"
        + "DNS:example.org,otherName:1.3.6.1.5.5.7.8.5;UTF8:j@example.org"

    @Test("a server that asks for a certificate learns whose it is", arguments: TLSProtocolVersion.each, [false, true])
    func identified(_ version: TLSProtocolVersion, _ onConnection: Bool) async throws {
        let certificates = try await certificates()
        let juliet = try certificates.identity("juliet")
        let client = try TLSContext(
            clientTrusting: .nothing, versions: version...version,
            options: TLSClientOptions(identity: onConnection ? nil : juliet))
        let server = try server(version, .required(authorities: certificates.certificate("authority")))
        let pair = try TLSPair.connected(client, server, identity: onConnection ? juliet : nil)
        #expect(pair.isComplete)
        let peer = pair.server.connection.peerCertificate
        #expect(peer?.commonName == "juliet")
        #expect(peer?.xmppAddresses == ["juliet@example.org", "j@example.org"])
        #expect(peer?.emailAddresses == ["juliet@mail.example.org"])
        #expect(peer?.dnsNames == ["example.org"])
    }

    @Test("a connection's own certificate goes before its context's")
    func override() async throws {
        let certificates = try await certificates()
        let client = try TLSContext(
            clientTrusting: .nothing, versions: .v1_3 ... .v1_3,
            options: TLSClientOptions(identity: try certificates.identity("stranger")))
        let server = try server(.v1_3, .required(authorities: certificates.certificate("authority")))
        let pair = try TLSPair.connected(client, server, identity: try certificates.identity("juliet"))
        #expect(pair.server.connection.peerCertificate?.commonName == "juliet")
    }

    @Test("a client without one gets in where it is only requested", arguments: TLSProtocolVersion.each)
    func anonymous(_ version: TLSProtocolVersion) async throws {
        let authorities = try await certificates()
        let file = authorities.certificate("authority")
        let client = try TLSContext(clientTrusting: .nothing, versions: version...version)
        let requesting = try TLSPair.connected(client, try server(version, .requested(authorities: file)))
        #expect(requesting.isComplete)
        #expect(requesting.server.connection.peerCertificate == nil)
        var requiring = try TLSPair(client, try server(version, .required(authorities: file)))
        let error = #expect(throws: TLSError.self) { try requiring.talk() }
        #expect(error?.reason == "peer did not return a certificate")
    }

    @Test("one that the authority did not sign is refused, and the client is told", arguments: TLSProtocolVersion.each)
    func stranger(_ version: TLSProtocolVersion) async throws {
        let certificates = try await certificates()
        let client = try TLSContext(clientTrusting: .nothing, versions: version...version)
        for wanted in [TLSClientCertificates.requested, TLSClientCertificates.required] {
            let server = try server(version, wanted(certificates.certificate("authority")))
            var pair = try TLSPair(client, server, identity: try certificates.identity("stranger"))
            let error = #expect(throws: TLSError.self) { try pair.talk() }
            #expect(error?.code == .verification)
            let alert = #expect(throws: TLSError.self) { _ = try pair.client.take(pair.server.takeOutput()) }
            #expect(alert?.reason == "tlsv1 alert unknown ca")
        }
    }

    @Test("a resumed connection is still the same client's", arguments: TLSProtocolVersion.each)
    func resumed(_ version: TLSProtocolVersion) async throws {
        let certificates = try await certificates()
        let client = try TLSContext(
            clientTrusting: .nothing, versions: version...version,
            options: TLSClientOptions(identity: try certificates.identity("juliet"), keepsSessions: true))
        let server = try server(version, .required(authorities: certificates.certificate("authority")))
        let session = try TLSPair.connected(client, server).client.connection.takeSession()
        let pair = try TLSPair.connected(client, server, resuming: session)
        #expect(pair.server.connection.isResumed)
        #expect(pair.server.connection.peerCertificate?.commonName == "juliet")
    }

    @Test("a chain above the leaf is sent along")
    func chain() async throws {
        let certificates = try await certificates()
        try await certificates.make("between", signedBy: "authority")
        try await certificates.make("romeo", signedBy: "between")
        let chain = try certificates.folder.write(
            certificates.folder.text(of: "romeo.pem") + certificates.folder.text(of: "between.pem"), to: "chain.pem")
        let identity = try TLSIdentity(certificateFile: chain, keyFile: certificates.key("romeo"))
        let client = try TLSContext(clientTrusting: .nothing, versions: .v1_3 ... .v1_3)
        let server = try server(.v1_3, .required(authorities: certificates.certificate("authority")))
        let pair = try TLSPair.connected(client, server, identity: identity)
        #expect(pair.server.connection.peerCertificate?.commonName == "romeo")
    }

    @Test("files that are no identity are named")
    func badFiles() async throws {
        let certificates = try await certificates()
        let (certificate, key) = (certificates.certificate("juliet"), certificates.key("juliet"))
        expect("cannot read a certificate from /nowhere.pem", "/nowhere.pem", key)
        expect("cannot read a certificate from \(key)", key, key)
        expect("cannot read a private key from \(certificate)", certificate, certificate)
        let other = certificates.key("stranger")
        expect("the key in \(other) is not that of \(certificate)", certificate, other)
        let locked = certificates.folder.path("locked.key")
        try await ChildProcess.succeed(
            "openssl", ["pkey", "-in", key, "-aes128", "-passout", "pass:x", "-out", locked])
        expect("cannot read a private key from \(locked)", certificate, locked)
        #expect(throws: TLSError.self) { try server(.v1_3, .required(authorities: "/nowhere.pem")) }
    }
}

extension ClientCertificateTests {
    /// An authority, juliet whom it signed, and a stranger.
    private func certificates() async throws -> Certificates {
        let certificates = try Certificates()
        try await certificates.make("authority")
        try await certificates.make("juliet", ["-addext", Self.names], signedBy: "authority")
        try await certificates.make("stranger")
        return certificates
    }

    private func server(
        _ version: TLSProtocolVersion, _ certificates: TLSClientCertificates
    ) throws -> TLSContext {
        try TLSContext(
            serving: try TLSIdentity(selfSignedFor: "localhost"), versions: version...version,
            options: TLSServerOptions(clientCertificates: certificates, ticketCount: 1))
    }

    private func expect(_ reason: String, _ certificate: String, _ key: String) {
        let error = #expect(throws: TLSError.self) { try TLSIdentity(certificateFile: certificate, keyFile: key) }
        #expect(error?.code == .configuration)
        #expect(error?.reason == reason)
    }
}
