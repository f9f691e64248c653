import SASL
import Testing

@Suite("Client against server")
struct RoundTripTests {
    static let bound: [Mechanism] = [.scramSHA512Plus, .scramSHA256Plus, .scramSHA1Plus]
    static let proving: [Mechanism] = bound + [.scramSHA512, .scramSHA256, .scramSHA1, .digestMD5]
    static let named: [Mechanism] = proving + [.cramMD5, .plain]

    @Test("the right password logs in", arguments: named)
    func rightPassword(_ mechanism: Mechanism) throws {
        var exchange = try exchange(mechanism, .test("u1", "pw"), stored: "pw")
        #expect(exchange.play() == .loggedIn(username: "u1"))
    }

    @Test("the wrong password does not", arguments: named)
    func wrongPassword(_ mechanism: Mechanism) throws {
        var exchange = try exchange(mechanism, .test("u1", "wrong"), stored: "pw")
        #expect(exchange.play() == .refused(.notAuthorized))
    }

    @Test("an unknown user is told the same", arguments: named)
    func unknownUser(_ mechanism: Mechanism) throws {
        let accounts = try SASLAccounts(iterations: 16) { _ in nil }
        var exchange = Exchange(
            client: try .onOurChannel(mechanism, .test("nobody", "pw")),
            server: try .onOurChannel(mechanism, accounts))
        #expect(exchange.play() == .refused(.notAuthorized))
    }

    @Test(
        "names and passwords of the world log in", arguments: named,
        [
            ("zo\u{EB}", "p\u{E4}ssw\u{F6}rd"),
            ("\u{436}\u{43E}\u{440}\u{436}", "\u{43F}\u{430}\u{440}\u{43E}\u{43B}\u{44C}"),
            ("\u{5E9}\u{5DC}\u{5D5}\u{5DD}", "\u{5E1}\u{5D5}\u{5D3}"), ("a,b=c\"d\\e", "q\"w\\e,r=t"),
            ("\u{5F20}\u{4E09}", "\u{5BC6}\u{7801}"),
        ])
    func unicode(_ mechanism: Mechanism, _ account: (name: String, password: String)) throws {
        var exchange = try exchange(mechanism, .test(account.name, account.password), stored: account.password)
        #expect(exchange.play() == .loggedIn(username: account.name))
    }

    @Test("two spellings of one password are one password", arguments: [Mechanism.scramSHA256, .plain])
    func spellings(_ mechanism: Mechanism) throws {
        var exchange = try exchange(mechanism, .test("\u{2168}", "I\u{AD}X"), stored: "\u{2168}")
        #expect(exchange.play() == .loggedIn(username: "IX"))
    }

    @Test("a server whose proof was changed on the way is not authentic", arguments: proving, [false, true])
    func tamperedProof(_ mechanism: Mechanism, _ provesByChallenge: Bool) throws {
        var exchange = try exchange(mechanism, .test("u1", "pw"), stored: "pw")
        exchange.provesByChallenge = provesByChallenge
        exchange.tamper = { message in
            guard message.starts(with: bytes("v=")) || message.starts(with: bytes("rspauth=")) else { return message }
            var changed = message
            changed[message.count / 2] = message[message.count / 2] == 0x30 ? 0x31 : 0x30
            return changed
        }
        #expect(exchange.play() == .clientGaveUp(.serverNotAuthentic))
    }

    @Test("a server that proves itself by a challenge is believed", arguments: proving)
    func proofByChallenge(_ mechanism: Mechanism) throws {
        var exchange = try exchange(mechanism, .test("u1", "pw"), stored: "pw")
        exchange.provesByChallenge = true
        #expect(exchange.play() == .loggedIn(username: "u1"))
    }

    @Test(
        "acting as oneself is allowed, as another is not",
        arguments: [Mechanism.plain, .scramSHA1, .scramSHA256Plus, .digestMD5])
    func authorization(_ mechanism: Mechanism) throws {
        for identity in ["u1", "u1@example.org", ""] {
            var own = try exchange(mechanism, .test("u1", "pw", authorizationID: identity), stored: "pw")
            #expect(own.play() == .loggedIn(username: "u1"))
        }
        var foreign = try exchange(mechanism, .test("u1", "pw", authorizationID: "u2"), stored: "pw")
        #expect(foreign.play() == .refused(.invalidAuthzid))
    }

    @Test("ANONYMOUS gets a name that the server makes")
    func anonymous() throws {
        for trace in [nil, "sirhc"] {
            let client = try SASLClient(mechanism: .anonymous, credentials: .test(trace: trace))
            let server = try SASLServer(
                mechanism: .anonymous, domain: "example.org", accounts: try SASLAccounts { _ in nil },
                nonces: .fixed("guest1"))
            var exchange = Exchange(client: client, server: server)
            #expect(exchange.play() == .loggedIn(username: "guest1"))
        }
    }

    @Test("JIVE-SHAREDSECRET wants the shared secret, where there is one")
    func jive() throws {
        #expect(try jive(client: "secret", server: "secret") == .loggedIn(username: "guest1"))
        #expect(try jive(client: "wrong", server: "secret") == .refused(.notAuthorized))
        #expect(try jive(client: "secret", server: nil) == .refused(.notAuthorized))
    }

    @Test("EXTERNAL logs in as whoever was proved elsewhere")
    func external() throws {
        #expect(try external(proved: "juliet", asks: nil) == .loggedIn(username: "juliet"))
        #expect(try external(proved: "juliet", asks: "juliet@example.org") == .loggedIn(username: "juliet"))
        #expect(try external(proved: "juliet", asks: "romeo@example.org") == .refused(.invalidAuthzid))
        #expect(try external(proved: nil, asks: nil) == .refused(.notAuthorized))
    }
}

extension RoundTripTests {
    private func exchange(_ mechanism: Mechanism, _ credentials: Credentials, stored: String) throws -> Exchange {
        let accounts = try SASLAccounts.anyone(password: Secret(stored), iterations: 16)
        return Exchange(
            client: try .onOurChannel(mechanism, credentials), server: try .onOurChannel(mechanism, accounts))
    }

    private func jive(client: String, server: String?) throws -> Exchange.Outcome {
        let accounts = try SASLAccounts(sharedSecret: server.map { Secret($0) }) { _ in nil }
        var exchange = Exchange(
            client: try SASLClient(mechanism: .jiveSharedSecret, credentials: .test("x", client)),
            server: try SASLServer(
                mechanism: .jiveSharedSecret, domain: "example.org", accounts: accounts, nonces: .fixed("guest1")))
        return exchange.play()
    }

    private func external(proved: String?, asks: String?) throws -> Exchange.Outcome {
        var exchange = Exchange(
            client: try SASLClient(mechanism: .external, credentials: .test(authorizationID: asks)),
            server: try SASLServer(
                mechanism: .external, domain: "example.org", accounts: try SASLAccounts { _ in nil },
                externalIdentity: proved.map { .users([$0]) }))
        return exchange.play()
    }
}
