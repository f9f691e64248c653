import OpenSSL
import TestSupport
import Testing

@Suite("Channel bindings as the openssl program sees them")
struct ForeignServerTests {
    @Test("tls-exporter is what the server exports by RFC 9266's label")
    func exporter() async throws {
        let (binding, output) = try await bind(.exporter, .v1_3)
        let exported = output.split(separator: "Keying material: ").last?.prefix(64).lowercased()
        #expect(hexadecimal(binding) == exported)
    }

    @Test("tls-unique is the first Finished message that the server saw")
    func unique() async throws {
        let (binding, output) = try await bind(.unique, .v1_2)
        let message = output.split(separator: "Finished\n").dropFirst().first?.prefix { $0 != "<" && $0 != ">" }
        // Of the handshake message, a header of four bytes and the verify data.
        #expect(hexadecimal(binding) == message?.filter(\.isHexDigit).dropFirst(8).prefix(24).description)
    }

    /// What our client has, and what a server of the `openssl` program wrote down about the same connection.
    private func bind(
        _ type: TLSChannelBinding, _ version: TLSProtocolVersion
    ) async throws -> (binding: [UInt8], output: String) {
        let certificates = try Certificates()
        try await certificates.make("localhost")
        let port = try FreePort.take()
        let server = try ChildProcess("sh", ["-c", command(port, certificates)], endsGroup: true)
        let context = try TLSContext(clientTrusting: .nothing, versions: version...version)
        var side = try TLSPair.Side { try TLSConnection(client: context, over: $0, serverName: "localhost") }
        try await awaitCondition("the server takes the handshake") {
            guard let socket = try? LoopbackSocket(port: port) else { return false }
            try socket.shakeHands(&side)
            return true
        }
        try await awaitCondition("the server has said what it saw") { server.output.contains("Keying material: ") }
        return (try #require(side.connection.channelBinding(type)), server.output)
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
