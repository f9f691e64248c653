import SASL

/// A conversation between our own two sides, which every test of a round trip plays.
struct Exchange {
    enum Outcome: Equatable {
        case loggedIn(username: String)
        case refused(SASLCondition)
        case clientGaveUp(SASLError.Code)
    }

    var client: SASLClient
    var server: SASLServer
    /// Changes what the server says before the client hears it.
    var tamper: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    /// Sends the server's proof as a challenge of its own, to be answered with nothing, before the success (RFC 4422).
    var provesByChallenge = false

    mutating func play() -> Outcome {
        do {
            return try converse()
        } catch let error as SASLError {
            return .clientGaveUp(error.code)
        } catch {
            return .refused(.aborted)
        }
    }

    private mutating func converse() throws -> Outcome {
        var step = server.receive(try client.initialResponse())
        while case .challenge(let challenge) = step {
            step = server.receive(try answer(tamper(challenge)))
        }
        guard case .success(let username, let proof) = step else { return refusal(step) }
        try finish(proof.map(tamper))
        return .loggedIn(username: username)
    }

    private mutating func finish(_ proof: [UInt8]?) throws {
        guard provesByChallenge, let proof else { return try client.receive(success: proof) }
        _ = try client.receive(challenge: proof)
        try client.receive(success: nil)
    }

    private mutating func answer(_ challenge: [UInt8]) throws -> [UInt8] {
        try client.respond(to: challenge)
    }

    private func refusal(_ step: ServerStep) -> Outcome {
        guard case .failure(let condition) = step else { return .refused(.aborted) }
        return .refused(condition)
    }
}

extension SASLClient {
    /// The response to a challenge; a key is derived on the spot.
    mutating func respond(to challenge: [UInt8]) throws -> [UInt8] {
        var step = try receive(challenge: challenge)
        if case .derive(let derivation) = step { step = try receive(derived: derivation.run()) }
        guard case .respond(let response) = step else { throw SASLError(.unexpectedMessage, "asked for two keys") }
        return response
    }

    mutating func respond(to challenge: String) throws -> String {
        text(try respond(to: Array(challenge.utf8)))
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The decoded form of what a recorded stanza carried.
func decoded(_ base64: String) -> [UInt8] { Base64.decode(Array(base64.utf8)) ?? [] }

extension Credentials {
    static func test(
        _ username: String = "user", _ password: String = "pencil", domain: String = "example.org",
        authorizationID: String? = nil, trace: String? = nil, token: String? = nil
    ) -> Credentials {
        Credentials(
            username: username, password: Secret(password), domain: domain, authorizationID: authorizationID,
            trace: trace, token: Secret(token ?? password))
    }
}

/// The bindings of one connection, and of another.
enum Channel {
    static let ours = bindings(UInt8(0)..<32)
    static let another = bindings(UInt8(100)..<132)

    private static func bindings(_ data: Range<UInt8>) -> [ChannelBinding] {
        ChannelBinding.Kind.allCases.map { ChannelBinding($0, data: Array(data)) }
    }
}

extension SASLClient {
    /// A client on our connection, bound as its mechanism needs it; SCRAM by `tls-exporter`.
    static func onOurChannel(
        _ mechanism: Mechanism, _ credentials: Credentials = .test(), nonces: NonceSource = .secure
    ) throws -> SASLClient {
        let kind = mechanism.hashedTokenBinding ?? .tlsExporter
        return try SASLClient(
            mechanism: mechanism, credentials: credentials,
            channelBinding: mechanism.bindsChannel ? Channel.ours.first { $0.kind == kind } : nil, nonces: nonces)
    }
}

extension SASLServer {
    /// A server on our connection, which binds if its mechanism does.
    static func onOurChannel(
        _ mechanism: Mechanism, _ accounts: SASLAccounts, nonces: NonceSource = .secure
    ) throws -> SASLServer {
        try SASLServer(
            mechanism: mechanism, domain: "example.org", accounts: accounts,
            channelBindings: mechanism.bindsChannel ? Channel.ours : [], nonces: nonces)
    }
}

extension SASLAccounts {
    /// Anyone with this password, which is every token too.
    static func anyone(_ password: String, sharedSecret: String? = nil) throws -> SASLAccounts {
        var accounts = try anyone(
            password: Secret(password), iterations: 1, sharedSecret: sharedSecret.map { Secret($0) })
        accounts.hashedTokens = { _, _ in [Secret(password)] }
        accounts.bearerTokens = { $0 == Secret(password) ? .belongs(to: "user") : .refused(.invalidToken) }
        return accounts
    }
}
