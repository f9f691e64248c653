/// A SASL mechanism by its name in the IANA registry.
public struct Mechanism: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let plain = Mechanism(rawValue: "PLAIN")
    public static let scramSHA1 = Mechanism(rawValue: "SCRAM-SHA-1")
    public static let scramSHA256 = Mechanism(rawValue: "SCRAM-SHA-256")
    public static let scramSHA512 = Mechanism(rawValue: "SCRAM-SHA-512")
    public static let digestMD5 = Mechanism(rawValue: "DIGEST-MD5")
    public static let cramMD5 = Mechanism(rawValue: "CRAM-MD5")
    public static let anonymous = Mechanism(rawValue: "ANONYMOUS")
    /// Openfire's, for components that share a secret with the server.
    public static let jiveSharedSecret = Mechanism(rawValue: "JIVE-SHAREDSECRET")

    /// Those that need a password of the user's, strongest first.
    public static let byStrength: [Mechanism] = [.scramSHA512, .scramSHA256, .scramSHA1, .digestMD5, .cramMD5, .plain]

    /// Every mechanism that a client here can speak.
    public static let supported: [Mechanism] = byStrength + [.anonymous, .jiveSharedSecret]

    /// The strongest of those offered; nil if none needs just a password.
    public static func strongest(of offered: [Mechanism]) -> Mechanism? { byStrength.first(where: offered.contains) }

    public var description: String { rawValue }
}
