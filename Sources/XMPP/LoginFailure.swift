import XMLStream

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

    public init(phase: LoginPhase, kind: Kind, condition: String, example: String = "") {
        self.phase = phase
        self.kind = kind
        self.condition = condition
        self.example = example
    }
}

extension LoginFailure {
    init(_ phase: LoginPhase, _ kind: Kind, _ condition: String, _ example: String) {
        self.init(phase: phase, kind: kind, condition: condition, example: example)
    }

    static let noSTARTTLS = "STARTTLS is not offered"
    static let needsSTARTTLS = "the server requires STARTTLS"
    static let noVersion = "no version in the stream header"

    /// Whether it follows from what the server offers and what the script asks for, and neither from chance, load nor the
    /// account: no login by the script can succeed.
    public var isCertain: Bool {
        condition.hasSuffix("-not-offered") || Self.certain.contains(condition)
            || (kind == .stream && condition == "host-unknown")
    }

    private static let certain = [noSTARTTLS, needsSTARTTLS, noVersion, plainWithoutTLS]

    /// Whether what was heard is not of an XMPP server, or not of one that keeps to STARTTLS.
    public var isOfAnotherKind: Bool {
        let foreign: [XMLStreamError.Code] = [.tls, .http, .ssh, .byteOrderMark]
        return kind == .xml && foreign.contains { $0.rawValue == condition } || condition.hasSuffix(Self.afterProceed)
    }

    static let afterProceed = " after <proceed/>"

    /// Which key of a scenario helps, as the end of a sentence; empty where none is known to.
    public var remedy: String {
        switch condition {
        case Self.noSTARTTLS: "tls: none, or tls: direct at another port, asks for what is there"
        case Self.needsSTARTTLS: "tls: starttls is what it wants"
        case "host-unknown": "target.domain names a domain that it serves"
        case "mechanism-not-offered" where kind == .sasl: "login.mechanism names one that is offered"
        default: ""
        }
    }
}
