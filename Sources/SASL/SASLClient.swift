internal import OpenSSL

/// The client's side of one authentication, as a value: bytes in, bytes out, no clock and no queue.
///
/// The bytes are the mechanism's own: base64, and XMPP's `=` for an empty one, are the caller's (RFC 6120 section 6.4).
/// After a thrown error the exchange is over: abort it.
public struct SASLClient: Sendable {
    /// The most iterations that are computed for a server unless more are allowed: beyond them, a hostile one could hold
    /// a processor for seconds a login.
    public static let usualIterationLimit = 200_000

    /// Of a challenge, or of what comes with success, in bytes: the widest that any mechanism here has use for, and some.
    static let longestMessage = 16_384

    public let mechanism: Mechanism
    private var exchange: any ClientExchange

    /// Throws `unsupportedMechanism`, `prohibitedCharacters` when the credentials cannot be said in this mechanism
    /// (SASLprep, RFC 4013), `noChannelBinding`, `noToken`, or `cryptography`.
    ///
    /// - Parameter channelBinding: what ties the login to the TLS connection. Those mechanisms need it whose
    ///   `bindsChannel` is true, HT-* of the kind that its name says; the others ignore it.
    /// - Parameter iterationLimit: the most iterations of SCRAM that a server may ask for.
    public init(
        mechanism: Mechanism, credentials: Credentials, channelBinding: ChannelBinding? = nil,
        nonces: NonceSource = .secure, iterationLimit: Int = usualIterationLimit
    ) throws(SASLError) {
        self.mechanism = mechanism
        let binding = try mechanism.fittingBindings(of: channelBinding.map { [$0] } ?? []).first
        exchange = try Self.exchange(of: mechanism, credentials, binding, nonces, iterationLimit)
    }

    /// What to send along with the mechanism's name. Nil: nothing, because the server speaks first.
    /// An empty array is a response of no bytes, which XMPP writes as `=`.
    public mutating func initialResponse() throws(SASLError) -> [UInt8]? {
        try exchange.initialResponse()
    }

    /// What to do about a challenge's decoded bytes.
    ///
    /// Throws `malformedChallenge`, `unexpectedMessage`, `unsupported`, `tooManyIterations`, `serverError` or
    /// `serverNotAuthentic`.
    public mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        try Self.check(challenge)
        return try exchange.receive(challenge: challenge)
    }

    /// Takes the key that `ClientStep.derive` asked for, fresh or from a cache, and answers the response to send.
    /// Cost: two HMACs, about 3 µs.
    public mutating func receive(derived: SaltedPassword) throws(SASLError) -> ClientStep {
        try exchange.receive(derived: derived)
    }

    /// The server says that the login succeeded. Where the mechanism has a proof of the server (SCRAM, DIGEST-MD5),
    /// a missing or wrong one throws `serverNotAuthentic`.
    ///
    /// - Parameter additionalData: the decoded bytes in `<success>`, nil where there are none.
    public mutating func receive(success additionalData: [UInt8]?) throws(SASLError) {
        try Self.check(additionalData ?? [])
        try exchange.receive(success: additionalData)
    }

    private static func check(_ message: [UInt8]) throws(SASLError) {
        guard message.count > longestMessage else { return }
        throw SASLError(.malformedChallenge, "\(message.count) bytes, more than \(longestMessage)")
    }

    /// What the server said was wrong, before it refuses (OAUTHBEARER's `status`, RFC 7628 section 3.2.2): to be asked
    /// for when the failure comes, which itself says less. Nil where nothing was said.
    public var serverError: SASLError? { exchange.serverError }
}

/// What a client does next.
public enum ClientStep: Sendable {
    /// Send this; it may be empty.
    case respond([UInt8])
    /// Run this, off the lane or out of a cache, and feed the result to `SASLClient.receive(derived:)`.
    case derive(KeyDerivation)
}

extension SASLClient {
    private static func exchange(
        of mechanism: Mechanism, _ credentials: Credentials, _ binding: ChannelBinding?, _ nonces: NonceSource,
        _ iterationLimit: Int
    ) throws(SASLError) -> any ClientExchange {
        if let algorithm = SCRAM.algorithm(of: mechanism) {
            return try SCRAMClient(algorithm, credentials, binding, nonces, iterationLimit: iterationLimit)
        }
        if mechanism.isHashedToken { return try HashedTokenClient(credentials, binding) }
        return try unboundExchange(of: mechanism, credentials, nonces)
    }

    private static func unboundExchange(
        of mechanism: Mechanism, _ credentials: Credentials, _ nonces: NonceSource
    ) throws(SASLError) -> any ClientExchange {
        switch mechanism {
        case .digestMD5: try DigestMD5Client(credentials, nonces)
        case .cramMD5: CRAMMD5Client(credentials)
        case .plain: try SingleMessageClient.plain(credentials)
        case .oauthBearer: try OAuthBearerClient(credentials)
        case .external: SingleMessageClient.external(credentials)
        case .anonymous: try SingleMessageClient.anonymous(credentials)
        case .jiveSharedSecret: try SingleMessageClient.jiveSharedSecret(credentials)
        default: throw SASLError(.unsupportedMechanism, "\(mechanism) is not spoken here")
        }
    }
}
