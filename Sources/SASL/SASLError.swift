internal import OpenSSL

/// Why an exchange cannot go on. Neither part ever contains a secret.
public struct SASLError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The mechanism is not spoken here.
        case unsupportedMechanism = "unsupported-mechanism"
        /// The credentials hold characters that the mechanism or SASLprep (RFC 4013) forbids.
        case prohibitedCharacters = "prohibited-characters"
        /// The mechanism binds to the TLS connection, and no binding, or one of another kind, was given.
        case noChannelBinding = "no-channel-binding"
        /// The mechanism logs in with a token, and none was given.
        case noToken = "no-token"
        /// The server's message does not follow the mechanism's grammar.
        case malformedChallenge = "malformed-challenge"
        /// The server spoke when it was not its turn.
        case unexpectedMessage = "unexpected-message"
        /// The server demands what is not spoken here: a mandatory extension, another algorithm or protection.
        case unsupported = "unsupported"
        /// A SCRAM iteration count above what is computed.
        case tooManyIterations = "too many iterations"
        /// The server says within the mechanism why it refuses: SCRAM's `e=`, OAUTHBEARER's `status`.
        case serverError = "server-error"
        /// The server's proof that it knows the account is missing or wrong.
        case serverNotAuthentic = "server-not-authentic"
        /// The cryptographic library refused, as it does MD5 where only FIPS algorithms are allowed.
        case cryptography
    }

    public let code: Code
    /// In words, for a person.
    public let explanation: String

    public init(_ code: Code, _ explanation: String) {
        self.code = code
        self.explanation = explanation
    }

    public var description: String { "\(code.rawValue): \(explanation)" }
}

/// Runs a computation and turns the library's error into this module's.
func cryptographically<Value>(_ compute: () throws(OpenSSLError) -> Value) throws(SASLError) -> Value {
    do {
        return try compute()
    } catch {
        throw SASLError(.cryptography, error.description)
    }
}
