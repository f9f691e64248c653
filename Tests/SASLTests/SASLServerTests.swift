import SASL
import Testing

@Suite("The server's side")
struct SASLServerTests {
    @Test("RFC 5802 section 5 from the server's side")
    func published() throws {
        let credential = try StoredCredential(
            password: Secret("pencil"), salt: decoded("QSXCR+Q6sek8bf92"), mechanisms: [.scramSHA1])
        let accounts = try SASLAccounts { $0 == "user" ? credential : nil }
        var server = try SASLServer(
            mechanism: .scramSHA1, domain: "example.org", accounts: accounts, nonces: .fixed("3rfcNHYJY1ZVvWVs7j"))
        #expect(
            server.receive(bytes("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"))
                == .challenge(bytes("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")))
        #expect(
            server.receive(
                bytes("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="))
                == .success(username: "user", additionalData: bytes("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")))
    }

    @Test("an unknown user is challenged with a salt that looks real and stays the same")
    func madeUpSalt() throws {
        let credential = try StoredCredential(password: Secret("pw"), iterations: 16)
        let accounts = try SASLAccounts(iterations: 16) { $0 == "u1" ? credential : nil }
        let nobody = try firstChallenge("nobody", accounts)
        #expect(try firstChallenge("nobody", accounts) == nobody)
        #expect(try firstChallenge("noone", accounts) != nobody)
        #expect(try firstChallenge("u1", accounts).count == nobody.count)
    }

    @Test(
        "a SCRAM message that breaks the grammar is a malformed request",
        arguments: [
            "", "n", "n,", "n,,", "n,,n=u", "n,,n=u,r=", "n,,n=u,r=a b", "p=tls-unique,,n=u,r=a", "x,,n=u,r=a",
            "n,,n=u=2,r=a", "n,,n=u=20,r=a", "n,,m=x,n=u,r=a", "n,x=y,n=u,r=a", "n,,n=,r=a", "n,,n=\u{7},r=a",
            "n=u,r=a",
        ])
    func malformedFirst(_ message: String) throws {
        var server = try server(.scramSHA1)
        #expect(server.receive(bytes(message)) == .failure(.malformedRequest))
    }

    @Test("a client that thinks the server cannot bind channels is right", arguments: ["n", "y"])
    func channelBindingFlags(_ flag: String) throws {
        var server = try server(.scramSHA1)
        guard case .challenge = server.receive(bytes("\(flag),,n=u,r=a")) else {
            Issue.record("refused")
            return
        }
    }

    @Test(
        "a final SCRAM message that does not belong to the first is refused",
        arguments: [
            ("c=biws,r=ab", SASLCondition.malformedRequest), ("c=biws,r=ab,p=!", .malformedRequest),
            ("r=ab,p=AAAA", .malformedRequest), ("", .malformedRequest), ("c=biws,r=ax,p=AAAA", .notAuthorized),
            ("c=eSws,r=ab,p=AAAA", .notAuthorized), ("c=biws,r=ab,p=AAAA", .notAuthorized),
            ("c=biws,r=ab,p=AAAA,x=y", .malformedRequest),
        ])
    func badFinal(_ message: String, _ condition: SASLCondition) throws {
        var server = try server(.scramSHA1, nonces: .fixed("b"))
        _ = server.receive(bytes("n,,n=u,r=a"))
        #expect(server.receive(bytes(message)) == .failure(condition))
    }

    @Test(
        "without an initial response the client is asked for it", arguments: [Mechanism.scramSHA1, .plain, .external])
    func asksForInitialResponse(_ mechanism: Mechanism) throws {
        var server = try server(mechanism)
        #expect(server.receive(nil) == .challenge([]))
        #expect(server.receive(nil) == .failure(.malformedRequest))
    }

    @Test("an initial response is refused where the server speaks first", arguments: [Mechanism.digestMD5, .cramMD5])
    func refusesInitialResponse(_ mechanism: Mechanism) throws {
        var server = try server(mechanism)
        #expect(server.receive(bytes("too early")) == .failure(.malformedRequest))
    }

    @Test("PLAIN wants three parts, a name and a password", arguments: ["", "u\0pw", "\0\0pw", "\0u\0", "\0u\0pw\0"])
    func malformedPlain(_ message: String) throws {
        var server = try server(.plain)
        #expect(server.receive(bytes(message)) == .failure(.malformedRequest))
    }

    @Test("what is over stays over")
    func staysOver() throws {
        var server = try server(.plain)
        #expect(server.receive(bytes("\0u\0pw")) == .success(username: "u", additionalData: nil))
        #expect(server.receive(bytes("\0u\0pw")) == .failure(.malformedRequest))
    }

    @Test("a DIGEST-MD5 response for another nonce, realm or service is refused")
    func foreignDigest() throws {
        for (from, to) in [("nonce=\"b\"", "nonce=\"c\""), ("xmpp/", "imap/"), ("realm=\"e", "realm=\"f")] {
            var server = try server(.digestMD5, nonces: .fixed("b"))
            var client = try SASLClient(mechanism: .digestMD5, credentials: .test("u", "pw"))
            guard case .challenge(let challenge) = server.receive(nil) else { continue }
            let response = text(try client.respond(to: challenge)).split(separator: from).joined(separator: to)
            #expect(server.receive(bytes(response)) == .failure(.notAuthorized))
        }
    }

    @Test("a mechanism that an account was not stored for does not let it in")
    func missingKeys() throws {
        let credential = try StoredCredential(password: Secret("pw"), iterations: 1, mechanisms: [.scramSHA256])
        let accounts = try SASLAccounts { _ in credential }
        var server = try SASLServer(mechanism: .scramSHA1, domain: "example.org", accounts: accounts)
        #expect(server.receive(bytes("n,,n=u,r=a")) == .failure(.notAuthorized))
    }

    @Test("conditions have RFC 6120's names, and others are kept")
    func conditions() {
        #expect(SASLCondition.notAuthorized.rawValue == "not-authorized")
        #expect(SASLCondition(rawValue: "x-made-up").description == "x-made-up")
    }
}

extension SASLServerTests {
    private func server(_ mechanism: Mechanism, nonces: NonceSource = .secure) throws -> SASLServer {
        let accounts = try SASLAccounts.anyone(password: Secret("pw"), iterations: 1)
        return try SASLServer(mechanism: mechanism, domain: "example.org", accounts: accounts, nonces: nonces)
    }

    private func firstChallenge(_ username: String, _ accounts: SASLAccounts) throws -> String {
        var server = try SASLServer(
            mechanism: .scramSHA1, domain: "example.org", accounts: accounts, nonces: .fixed("b"))
        guard case .challenge(let challenge) = server.receive(bytes("n,,n=\(username),r=a")) else { return "" }
        return text(challenge)
    }
}
