/// The name of a SASL mechanism, as registered with IANA and as `<mechanism>` carries it.
///
/// Any name can be held, so that what a server offers can be kept; `supported` lists those that are spoken here.
public struct Mechanism: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    /// The place of the name among those that are known here; nil for others. Compared in place of the name, many
    /// thousand times a second.
    private let number: Int8?

    public init(rawValue: String) {
        self.rawValue = rawValue
        number = Self.names.firstIndex(of: rawValue).map(Int8.init)
    }

    public var description: String { rawValue }

    public static func == (one: Mechanism, other: Mechanism) -> Bool {
        one.number == other.number && (one.number != nil || one.rawValue == other.rawValue)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    private static let names = [
        "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-512-PLUS", "DIGEST-MD5", "CRAM-MD5", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS", "JIVE-SHAREDSECRET",
        "HT-SHA-256-NONE", "HT-SHA-256-ENDP", "HT-SHA-256-UNIQ", "HT-SHA-256-EXPR",
    ]
}

extension Mechanism {
    /// RFC 5802 over SHA-512, bound to the TLS connection.
    public static let scramSHA512Plus = Mechanism(rawValue: "SCRAM-SHA-512-PLUS")
    /// RFC 7677, bound to the TLS connection.
    public static let scramSHA256Plus = Mechanism(rawValue: "SCRAM-SHA-256-PLUS")
    /// RFC 5802, bound to the TLS connection.
    public static let scramSHA1Plus = Mechanism(rawValue: "SCRAM-SHA-1-PLUS")
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
    /// RFC 7628: an access token of OAuth 2.0.
    public static let oauthBearer = Mechanism(rawValue: "OAUTHBEARER")
    /// RFC 4422 appendix A: who one is has been proved elsewhere, as by a TLS certificate.
    public static let external = Mechanism(rawValue: "EXTERNAL")
    /// RFC 4505.
    public static let anonymous = Mechanism(rawValue: "ANONYMOUS")
    /// Openfire's own: one secret shared by all clients, and an anonymous session.
    public static let jiveSharedSecret = Mechanism(rawValue: "JIVE-SHAREDSECRET")
}

/// The hashed tokens of draft-schmaus-kitten-sasl-ht, by which XEP-0484 (FAST) logs in again. The name says what the
/// token is bound to.
extension Mechanism {
    public static let hashedToken = Mechanism(rawValue: "HT-SHA-256-NONE")
    public static let hashedTokenEndPoint = Mechanism(rawValue: "HT-SHA-256-ENDP")
    public static let hashedTokenUnique = Mechanism(rawValue: "HT-SHA-256-UNIQ")
    public static let hashedTokenExporter = Mechanism(rawValue: "HT-SHA-256-EXPR")
}

extension Mechanism {
    /// What is spoken here, both sides, strongest first.
    public static let supported: [Mechanism] = [
        .scramSHA512Plus, .scramSHA256Plus, .scramSHA1Plus, .scramSHA512, .scramSHA256, .scramSHA1, .digestMD5,
        .cramMD5, .plain, .oauthBearer, .hashedTokenExporter, .hashedTokenEndPoint, .hashedTokenUnique, .hashedToken,
        .external, .anonymous, .jiveSharedSecret,
    ]

    /// How strong the mechanism is, greater is stronger. 0 for one that only an explicit choice may pick: it is unknown
    /// here, does not log in as the account (EXTERNAL, ANONYMOUS, JIVE-SHAREDSECRET), or needs a token in place of the
    /// password (OAUTHBEARER, HT-*).
    ///
    /// The order is RFC 6120's (sections 6.3.3 and 13.8): what binds to the TLS connection before what does not,
    /// whatever the hash, because it alone notices a man in the middle; then mutual proofs over the better hash; then a
    /// proof of the client alone; then the password itself.
    public var strength: Int {
        switch self {
        case .scramSHA512Plus: 9
        case .scramSHA256Plus: 8
        case .scramSHA1Plus: 7
        case .scramSHA512: 6
        case .scramSHA256: 5
        case .scramSHA1: 4
        case .digestMD5: 3
        case .cramMD5: 2
        case .plain: 1
        default: 0
        }
    }

    /// Whether the client computes anything but the spelling of what it says.
    public var needsComputation: Bool { isChallengeResponse || self == .jiveSharedSecret }

    /// Whether the client has to compute an answer to the server's words, or to check a proof in them.
    public var isChallengeResponse: Bool {
        switch self {
        case .plain, .external, .anonymous, .jiveSharedSecret, .oauthBearer: false
        default: true
        }
    }

    /// The strongest of the offered names; nil when none of them has a strength.
    ///
    /// - Parameter canBind: whether there is a kind of channel binding that both sides have
    ///   (`ChannelBinding.Kind.choose`); without one, the mechanisms that need it are passed over.
    public static func strongest(of names: [String], canBind: Bool = false) -> Mechanism? {
        names.map(Mechanism.init(rawValue:))
            .filter { $0.strength > 0 && (canBind || !$0.bindsChannel) }
            .max { $0.strength < $1.strength }
    }
}

/// What a mechanism needs beyond a name and a password.
extension Mechanism {
    /// Whether the exchange cannot begin without a `ChannelBinding`.
    public var bindsChannel: Bool {
        switch self {
        case .scramSHA512Plus, .scramSHA256Plus, .scramSHA1Plus: true
        default: hashedTokenBinding != nil
        }
    }

    /// Whether who listens to it without TLS can log in as the account: it says the password, a token, or always the same
    /// proof of them.
    public var showsSecret: Bool { self == .plain || self == .jiveSharedSecret || usesToken }

    /// Whether it is `Credentials.token` that logs in.
    public var usesToken: Bool { self == .oauthBearer || isHashedToken }

    /// Whether it is one of XEP-0484's, which are offered in `<fast/>` and not among the others.
    public var isHashedToken: Bool { self == .hashedToken || hashedTokenBinding != nil }

    /// The hashed token's mechanism whose name demands this kind of binding; nil: the one that does not bind.
    public static func hashedToken(boundBy kind: ChannelBinding.Kind?) -> Mechanism {
        switch kind {
        case .tlsExporter: .hashedTokenExporter
        case .tlsServerEndPoint: .hashedTokenEndPoint
        case .tlsUnique: .hashedTokenUnique
        case nil: .hashedToken
        }
    }

    /// The one kind of binding that a hashed token's name demands; nil for every other mechanism, SCRAM's included,
    /// where the client chooses.
    public var hashedTokenBinding: ChannelBinding.Kind? {
        switch self {
        case .hashedTokenExporter: .tlsExporter
        case .hashedTokenEndPoint: .tlsServerEndPoint
        case .hashedTokenUnique: .tlsUnique
        default: nil
        }
    }
}
