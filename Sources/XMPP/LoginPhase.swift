/// The phases of a login that consist of stanzas; connecting and TLS are the transport's.
public enum LoginPhase: Sendable, Hashable {
    /// From the first stream header to its features (RFC 6120 section 4.3).
    case greeting
    /// From `<starttls/>` to `<proceed/>` (section 5.4.2).
    case starttls
    /// From the stream header over TLS to the features with the mechanisms.
    case offer
    /// From `<compress>` to the features of the compressed stream (XEP-0138).
    case compress
    /// From `<auth>` to `<success>` (section 6.4), or from `<authenticate>` to `<success>` (XEP-0388).
    case sasl
    /// From the first `jabber:iq:auth` request to the login's answer (XEP-0078).
    case iqAuth
    /// From the stream header after success to the features with bind.
    case restart
    /// From `<resume/>` to `<resumed/>` (XEP-0198 section 5).
    case resume
    case bind, session, roster
    /// From `<enable/>` to `<enabled/>` (XEP-0198 section 3).
    case enable
    /// From asking what a new account needs, or to be removed, to the last answer (XEP-0077). No login has it.
    case register
    /// A step of the scenario's own, by its number in the run: from its stanza to the reply that it expects.
    case own(Int)
    /// Logged in.
    case online
}

extension LoginPhase {
    /// The phases whose answer is the same in every scenario.
    public static let standard: [LoginPhase] = [
        .greeting, .starttls, .offer, .compress, .sasl, .iqAuth, .restart, .resume, .bind, .session, .roster, .enable,
        .register, .online,
    ]

    /// As files and scenarios call it; an own step by its number from 1.
    public var name: String {
        switch self {
        case .greeting: "greeting"
        case .starttls: "starttls"
        case .offer: "offer"
        case .compress: "compress"
        case .sasl: "sasl"
        case .iqAuth: "iq-auth"
        case .restart: "restart"
        case .resume: "resume"
        case .bind: "bind"
        case .session: "session"
        case .roster: "roster"
        case .enable: "enable"
        case .register: "register"
        case .own(let number): "own.\(number + 1)"
        case .online: "online"
        }
    }

    /// The phase of this name, own steps aside.
    public init?(named name: String) {
        guard let phase = Self.standard.first(where: { $0.name == name }) else { return nil }
        self = phase
    }
}
