internal import OpenSSL

/// The server's side of one authentication, as a value. The bytes are the mechanism's own, not base64.
public struct SASLServer: Sendable {
    public let mechanism: Mechanism
    private var exchange: any ServerExchange
    private var isOver = false

    /// - Parameters:
    ///   - domain: what DIGEST-MD5 calls its realm, and the domain in the authorization identities that are accepted.
    ///   - externalIdentity: for EXTERNAL, who the other layer says it is; nil refuses that mechanism's clients.
    ///   - channelBindings: the bindings of this connection that are taken; if there are any, this server has offered
    ///     -PLUS, and a client that says `y` (RFC 5802 section 6: it can bind, but was not offered to) has been
    ///     deceived and is refused.
    ///
    /// Throws `unsupportedMechanism`; `noChannelBinding` for a mechanism that binds, without one to bind to;
    /// `cryptography` when there is no randomness.
    public init(
        mechanism: Mechanism, domain: String, accounts: SASLAccounts, externalIdentity: ExternalIdentity? = nil,
        channelBindings: [ChannelBinding] = [], nonces: NonceSource = .secure
    ) throws(SASLError) {
        self.mechanism = mechanism
        let bindings = try mechanism.fittingBindings(of: channelBindings)
        if let algorithm = SCRAM.algorithm(of: mechanism) {
            let channel = SCRAMServer.Channel(isRequired: mechanism.bindsChannel, bindings: channelBindings)
            exchange = try SCRAMServer(algorithm, domain, accounts, channel, nonces)
        } else if mechanism.isHashedToken {
            exchange = SingleMessageServer.hashedToken(mechanism, accounts, bindings.first)
        } else {
            exchange = try Self.unboundExchange(of: mechanism, domain, accounts, externalIdentity, nonces)
        }
    }

    /// Takes the decoded initial response, nil where there is none, and then each response.
    /// Once it has answered success or failure, every further call fails with `malformed-request`.
    public mutating func receive(_ response: [UInt8]?) -> ServerStep {
        guard !isOver else { return .failure(.malformedRequest) }
        let step = step(response)
        if case .challenge = step { return step }
        isOver = true
        return step
    }

    private mutating func step(_ response: [UInt8]?) -> ServerStep {
        do {
            return try exchange.receive(response)
        } catch {
            return .failure(error)
        }
    }
}

/// Who the other layer, such as TLS with its certificates, says that EXTERNAL's client is.
public enum ExternalIdentity: Sendable, Equatable {
    /// One of these users. The client says which, unless there is only one.
    case users([String])
    /// One who may act as any user, and says as which.
    case anyUser

    func username(wanted: String) -> String? {
        switch self {
        case .users(let names): wanted.isEmpty && names.count == 1 ? names[0] : names.first { $0 == wanted }
        case .anyUser: wanted.isEmpty ? nil : wanted
        }
    }
}

/// What a server does next.
public enum ServerStep: Sendable, Equatable {
    /// Send this; it may be empty.
    case challenge([UInt8])
    /// The client is this user; the additional data, if any, go into `<success>`.
    case success(username: String, additionalData: [UInt8]?)
    case failure(SASLCondition)
}

/// One mechanism's server side; a refusal is thrown.
protocol ServerExchange: Sendable {
    mutating func receive(_ response: [UInt8]?) throws(SASLCondition) -> ServerStep
}

extension SASLServer {
    private static func unboundExchange(
        of mechanism: Mechanism, _ domain: String, _ accounts: SASLAccounts, _ externalIdentity: ExternalIdentity?,
        _ nonces: NonceSource
    ) throws(SASLError) -> any ServerExchange {
        switch mechanism {
        case .digestMD5: try DigestMD5Server(domain, accounts, nonces)
        case .cramMD5: try CRAMMD5Server(domain, accounts, nonces)
        case .plain: SingleMessageServer.plain(domain, accounts)
        case .oauthBearer: OAuthBearerServer(domain, accounts)
        case .external: SingleMessageServer.external(domain, externalIdentity)
        case .anonymous: SingleMessageServer.anonymous(user: try nonces.next())
        case .jiveSharedSecret: SingleMessageServer.jiveSharedSecret(accounts, user: try nonces.next())
        default: throw SASLError(.unsupportedMechanism, "\(mechanism) is not spoken here")
        }
    }
}

/// What the servers of several mechanisms check alike.
enum ServerCheck {
    static func text(_ bytes: some Sequence<UInt8>) throws(SASLCondition) -> String {
        guard let text = String(validating: Array(bytes), as: UTF8.self) else { throw .malformedRequest }
        return text
    }

    /// A username as it is looked up.
    static func username(_ bytes: some Sequence<UInt8>) throws(SASLCondition) -> String {
        do {
            return String(decoding: try SASLprep.query(Array(bytes), "username"), as: UTF8.self)
        } catch {
            throw .malformedRequest
        }
    }

    /// Everyone may act as oneself, and as nobody else.
    static func authorizationID(_ identity: String, of username: String, at domain: String) throws(SASLCondition) {
        guard ["", username, "\(username)@\(domain)"].contains(identity) else { throw .invalidAuthzid }
    }

    /// Trouble of the server's own is not the client's fault.
    static func computed<Value>(_ compute: () throws(SASLError) -> Value) throws(SASLCondition) -> Value {
        do {
            return try compute()
        } catch {
            throw .temporaryAuthFailure
        }
    }
}
