/// The name of a SASL mechanism, as registered with IANA and as `<mechanism>` carries it.
///
/// Any name can be held, so that what a server offers can be kept; `supported` lists those that are spoken here.
public struct Mechanism: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}

extension Mechanism {
    /// RFC 5802 over SHA-512.
    public static let scramSHA512 = Mechanism(rawValue: "SCRAM-SHA-512")
    /// RFC 7677.
    public static let scramSHA256 = Mechanism(rawValue: "SCRAM-SHA-256")
    /// RFC 5802.
    public static let scramSHA1 = Mechanism(rawValue: "SCRAM-SHA-1")
    /// RFC 2831.
    public static let digestMD5 = Mechanism(rawValue: "DIGEST-MD5")
    /// RFC 2195.
    public static let cramMD5 = Mechanism(rawValue: "CRAM-MD5")
    /// RFC 4616.
    public static let plain = Mechanism(rawValue: "PLAIN")
    /// RFC 4422 appendix A: who one is has been proved elsewhere, as by a TLS certificate.
    public static let external = Mechanism(rawValue: "EXTERNAL")
    /// RFC 4505.
    public static let anonymous = Mechanism(rawValue: "ANONYMOUS")
    /// Openfire's own: one secret shared by all clients, and an anonymous session.
    public static let jiveSharedSecret = Mechanism(rawValue: "JIVE-SHAREDSECRET")
}

extension Mechanism {
    /// What is spoken here, both sides, strongest first.
    public static let supported: [Mechanism] = [
        .scramSHA512, .scramSHA256, .scramSHA1, .digestMD5, .cramMD5, .plain, .external, .anonymous, .jiveSharedSecret,
    ]

    /// How strong the mechanism is, greater is stronger. 0 for one that only an explicit choice may pick:
    /// it is unknown here, or does not log in as the account (EXTERNAL, ANONYMOUS, JIVE-SHAREDSECRET).
    public var strength: Int {
        switch self {
        case .scramSHA512: 6
        case .scramSHA256: 5
        case .scramSHA1: 4
        case .digestMD5: 3
        case .cramMD5: 2
        case .plain: 1
        default: 0
        }
    }

    /// Whether the client has to compute an answer to the server's words, or to check a proof in them.
    public var isChallengeResponse: Bool {
        switch self {
        case .plain, .external, .anonymous, .jiveSharedSecret: false
        default: true
        }
    }

    /// The strongest of the offered names; nil when none of them has a strength.
    public static func strongest(of names: [String]) -> Mechanism? {
        names.map(Mechanism.init(rawValue:)).filter { $0.strength > 0 }.max { $0.strength < $1.strength }
    }
}
