/// Why the other side's bytes ended a login or a session.
public struct LoginFailure: Error, Sendable, Equatable {
    public enum Kind: String, Sendable {
        /// RFC 6120 section 6.5; `server-not-authentic`, `mechanism-not-offered` and `malformed-challenge` are ours, as
        /// are `sasl2-not-offered`, `fast-not-offered` and `tasks-required` in XEP-0388.
        case sasl
        /// RFC 6120 section 4.9.3.
        case stream
        /// RFC 6120 section 8.3.3.
        case stanza
        /// Something else came than what RFC 6120 has come here.
        case `protocol`
        /// Not well-formed, or forbidden in XMPP (RFC 6120 section 11).
        case xml
        /// see-other-host (RFC 6120 section 4.9.3.19); the condition is the host.
        case redirect
        /// The stream was closed with `</stream:stream>`.
        case closed
    }

    public var phase: LoginPhase
    public var kind: Kind
    public var condition: String
    /// One occurrence in words, without secrets.
    public var example: String

    /// Whether the server does not offer what the script asks for, so that no login by it can succeed.
    public var isNotOffered: Bool { condition.hasSuffix("-not-offered") }

    public init(phase: LoginPhase, kind: Kind, condition: String, example: String = "") {
        self.phase = phase
        self.kind = kind
        self.condition = condition
        self.example = example
    }
}
