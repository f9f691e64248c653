import Domains
import OpenSSL
import TestSupport
import Testing

@Suite("Channel bindings as the openssl program sees them")
struct ForeignServerTests {
    @Test("tls-exporter is what the server exports by RFC 9266's label")
    func exporter() async throws {
        let (connection, output) = try await connect(.v1_3)
        let binding = try #require(connection.channelBinding(.exporter))
        let exported = output.split(separator: "Keying material: ").last?.prefix(64).lowercased()
        #expect(hexadecimal(binding) == exported)
    }

    @Test("tls-unique is the first Finished message that the server saw")
    func unique() async throws {
        let (connection, output) = try await connect(.v1_2)
        let binding = try #require(connection.channelBinding(.unique))
        let message = output.split(separator: "Finished\n").dropFirst().first?.prefix { $0 != "<" && $0 != ">" }
        // Of the handshake message, a header of four bytes and the verify data.
        #expect(hexadecimal(binding) == message?.filter(\.isHexDigit).dropFirst(8).prefix(24).description)
    }

    @Test("without the extended master secret TLS 1.2 has no tls-exporter, and the others all the same")
    func noExtendedMasterSecret() async throws {
        let configuration = """
            openssl_conf = all
            [all]
            ssl_conf = ssl
            [ssl]
            system_default = tls
            [tls]
            Options = -ExtendedMasterSecret

            """
        let (connection, _) = try await connect(.v1_2, configuration: configuration)
        #expect(connection.channelBinding(.exporter) == nil)
        #expect(connection.channelBinding(.unique)?.count == 12)
        #expect(connection.channelBinding(.serverEndPoint)?.count == 32)
    }

    /// Our client's connection, and what a server of the `openssl` program wrote down about it.
    private func connect(
        _ version: TLSProtocolVersion, configuration: String? = nil
    ) async throws -> (connection: TLSConnection, output: String) {
        let certificates = try Certificates()
        try await certificates.make("localhost")
        let file = try configuration.map { try certificates.folder.write($0, to: "openssl.cnf") }
        let port = try FreePort.take()
        let server = try ChildProcess(
            "sh", ["-c", command(port, certificates)], environment: file.map { ["OPENSSL_CONF": $0] } ?? [:],
            endsGroup: true)
        let context = try TLSContext(clientTrusting: .nothing, versions: version...version)
        var side = try TLSPair.Side { try TLSConnection(client: context, over: $0, serverName: "localhost") }
        try await awaitCondition("the server takes the handshake") {
            guard let socket = try? LoopbackSocket(port: port) else { return false }
            try socket.shakeHands(&side)
            return true
        }
        try await awaitCondition("the server has said what it saw") { server.output.contains("Keying material: ") }
        return (side.connection, server.output)
    }

    /// It serves one connection, and ends when its input does, which it never does.
    private func command(_ port: UInt16, _ certificates: Certificates) -> String {
        """
        tail -f /dev/null | openssl s_server -accept 127.0.0.1:\(port) -naccept 1 -msg \
        -cert '\(certificates.certificate("localhost"))' -key '\(certificates.key("localhost"))' \
        -keymatexport EXPORTER-Channel-Binding -keymatexportlen 32
        """
    }
}
