/// RFC 7628, the client's side: one message, and an error that is acknowledged before the server fails.
struct OAuthBearerClient: ClientExchange {
    private let message: Secret
    private var isSent = false
    private(set) var serverError: SASLError?

    /// Names the account by its bare JID, as RFC 7628's examples do and some servers demand, unless the credentials
    /// say whom to act as.
    init(_ credentials: Credentials) throws(SASLError) {
        guard let token = credentials.token else { throw SASLError(.noToken, "OAUTHBEARER needs a token") }
        let own = credentials.username.isEmpty ? "" : "\(credentials.username)@\(credentials.domain)"
        message = Secret(bytes: try Self.message(credentials.authorizationID ?? own, token))
    }

    private static func message(_ identity: String, _ token: Secret) throws(SASLError) -> [UInt8] {
        guard OAuthBearer.isToken(token.reveal()) else {
            throw SASLError(.prohibitedCharacters, "the token has characters that OAuth does not know (RFC 6750 2.1)")
        }
        guard !identity.utf8.contains(OAuthBearer.separator), !identity.utf8.contains(0) else {
            throw SASLError(.prohibitedCharacters, "OAUTHBEARER cannot carry U+0000 or U+0001")
        }
        let header =
            identity.isEmpty
            ? Array("n,,".utf8) : Array("n,a=".utf8) + SCRAM.escape(Array(identity.utf8)) + [SCRAM.comma]
        return header + [OAuthBearer.separator] + Array("auth=Bearer ".utf8) + token.reveal()
            + [OAuthBearer.separator, OAuthBearer.separator]
    }

    mutating func initialResponse() -> [UInt8]? {
        isSent = true
        return message.reveal()
    }

    mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        guard isSent else { return try answer(request: challenge) }
        guard serverError == nil else { throw SASLError(.unexpectedMessage, "a challenge after the server's error") }
        guard let status = JSONMember.text(of: "status", in: challenge) else {
            throw SASLError(.malformedChallenge, "an error without a status (RFC 7628 section 3.2.2)")
        }
        serverError = SASLError(.serverError, String(status.unicodeScalars.prefix(64)))
        return .respond([OAuthBearer.separator])
    }

    private mutating func answer(request: [UInt8]) throws(SASLError) -> ClientStep {
        guard request.isEmpty else { throw SASLError(.malformedChallenge, "a challenge that is not empty") }
        isSent = true
        return .respond(message.reveal())
    }

    /// A server that has said what is wrong cannot mean success.
    mutating func receive(success additionalData: [UInt8]?) throws(SASLError) {
        if let serverError { throw serverError }
    }
}

/// What both sides of OAUTHBEARER share.
enum OAuthBearer {
    /// `kvsep` of RFC 7628 section 3.1.
    static let separator: UInt8 = 1

    /// `b64token` of RFC 6750 section 2.1.
    static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
        let body = bytes.prefix { $0 != UInt8(ascii: "=") }
        return !body.isEmpty && body.allSatisfy(isTokenCharacter)
            && bytes.dropFirst(body.count).allSatisfy { $0 == UInt8(ascii: "=") }
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/".utf8.contains(byte)
        }
    }
}
