import Domains
import LoadPlan
import Testing
import Transport

@testable import Engine

@Suite("What may be done to an address")
struct ConsentTests {
    private func address(_ text: String) throws -> SocketAddress {
        try #require(SocketAddress(literal: text, port: 5222))
    }

    @Test("is asked of the address, and not of the name that led there", arguments: [false, true], [false, true])
    func consent(_ owner: Bool, _ plain: Bool) throws {
        let target = Target(
            address: .host("localhost", port: 5222), domain: "localhost", tls: .none, ownerConsents: owner,
            allowPlainWithoutTLS: plain)
        let consent = Consent(target)
        for text in ["127.0.0.1", "127.255.0.9", "::1"] {
            let here = try address(text)
            #expect(consent.mayConnect(to: here) && consent.mayShowSecrets(to: here))
        }
        for text in ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "0.0.0.0", "128.0.0.1", "::2"] {
            let elsewhere = try address(text)
            #expect(consent.mayConnect(to: elsewhere) == owner)
            #expect(consent.mayShowSecrets(to: elsewhere) == plain)
        }
    }

    @Test(
        "another host is read as RFC 6120 has it written",
        arguments: [
            ("b.example", "b.example", nil), (" B.Example.\n", "b.example", nil), ("b.example:5269", "b.example", 5269),
            ("bücher.example:1", "xn--bcher-kva.example", 1), ("127.0.0.1", "127.0.0.1", nil),
            ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]", "::1", nil), ("[2001:DB8::1]:9", "2001:db8::1", 9),
            ("::1", "::1", nil), ("\t[::ffff:192.0.2.1]:5222 ", "::ffff:192.0.2.1", 5222),
        ] as [(String, String, UInt16?)])
    func otherHost(_ text: String, _ name: String, _ port: UInt16?) {
        let host = OtherHost(text)
        #expect(host?.name == name && host?.port == port)
    }

    @Test(
        "what is no host is none",
        arguments: ["", " ", ":5222", "a:", "a:0", "a:65536", "a:b", "[::1", "[a]:1", "a b:1", "a@b"])
    func noHost(_ text: String) { #expect(OtherHost(text) == nil) }
}
