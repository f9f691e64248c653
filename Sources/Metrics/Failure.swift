/// Why a login or a session failed, in the terms of section 6 of the design: where, what kind, which condition.
public struct Failure: Error, Sendable, Equatable {
    public var phase: Phase
    public var kind: Kind
    /// What the kind alone does not tell: a SASL condition, a TLS alert, what was expected and what came. May be empty.
    public var condition: String
    /// One occurrence in words, without secrets; shown to people, not grouped by.
    public var example: String

    public init(phase: Phase, kind: Kind, condition: String = "", example: String = "") {
        self.phase = phase
        self.kind = kind
        self.condition = condition
        self.example = example
    }

    public enum Kind: String, Sendable, CaseIterable {
        case refused, reset, closed, timeout, unreachable, dns, tls
        /// RFC 6120 section 6.5, or `server-not-authentic`.
        case sasl
        /// RFC 6120 section 4.9.3.
        case stream
        /// RFC 6120 section 8.3.3.
        case stanza
        case `protocol`
        /// Not well-formed, or forbidden in XMPP (RFC 6120 section 11).
        case xml
        /// see-other-host, followed once.
        case redirect
        /// The generator's own lack of ports, descriptors, memory or accounts; never the server's.
        case local
    }
}
