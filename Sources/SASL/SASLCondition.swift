/// Why a server refuses: the conditions of RFC 6120 section 6.5, and any other that a server makes up.
public struct SASLCondition: RawRepresentable, Error, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}

extension SASLCondition {
    public static let aborted = SASLCondition(rawValue: "aborted")
    public static let accountDisabled = SASLCondition(rawValue: "account-disabled")
    public static let credentialsExpired = SASLCondition(rawValue: "credentials-expired")
    public static let encryptionRequired = SASLCondition(rawValue: "encryption-required")
    public static let incorrectEncoding = SASLCondition(rawValue: "incorrect-encoding")
    public static let invalidAuthzid = SASLCondition(rawValue: "invalid-authzid")
    public static let invalidMechanism = SASLCondition(rawValue: "invalid-mechanism")
    public static let malformedRequest = SASLCondition(rawValue: "malformed-request")
    public static let mechanismTooWeak = SASLCondition(rawValue: "mechanism-too-weak")
    public static let notAuthorized = SASLCondition(rawValue: "not-authorized")
    public static let temporaryAuthFailure = SASLCondition(rawValue: "temporary-auth-failure")
}
