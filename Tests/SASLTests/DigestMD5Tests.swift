import Testing

@testable import SASL

@Suite("DIGEST-MD5")
struct DigestMD5Tests {
    static let foundingNonce = "epBZfPqSZtXiKc0jtjpOB5kMG0wbcHlRca8NvdOR"
    static let foundingChallenge =
        "realm=\"192.168.1.185\",nonce=\"\(foundingNonce)\",qop=\"auth\",charset=utf-8,algorithm=md5-sess"

    @Test("the recorded login of an iOS client is reproduced byte for byte")
    func foundingExchange() throws {
        var client = try foundingClient()
        #expect(try client.initialResponse() == nil)
        #expect(
            try client.respond(to: Self.foundingChallenge)
                == "charset=utf-8,username=\"admin\",realm=\"192.168.1.185\",nonce=\"\(Self.foundingNonce)\",nc=00000001,"
                + "cnonce=\"L42uHMW+jbzhz7XsudgtsuWUHOhMfaKUBiqNbGZv\",digest-uri=\"xmpp/192.168.1.185\",maxbuf=65536,"
                + "response=a7ba1fe98b076f53ee35733d943082ea,qop=auth,authzid=\"admin\"")
        #expect(throws: Never.self) {
            try client.receive(success: bytes("rspauth=246ed72947f5ac1b5d6d78e913d32ac1"))
        }
    }

    @Test("the proof may come as a last challenge, which is answered with nothing")
    func proofAsChallenge() throws {
        var client = try foundingClient()
        _ = try client.respond(to: Self.foundingChallenge)
        #expect(try client.respond(to: "rspauth=246ed72947f5ac1b5d6d78e913d32ac1") == "")
        #expect(throws: Never.self) { try client.receive(success: nil) }
    }

    @Test(
        "a proof that is missing or wrong means that the server is not authentic",
        arguments: [
            nil, "", "rspauth=", "rspauth=346ed72947f5ac1b5d6d78e913d32ac1", "rspauth=246ed72947f5ac1b5d6d78e913d32ac",
            "v=246ed72947f5ac1b5d6d78e913d32ac1",
        ])
    func wrongProof(_ proof: String?) throws {
        var client = try foundingClient()
        _ = try client.respond(to: Self.foundingChallenge)
        expect(.serverNotAuthentic) { try client.receive(success: proof.map(bytes)) }
    }

    @Test("a success before any challenge is not authentic")
    func successTooEarly() throws {
        var client = try foundingClient()
        expect(.serverNotAuthentic) { try client.receive(success: nil) }
    }

    @Test("RFC 2831 section 4")
    func published() throws {
        let account = try DigestMD5.account(
            username: bytes("chris"), realm: bytes("elwood.innosoft.com"), password: bytes("secret"))
        let digest = DigestMD5(
            account: account, nonce: bytes("OA6MG9tEQGm2hh"), clientNonce: bytes("OA6MHXh6VqTrRk"),
            digestURI: bytes("imap/elwood.innosoft.com"), authorizationID: nil)
        #expect(text(try digest.response()) == "d388dad90d4bbd760a152321f2143af7")
        #expect(text(try digest.responseAuth()) == "ea40f60335c427b5527b84dbabcdfffd")
    }

    @Test("a recorded challenge of Openfire, without qop and maxbuf, gets the recorded proof")
    func openfire() throws {
        var client = try SASLClient(
            mechanism: .digestMD5, credentials: .test("u1", "pw", domain: "localhost"),
            nonces: .fixed("370cd8371e2104442ca532115c25"))
        let challenge = decoded(
            "cmVhbG09ImxvY2FsaG9zdCIsbm9uY2U9InBDWk51WDBqMVNWY3B3dFdiWlNwc0thc3BkWWZZRVdYQjhjZFhReUoiLGNoYXJzZXQ9dXRm"
                + "LTgsYWxnb3JpdGhtPW1kNS1zZXNz")
        #expect(text(try client.respond(to: challenge)).contains("response=0e29df741389ca8c5038357cf6bf4ff2,qop=auth"))
        #expect(throws: Never.self) {
            try client.receive(success: decoded("cnNwYXV0aD1mNzRkOWVjMjM3OTVjOTk0OGUzM2JmZjg2MWE4ZThmMw=="))
        }
    }

    @Test("what fits ISO 8859-1 is hashed in it, the rest in UTF-8 (computed with Python's hashlib)")
    func unicode() throws {
        var client = try SASLClient(
            mechanism: .digestMD5, credentials: .test("zo\u{EB}", "\u{20AC}uro", domain: "b\u{FC}cher.example"),
            nonces: .fixed("c1"))
        let response = try client.respond(
            to: "realm=\"b\u{FC}cher.example\",nonce=\"n1\",charset=utf-8,algorithm=md5-sess")
        #expect(response.contains("username=\"zo\u{EB}\""))
        #expect(response.contains("response=8acef939b6a522e4d97168a4ee70db6e"))
        #expect(throws: Never.self) { try client.receive(success: bytes("rspauth=c9f4c6f87272e425d3dbbadc5365417b")) }
    }

    @Test("a server without UTF-8 gets the name in ISO 8859-1, or an error that says so")
    func latin1() throws {
        let challenge = bytes("realm=\"r\",nonce=\"n\",algorithm=md5-sess")
        var client = try SASLClient(mechanism: .digestMD5, credentials: .test("zo\u{EB}", "pw"))
        let response = try client.respond(to: challenge)
        #expect(response.starts(with: bytes("username=\"zo") + [0xEB] + bytes("\",realm=\"r\"")))
        var other = try SASLClient(mechanism: .digestMD5, credentials: .test("\u{20AC}", "pw"))
        expect(.prohibitedCharacters) { _ = try other.receive(challenge: challenge) }
    }

    @Test("of several realms the first is taken, and without any the domain")
    func realms() throws {
        var client = try SASLClient(mechanism: .digestMD5, credentials: .test())
        let several = "realm=\"one\",realm=\"two\",nonce=\"n\",algorithm=md5-sess"
        #expect(try client.respond(to: several).contains("realm=\"one\""))
        var other = try SASLClient(mechanism: .digestMD5, credentials: .test())
        #expect(try other.respond(to: "nonce=\"n\",algorithm=md5-sess").contains("realm=\"example.org\""))
    }

    @Test("quotes and backslashes are escaped, and read again")
    func quoting() throws {
        var client = try SASLClient(mechanism: .digestMD5, credentials: .test("a\"b\\c", "pw"))
        let response = try client.respond(to: "realm=\"r\\\"1\\\\\",nonce=\"n\",algorithm=md5-sess,charset=utf-8")
        #expect(response.contains("username=\"a\\\"b\\\\c\",realm=\"r\\\"1\\\\\""))
    }

    @Test("white space, empty elements, other cases and unknown directives do not matter")
    func tolerance() throws {
        var client = try SASLClient(mechanism: .digestMD5, credentials: .test())
        let challenge = " , Nonce = \"n\" ,,\tALGORITHM=MD5-sess, qop=\"auth-int, auth\",x=y , "
        #expect(try client.respond(to: challenge).contains("nonce=\"n\",nc=00000001"))
    }

    @Test(
        "a challenge that breaks the grammar is malformed",
        arguments: [
            "", "nonce", "nonce=", "nonce=\"n", "nonce=\"n\\", "nonce=\"n\"x", "nonce=\"n\"", "algorithm=md5-sess",
            "nonce=\"\",algorithm=md5-sess", "nonce=\"a\",nonce=\"b\",algorithm=md5-sess", "=x",
            "nonce=\"a\",algorithm=md5-sess,algorithm=md5-sess", "rspauth=00", "nonce=\"a\" algorithm=md5-sess",
        ])
    func malformed(_ challenge: String) throws {
        var client = try SASLClient(mechanism: .digestMD5, credentials: .test())
        expect(.malformedChallenge) { _ = try client.receive(challenge: bytes(challenge)) }
    }

    @Test(
        "another algorithm, or protection alone, is not supported",
        arguments: ["nonce=\"n\",algorithm=md5", "nonce=\"n\",algorithm=md5-sess,qop=\"auth-int,auth-conf\""])
    func unsupported(_ challenge: String) throws {
        var client = try SASLClient(mechanism: .digestMD5, credentials: .test())
        expect(.unsupported) { _ = try client.receive(challenge: bytes(challenge)) }
    }

    private func foundingClient() throws -> SASLClient {
        try SASLClient(
            mechanism: .digestMD5,
            credentials: .test("admin", "admin", domain: "192.168.1.185", authorizationID: "admin"),
            nonces: .fixed("L42uHMW+jbzhz7XsudgtsuWUHOhMfaKUBiqNbGZv"))
    }
}
