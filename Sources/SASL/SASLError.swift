/// Why our side of an exchange cannot go on.
public struct SASLError: Error, Sendable, Equatable {
    public enum Code: String, Sendable {
        /// The server's proof is wrong, or missing where the mechanism has one.
        case serverNotAuthentic = "server-not-authentic"
        case malformedChallenge = "malformed-challenge"
        case unsupportedMechanism = "unsupported-mechanism"
        /// The name or password holds a character that SASLprep (RFC 4013) prohibits.
        case prohibitedCharacter = "prohibited-character"
        /// An iteration count that no honest server asks for.
        case iterationCountRefused = "iteration-count-refused"
        /// The server said `e=` (RFC 5802 section 5.1).
        case serverError = "server-error"
    }

    public let code: Code
    /// In words, without secrets.
    public let explanation: String

    init(_ code: Code, _ explanation: String) {
        self.code = code
        self.explanation = explanation
    }

    /// As it is grouped in reports.
    public var condition: String { code.rawValue }
}

/// A condition of RFC 6120 section 6.5.
public struct SASLCondition: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let aborted = SASLCondition(rawValue: "aborted")
    public static let incorrectEncoding = SASLCondition(rawValue: "incorrect-encoding")
    public static let invalidAuthzid = SASLCondition(rawValue: "invalid-authzid")
    public static let invalidMechanism = SASLCondition(rawValue: "invalid-mechanism")
    public static let malformedRequest = SASLCondition(rawValue: "malformed-request")
    public static let notAuthorized = SASLCondition(rawValue: "not-authorized")
    public static let temporaryAuthFailure = SASLCondition(rawValue: "temporary-auth-failure")
}
