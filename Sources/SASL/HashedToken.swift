internal import OpenSSL

/// What both sides of HT-SHA-256-* compute (draft-schmaus-kitten-sasl-ht-09 section 3): each proves that it holds the
/// token, over the connection's bytes where the mechanism binds.
enum HashedToken {
    enum Role: String {
        case initiator = "Initiator"
        case responder = "Responder"
    }

    static func proof(of role: Role, _ token: Secret, _ binding: ChannelBinding?) throws(SASLError) -> [UInt8] {
        let message = Array(role.rawValue.utf8) + (binding?.data ?? [])
        return try cryptographically { () throws(OpenSSLError) in
            try DigestAlgorithm.sha256.hmac(key: token.reveal(), message)
        }
    }
}

/// The client's side: one message, and the server's proof within the success.
struct HashedTokenClient: ClientExchange {
    private enum State { case start, awaitingProof, verified }

    private let message: [UInt8]
    private let serverProof: Secret
    private var state = State.start

    init(_ credentials: Credentials, _ binding: ChannelBinding?) throws(SASLError) {
        guard let token = credentials.token else { throw SASLError(.noToken, "HT needs a token") }
        guard !credentials.username.isEmpty, !credentials.username.utf8.contains(0) else {
            throw SASLError(.prohibitedCharacters, "HT needs a username, without U+0000")
        }
        let proof = try HashedToken.proof(of: .initiator, token, binding)
        message = Array(credentials.username.utf8) + [0] + proof
        serverProof = Secret(bytes: try HashedToken.proof(of: .responder, token, binding))
    }

    mutating func initialResponse() -> [UInt8]? {
        state = .awaitingProof
        return message
    }

    /// The server asks for the message, or proves itself by a challenge of its own before the success.
    mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        switch state {
        case .start where challenge.isEmpty:
            state = .awaitingProof
            return .respond(message)
        case .awaitingProof:
            try verify(challenge)
            return .respond([])
        case .start, .verified:
            throw SASLError(.unexpectedMessage, "an HT challenge out of turn")
        }
    }

    mutating func receive(success additionalData: [UInt8]?) throws(SASLError) {
        switch (state, additionalData) {
        case (.awaitingProof, let proof?): try verify(proof)
        case (.verified, nil), (.verified, []): break
        default: throw SASLError(.serverNotAuthentic, "success without the server's proof")
        }
    }

    private mutating func verify(_ proof: [UInt8]) throws(SASLError) {
        guard equalInConstantTime(proof, serverProof.reveal()) else {
            throw SASLError(.serverNotAuthentic, "the server's proof of the token is wrong")
        }
        state = .verified
    }
}

extension SingleMessageServer {
    /// The server's side. Any of the account's tokens will do: while one is replaced, both are valid (XEP-0484).
    static func hashedToken(
        _ mechanism: Mechanism, _ accounts: SASLAccounts, _ binding: ChannelBinding?
    ) -> SingleMessageServer {
        SingleMessageServer { message throws(SASLCondition) in
            guard let end = message.firstIndex(of: 0), end > 0 else { throw .malformedRequest }
            let username = try ServerCheck.username(message[..<end])
            let presented = Array(message[(end + 1)...])
            let proof = try ServerCheck.computed { () throws(SASLError) in
                try answer(to: presented, accounts.hashedTokens(username, mechanism), binding)
            }
            guard let proof else { throw .notAuthorized }
            return .success(username: username, additionalData: proof)
        }
    }

    /// The server's own proof, once the client's fits one of the tokens.
    private static func answer(
        to presented: [UInt8], _ tokens: [Secret], _ binding: ChannelBinding?
    ) throws(SASLError) -> [UInt8]? {
        for token in tokens {
            let expected = try HashedToken.proof(of: .initiator, token, binding)
            guard equalInConstantTime(presented, expected) else { continue }
            return try HashedToken.proof(of: .responder, token, binding)
        }
        return nil
    }
}
