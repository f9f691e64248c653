public import SASL

/// The one installation of a client that logs in, as XEP-0388 section 2.3 has it told to the server. A class, so that
/// logins without one have no room for it.
public final class UserAgent: Sendable {
    /// A UUID, the same at every login of this installation.
    public let id: String
    /// What it may log in by in place of the password.
    public let token: FASTToken?
    /// Whether it will log in again, so that a token is worth asking for.
    public let returns: Bool

    public init(id: String, token: FASTToken? = nil, returns: Bool = true) {
        self.id = id
        self.token = token
        self.returns = returns
    }
}

/// A token that a server gave to log in by (XEP-0484).
public struct FASTToken: Sendable, Equatable {
    /// The only mechanism that it is good for.
    public let mechanism: Mechanism
    public let secret: Secret
    /// When it expires, as the server wrote it (XEP-0082's DateTime).
    public let expiry: String
    /// How many attempts were made with it, the next one included.
    public var attempt: UInt32

    public init(mechanism: Mechanism, secret: Secret, expiry: String, attempt: UInt32 = 1) {
        self.mechanism = mechanism
        self.secret = secret
        self.expiry = expiry
        self.attempt = attempt
    }
}

/// With FAST on, what an authentication meant for the account's token.
public enum FASTOutcome: Sendable, Equatable {
    /// The login authenticated, by the token or in full; the next one may use the token that the server gave, if any.
    case authenticated(byToken: Bool, next: FASTToken?)
    /// The server refused the token: the next login has to be a full one.
    case refused
}
