/// Whose access token it is, or why it is not taken.
public enum BearerVerdict: Sendable, Equatable {
    case belongs(to: String)
    case refused(Status)

    /// The error codes of RFC 6750 section 3.1, which RFC 7628 calls the status.
    public enum Status: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
    }
}

/// RFC 7628, the server's side.
struct OAuthBearerServer: ServerExchange {
    private enum State { case start, awaitingMessage, refused }

    private let domain: String
    private let accounts: SASLAccounts
    private var state = State.start

    init(_ domain: String, _ accounts: SASLAccounts) {
        self.domain = domain
        self.accounts = accounts
    }

    mutating func receive(_ response: [UInt8]?) throws(SASLCondition) -> ServerStep {
        switch (state, response) {
        case (.start, nil):
            state = .awaitingMessage
            return .challenge([])
        case (.start, let message?), (.awaitingMessage, let message?):
            return try judge(OAuthBearerMessage(message))
        case (.refused, _):
            throw .notAuthorized
        case (.awaitingMessage, nil):
            throw .malformedRequest
        }
    }

    private mutating func judge(_ message: OAuthBearerMessage) throws(SASLCondition) -> ServerStep {
        switch accounts.bearerTokens(message.token) {
        case .belongs(to: let username):
            try ServerCheck.authorizationID(message.authorizationID, of: username, at: domain)
            return .success(username: username, additionalData: nil)
        case .refused(let status):
            state = .refused
            return .challenge(Array("{\"status\":\"\(status.rawValue)\"}".utf8))
        }
    }
}

/// `client-resp` of RFC 7628 section 3.1, checked: keys other than `auth` are ignored.
private struct OAuthBearerMessage {
    let authorizationID: String
    let token: Secret

    init(_ message: [UInt8]) throws(SASLCondition) {
        var fields = message.split(separator: OAuthBearer.separator, omittingEmptySubsequences: false)[...]
        guard let header = fields.popFirst(), fields.popLast() == [], fields.popLast() == [] else {
            throw .malformedRequest
        }
        authorizationID = try Self.authorizationID(header)
        guard let field = fields.first(where: { $0.starts(with: "auth=".utf8) }) else { throw .malformedRequest }
        token = try Self.token(field.dropFirst(5))
    }

    /// `n` or `y`: OAUTHBEARER binds no channel.
    private static func authorizationID(_ header: ArraySlice<UInt8>) throws(SASLCondition) -> String {
        var attributes = SCRAMAttributes(Array(header))
        switch SCRAMBindingFlag(attributes.takeField()) {
        case .cannot, .thinksServerCannot: break
        case .binds, nil: throw .malformedRequest
        }
        guard header.last == SCRAM.comma else { throw .malformedRequest }
        guard attributes.isNext("a") else {
            guard attributes.remainder == [SCRAM.comma] else { throw .malformedRequest }
            return ""
        }
        guard let identity = attributes.take("a").flatMap(SCRAM.unescape), attributes.remainder.isEmpty else {
            throw .malformedRequest
        }
        return try ServerCheck.text(identity)
    }

    /// The scheme's name is compared without case (RFC 7628 section 3.1).
    private static func token(_ value: ArraySlice<UInt8>) throws(SASLCondition) -> Secret {
        let scheme = "bearer "
        let token = Array(value.dropFirst(scheme.utf8.count))
        guard String(decoding: value.prefix(scheme.utf8.count), as: UTF8.self).lowercased() == scheme,
            OAuthBearer.isToken(token)
        else { throw .malformedRequest }
        return Secret(bytes: token)
    }
}
