import Testing

@testable import SASL

/// Runs a client with a fixed nonce against recorded challenges.
private func respond(
    _ mechanism: Mechanism, _ credentials: Credentials, nonce: String, to challenge: String
) throws -> (client: SASLClient, response: String) {
    var client = try SASLClient(mechanism, credentials, nonces: .fixed(nonce))
    _ = try client.initialResponse()
    var step = try client.receive(challenge: Array(challenge.utf8))
    if case .derive(let derivation) = step { step = try client.receive(derived: derivation.run()) }
    guard case .respond(let response) = step else { throw SASLError(.malformedChallenge, "no response") }
    return (client, String(decoding: response, as: UTF8.self))
}

@Suite("Vectors of the RFCs, and of the founding document")
struct VectorTests {
    private let user = Credentials(username: "user", password: Secret("pencil"), domain: "example.org")

    @Test("SCRAM-SHA-1, RFC 5802 section 5")
    func scramSHA1() throws {
        var (client, response) = try respond(
            .scramSHA1, user, nonce: "fyko+d2lbbFgONRv9qkxdawL",
            to: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")
        #expect(response == "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")
        try client.receive(success: Array("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=".utf8))
    }

    @Test("SCRAM-SHA-256, RFC 7677 section 3")
    func scramSHA256() throws {
        var (client, response) = try respond(
            .scramSHA256, user, nonce: "rOprNGfwEbeRWgbNEkqO",
            to: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
        #expect(
            response
                == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        )
        try client.receive(success: Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
    }

    @Test("DIGEST-MD5, the founding document's exchange byte for byte")
    func founding() throws {
        let admin = Credentials(
            username: "admin", password: Secret("admin"), authorizationID: "admin", domain: "192.168.1.185")
        var (client, response) = try respond(
            .digestMD5, admin, nonce: "L42uHMW+jbzhz7XsudgtsuWUHOhMfaKUBiqNbGZv",
            to:
                #"realm="192.168.1.185",nonce="epBZfPqSZtXiKc0jtjpOB5kMG0wbcHlRca8NvdOR",qop="auth",charset=utf-8,algorithm=md5-sess"#
        )
        #expect(
            response
                == #"charset=utf-8,username="admin",realm="192.168.1.185",nonce="epBZfPqSZtXiKc0jtjpOB5kMG0wbcHlRca8NvdOR",nc=00000001,cnonce="L42uHMW+jbzhz7XsudgtsuWUHOhMfaKUBiqNbGZv",digest-uri="xmpp/192.168.1.185",maxbuf=65536,response=a7ba1fe98b076f53ee35733d943082ea,qop=auth,authzid="admin""#
        )
        try client.receive(success: Array("rspauth=246ed72947f5ac1b5d6d78e913d32ac1".utf8))
    }

    @Test("CRAM-MD5, RFC 2195 section 2")
    func cram() throws {
        let tim = Credentials(username: "tim", password: Secret("tanstaaftanstaaf"), domain: "example.org")
        let (_, response) = try respond(
            .cramMD5, tim, nonce: "", to: "<1896.697170952@postoffice.reston.mci.net>")
        #expect(response == "tim b913a602c7eda7a495b4e6e7334d3890")
    }

    @Test("PLAIN, RFC 4616 section 4")
    func plain() throws {
        let tim = Credentials(username: "tim", password: Secret("tanstaaftanstaaf"), domain: "example.org")
        var client = try SASLClient(.plain, tim)
        #expect(try client.initialResponse() == Array("\0tim\0tanstaaftanstaaf".utf8))
    }
}

@Suite("A client and a server of ours")
struct RoundTripTests {
    private func run(
        _ mechanism: Mechanism, password: String = "pw", accounts: AccountStore, username: String = "u1",
        tamper: Bool = false
    ) throws -> ServerStep {
        var client = try SASLClient(
            mechanism, Credentials(username: username, password: Secret(password), domain: "localhost"))
        var server = SASLServer(mechanism, domain: "localhost", accounts: accounts)
        var step = server.receive(try client.initialResponse())
        while case .challenge(let challenge) = step {
            var answer = try client.receive(challenge: challenge)
            if case .derive(let derivation) = answer { answer = try client.receive(derived: derivation.run()) }
            guard case .respond(let response) = answer else { break }
            step = server.receive(response)
        }
        if case .success(_, var data) = step {
            if tamper, let last = data?.indices.last { data?[last - 3] ^= 1 }
            try client.receive(success: data)
        }
        return step
    }

    private let list = AccountStore(.list(["u1": Secret("pw")]), iterations: 64)

    @Test("the right password is let in", arguments: Mechanism.byStrength)
    func right(_ mechanism: Mechanism) throws {
        guard case .success(let name, _) = try run(mechanism, accounts: list) else {
            Issue.record("refused")
            return
        }
        #expect(name == "u1")
    }

    @Test("a wrong password and an unknown user look the same", arguments: Mechanism.byStrength)
    func wrong(_ mechanism: Mechanism) throws {
        #expect(try run(mechanism, password: "no", accounts: list) == .failure(.notAuthorized))
        #expect(try run(mechanism, accounts: list, username: "nobody") == .failure(.notAuthorized))
    }

    @Test("a server that proves nothing, or wrongly, is not believed", arguments: [Mechanism.scramSHA1, .digestMD5])
    func impostor(_ mechanism: Mechanism) throws {
        let error = #expect(throws: SASLError.self) { try run(mechanism, accounts: list, tamper: true) }
        #expect(error?.code == .serverNotAuthentic)
        var client = try SASLClient(mechanism, Credentials(username: "u1", password: Secret("pw"), domain: "localhost"))
        let silent = #expect(throws: SASLError.self) { try client.receive(success: nil) }
        #expect(silent?.code == .serverNotAuthentic)
    }

    @Test("an iteration count that would keep us busy for hours is refused")
    func iterations() throws {
        var client = try SASLClient(
            .scramSHA1, Credentials(username: "u1", password: Secret("pw"), domain: "localhost"), nonces: .fixed("n"))
        let error = #expect(throws: SASLError.self) {
            try client.receive(challenge: Array("r=nx,s=c2FsdA==,i=1000000000".utf8))
        }
        #expect(error?.code == .iterationCountRefused)
    }

    @Test(
        "names and passwords are prepared as RFC 4013 section 3 shows",
        arguments: [
            ("I\u{AD}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{AA}", "a"), ("\u{2168}", "IX"),
        ])
    func prepared(_ text: String, _ expected: String) throws {
        var client = try SASLClient(.plain, Credentials(username: text, password: Secret("pw"), domain: "localhost"))
        #expect(try client.initialResponse() == Array("\0\(expected)\0pw".utf8))
    }

    @Test(
        "what RFC 4013 prohibits is refused by its code point",
        arguments: [("\u{7}", "U+0007"), ("\u{627}1", "U+0031")])
    func prohibited(_ text: String, _ code: String) {
        let error = #expect(throws: SASLError.self) {
            try SASLClient(.plain, Credentials(username: "u1", password: Secret(text), domain: "localhost"))
        }
        #expect(error?.code == .prohibitedCharacter)
        #expect(error?.explanation.contains(code) == true)
    }

    @Test("a secret does not print")
    func secrets() {
        var dumped = ""
        dump(Credentials(username: "u1", password: Secret("hush"), domain: "localhost"), to: &dumped)
        #expect(!dumped.contains("hush"))
        #expect("\(Secret("hush"))" == "***")
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test("is that of RFC 4648 section 10")
    func vectors() {
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            #expect(Base64.encode(Array(plain.utf8)) == Array(encoded.utf8))
            #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
        }
    }

    @Test("takes nothing else", arguments: ["Zg", "Zg=", "Zh==", "Z===", "Zg==Zg==", "Zm 9", "Zm9v\n", "=Zm9"])
    func strict(_ text: String) { #expect(Base64.decode(Array(text.utf8)) == nil) }
}
