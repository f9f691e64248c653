import SASL
import Testing

@Suite("PLAIN, CRAM-MD5, ANONYMOUS, EXTERNAL, JIVE-SHAREDSECRET")
struct SimpleMechanismTests {
    @Test("PLAIN is what RFC 4616 section 4 and RFC 6120 section 9.1.5 show")
    func plain() throws {
        #expect(try initial(.plain, .test("tim", "tanstaaftanstaaf")) == "\0tim\0tanstaaftanstaaf")
        #expect(
            try initial(.plain, .test("Kurt", "xipj3plmq", authorizationID: "Ursel")) == "Ursel\0Kurt\0xipj3plmq")
        let juliet = try initial(.plain, .test("juliet", "r0m30myr0m30"))
        #expect(text(Base64.encode(bytes(juliet ?? ""))) == "AGp1bGlldAByMG0zMG15cjBtMzA=")
    }

    @Test("PLAIN leaves the preparation to the server")
    func plainIsRaw() throws {
        #expect(try initial(.plain, .test("\u{2168}", "I\u{AD}X")) == "\0\u{2168}\0I\u{AD}X")
    }

    @Test("a NUL cannot be said in PLAIN")
    func plainWithNUL() {
        for credentials in [Credentials.test("a\0b"), .test("a", "b\0"), .test("a", "b", authorizationID: "\0")] {
            expect(.prohibitedCharacters) { _ = try SASLClient(mechanism: .plain, credentials: credentials) }
        }
    }

    @Test("a server that asks again gets PLAIN's message once, and a proof it cannot have is not asked for")
    func plainWithoutInitialResponse() throws {
        var client = try SASLClient(mechanism: .plain, credentials: .test("u1", "pw"))
        #expect(try client.respond(to: "") == "\0u1\0pw")
        expect(.unexpectedMessage) { _ = try client.receive(challenge: []) }
        #expect(throws: Never.self) { try client.receive(success: nil) }
    }

    @Test("CRAM-MD5 is what RFC 2195 section 2 shows")
    func cram() throws {
        var client = try SASLClient(mechanism: .cramMD5, credentials: .test("tim", "tanstaaftanstaaf"))
        #expect(try client.initialResponse() == nil)
        #expect(
            try client.respond(to: "<1896.697170952@postoffice.reston.mci.net>")
                == "tim b913a602c7eda7a495b4e6e7334d3890")
        expect(.unexpectedMessage) { _ = try client.receive(challenge: bytes("<2@example.org>")) }
    }

    @Test("CRAM-MD5 is what Openfire accepted")
    func cramOfOpenfire() throws {
        var client = try SASLClient(mechanism: .cramMD5, credentials: .test("u1", "pw"))
        let challenge = decoded("PC0yMzcwNjAxMDgxMzc5MTQzOTEzLjE3OTUzOTc2MTg4ODVAbG9jYWxob3N0Pg==")
        #expect(try client.respond(to: challenge) == decoded("dTEgYTdlMmIwMmViYjhkMTRjNWE4YTM4NWZjOTU0ZmEyYTc="))
    }

    @Test("ANONYMOUS sends its trace, and without one only when asked")
    func anonymous() throws {
        #expect(try initial(.anonymous, .test(trace: "sirhc")) == "sirhc")
        #expect(try initial(.anonymous, .test()) == nil)
        var client = try SASLClient(mechanism: .anonymous, credentials: .test())
        #expect(try client.respond(to: "") == "")
    }

    @Test("a trace is short and printable", arguments: [String(repeating: "a", count: 256), "a\u{7}"])
    func badTrace(_ trace: String) {
        expect(.prohibitedCharacters) {
            _ = try SASLClient(mechanism: .anonymous, credentials: .test(trace: trace))
        }
    }

    @Test("EXTERNAL says whom to act as, or nothing")
    func external() throws {
        #expect(try initial(.external, .test(authorizationID: "juliet@example.org")) == "juliet@example.org")
        #expect(try initial(.external, .test()) == "")
    }

    @Test("JIVE-SHAREDSECRET is what Openfire accepted")
    func jive() throws {
        let accepted = decoded("eAA1ZWJlMjI5NGVjZDBlMGYwOGVhYjc2OTBkMmE2ZWU2OQ==")
        #expect(try initial(.jiveSharedSecret, .test("x", "secret")) == text(accepted))
        #expect(try initial(.jiveSharedSecret, .test("", "secret"))?.first != "\0")
    }

    private func initial(_ mechanism: Mechanism, _ credentials: Credentials) throws -> String? {
        var client = try SASLClient(mechanism: mechanism, credentials: credentials)
        return try client.initialResponse().map(text)
    }
}
