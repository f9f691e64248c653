import Domains
import OpenSSL
import TestSupport
import Testing

@Suite("Whose a server's certificate is (RFC 6120 section 13.7.1.2, RFC 6125)")
struct CertificateNameTests {
    /// The alternative names; the common name is `host.example` always.
    struct Case: Sendable, CustomTestStringConvertible {
        let names: String
        let good: [Domain]
        let bad: [Domain]
        var testDescription: String { names }
    }

    private static let service = "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:"
    private static let address = "otherName:1.3.6.1.5.5.7.8.5;UTF8:"

    static let cases = [
        Case(names: "DNS:one.example", good: ["one.example", "ONE.example."], bad: ["host.example", "two.example"]),
        Case(
            names: "DNS:*.one.example", good: ["im.one.example"],
            bad: ["one.example", "a.im.one.example", "host.example"]),
        Case(names: "DNS:i*.one.example", good: [], bad: ["im.one.example"]),
        Case(names: "DNS:im.*.example", good: [], bad: ["im.one.example"]),
        Case(names: "DNS:xn--bcher-kva.example", good: ["bücher.example"], bad: ["bucher.example"]),
        Case(names: service + "_xmpp-client.one.example", good: ["one.example"], bad: ["host.example", "two.example"]),
        Case(names: service + "_XMPP-client.One.example", good: ["one.example"], bad: []),
        Case(names: service + "_xmpp-server.one.example", good: [], bad: ["one.example", "host.example"]),
        Case(names: service + "_xmpp-client.xn--bcher-kva.example", good: ["bücher.example"], bad: []),
        Case(names: address + "one.example", good: ["one.example"], bad: ["host.example", "two.example"]),
        Case(names: address + "xn--bcher-kva.example", good: ["bücher.example"], bad: []),
        Case(names: address + "u1@one.example", good: [], bad: ["one.example"]),
        Case(names: "IP:127.0.0.1", good: ["127.0.0.1", "host.example"], bad: ["127.0.0.2"]),
        Case(names: "IP:::1", good: ["::1", "[0::1]"], bad: ["::2"]),
        Case(names: "DNS:127.0.0.1", good: [], bad: ["127.0.0.1"]),
        Case(names: "email:a@host.example", good: ["host.example"], bad: ["one.example"]),
    ]

    @Test("is told by its names", arguments: cases)
    func names(_ one: Case) async throws {
        let certificates = try Certificates()
        try await certificates.make("host.example", ["-addext", "subjectAltName=\(one.names)"])
        let server = try TLSContext(serving: try certificates.identity("host.example"), versions: .v1_2 ... .v1_3)
        let client = try TLSContext(
            clientTrusting: .authorities(file: certificates.certificate("host.example")), versions: .v1_2 ... .v1_3)
        for name in one.good {
            let pair = try TLSPair.connected(client, server, serverName: name)
            #expect(pair.isComplete && pair.client.connection.peerIsNamed(name), "\(name)")
        }
        for name in one.bad {
            let error = #expect(throws: TLSError.self) { try TLSPair.connected(client, server, serverName: name) }
            let expected = name.isAddress ? "IP address mismatch" : "hostname mismatch"
            #expect(error?.reason.lowercased() == expected.lowercased() && error?.code == .verification, "\(name)")
        }
    }
}
