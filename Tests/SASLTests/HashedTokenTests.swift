import SASL
import Testing

@Suite("Hashed tokens")
struct HashedTokenTests {
    static let token = "secret-token:fast-Oeie4nahNgeef7"
    static let mechanisms = Mechanism.supported.filter(\.isHashedToken)

    /// Computed with Python's hmac; the bound ones over the bytes 0 to 31.
    @Test(
        "the proofs are the draft's HMACs",
        arguments: [
            (
                Mechanism.hashedToken, "6oME1V2DaGcoqexUrR0ekYXoaXzlzrRFr19qt+pLA7g=",
                "fGFxf2CmxyZtPuGihUIni4VCcARf7VWK40NmPQeYlo0="
            ),
            (
                .hashedTokenExporter, "RLk8+21Vm45vs54ldNcJscXD8zA9CZK0TNV+4CMLqD4=",
                "Tasipx6z2HY/5pWKVNStA3GnYwtr53J90cR0gGPewm0="
            ),
            (
                .hashedTokenEndPoint, "RLk8+21Vm45vs54ldNcJscXD8zA9CZK0TNV+4CMLqD4=",
                "Tasipx6z2HY/5pWKVNStA3GnYwtr53J90cR0gGPewm0="
            ),
        ])
    func proofs(_ mechanism: Mechanism, _ initiator: String, _ responder: String) throws {
        var client = try client(mechanism)
        let message = bytes("user\0") + decoded(initiator)
        #expect(try client.initialResponse() == message)
        #expect(throws: Never.self) { try client.receive(success: decoded(responder)) }
        var server = try server(mechanism)
        #expect(server.receive(message) == .success(username: "user", additionalData: decoded(responder)))
    }

    @Test("the right token logs in, with the proof in the success or before it", arguments: mechanisms, [false, true])
    func roundTrip(_ mechanism: Mechanism, _ provesByChallenge: Bool) throws {
        var exchange = Exchange(client: try client(mechanism), server: try server(mechanism))
        exchange.provesByChallenge = provesByChallenge
        #expect(exchange.play() == .loggedIn(username: "user"))
    }

    @Test("while a token is replaced, both log in, and no other does")
    func rotation() throws {
        for (token, outcome) in [
            ("old", Exchange.Outcome.loggedIn(username: "user")), ("new", .loggedIn(username: "user")),
            ("older", .refused(.notAuthorized)),
        ] {
            var exchange = Exchange(
                client: try client(.hashedToken, token: token), server: try server(.hashedToken, ["old", "new"]))
            #expect(exchange.play() == outcome)
        }
    }

    @Test("a token that was asked for by one mechanism is not asked for by another")
    func lookUp() throws {
        var accounts = try SASLAccounts { _ in nil }
        accounts.hashedTokens = { name, mechanism in
            name == "user" && mechanism == .hashedTokenExporter ? [Secret(Self.token)] : []
        }
        for mechanism in Self.mechanisms {
            var exchange = Exchange(client: try client(mechanism), server: try .onOurChannel(mechanism, accounts))
            let isRight = mechanism == .hashedTokenExporter
            #expect(exchange.play() == (isRight ? .loggedIn(username: "user") : .refused(.notAuthorized)))
        }
    }

    @Test("on another connection a bound token is worth nothing", arguments: mechanisms)
    func manInTheMiddle(_ mechanism: Mechanism) throws {
        var exchange = Exchange(client: try client(mechanism), server: try server(mechanism, on: Channel.another))
        let isBound = mechanism.bindsChannel
        #expect(exchange.play() == (isBound ? .refused(.notAuthorized) : .loggedIn(username: "user")))
    }

    @Test(
        "a server without the token is not authentic",
        arguments: [nil, "", "user", "fGFxf2CmxyZtPuGihUIni4VCcARf7VWK40NmPQeYlo0"])
    func wrongProof(_ proof: String?) throws {
        var client = try client(.hashedToken)
        _ = try client.initialResponse()
        expect(.serverNotAuthentic) { try client.receive(success: proof.map(bytes)) }
        var early = try self.client(.hashedToken)
        expect(.serverNotAuthentic) { try early.receive(success: nil) }
    }

    @Test("a server cannot send the client's own proof back")
    func reflection() throws {
        var client = try client(.hashedTokenExporter)
        let proof = try client.initialResponse()?.dropFirst(5)
        expect(.serverNotAuthentic) { try client.receive(success: proof.map { Array($0) }) }
    }

    @Test("a message without a name or a separator is malformed", arguments: ["", "user", "\0proof", "\u{7}\0proof"])
    func malformed(_ message: String) throws {
        var server = try server(.hashedToken)
        #expect(server.receive(bytes(message)) == .failure(.malformedRequest))
    }

    @Test("a name is needed, and it has no U+0000", arguments: ["", "a\0b"])
    func badName(_ name: String) {
        expect(.prohibitedCharacters) { _ = try SASLClient(mechanism: .hashedToken, credentials: .test(name)) }
    }
}

extension HashedTokenTests {
    private func client(_ mechanism: Mechanism, token: String = token) throws -> SASLClient {
        try .onOurChannel(mechanism, .test(token: token))
    }

    private func server(
        _ mechanism: Mechanism, _ tokens: [String] = [token], on channel: [ChannelBinding] = Channel.ours
    ) throws -> SASLServer {
        var accounts = try SASLAccounts { _ in nil }
        accounts.hashedTokens = { name, _ in name == "user" ? tokens.map { Secret($0) } : [] }
        return try SASLServer(
            mechanism: mechanism, domain: "example.org", accounts: accounts,
            channelBindings: mechanism.bindsChannel ? channel : [])
    }
}
