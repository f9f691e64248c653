extension Failure {
    /// Whether the condition is one of RFC 6120, and no word of the server's own.
    public var hasDefinedCondition: Bool {
        switch kind {
        case .sasl: Self.saslConditions.contains(condition)
        case .stream: Self.streamConditions.contains(condition)
        case .stanza: Self.stanzaConditions.contains(condition)
        default: false
        }
    }

    /// Section 6.5.
    private static let saslConditions: Set<String> = [
        "aborted", "account-disabled", "credentials-expired", "encryption-required", "incorrect-encoding",
        "invalid-authzid", "invalid-mechanism", "malformed-request", "mechanism-too-weak", "not-authorized",
        "temporary-auth-failure",
    ]

    /// Section 4.9.3.
    private static let streamConditions: Set<String> = [
        "bad-format", "bad-namespace-prefix", "conflict", "connection-timeout", "host-gone", "host-unknown",
        "improper-addressing", "internal-server-error", "invalid-from", "invalid-namespace", "invalid-xml",
        "not-authorized", "not-well-formed", "policy-violation", "remote-connection-failed", "reset",
        "resource-constraint", "restricted-xml", "see-other-host", "system-shutdown", "undefined-condition",
        "unsupported-encoding", "unsupported-feature", "unsupported-stanza-type", "unsupported-version",
    ]

    /// Section 8.3.3.
    private static let stanzaConditions: Set<String> = [
        "bad-request", "conflict", "feature-not-implemented", "forbidden", "gone", "internal-server-error",
        "item-not-found", "jid-malformed", "not-acceptable", "not-allowed", "not-authorized", "policy-violation",
        "recipient-unavailable", "redirect", "registration-required", "remote-server-not-found",
        "remote-server-timeout", "resource-constraint", "service-unavailable", "subscription-required",
        "undefined-condition", "unexpected-request",
    ]
}
