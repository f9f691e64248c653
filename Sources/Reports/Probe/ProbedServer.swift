/// What a probe found out about a server, as far as a scenario wants to know it.
public struct ProbedServer: Sendable {
    /// `host:port`, as a scenario writes it.
    public var address: String
    public var domain: String
    /// `starttls`, `direct` or `none`.
    public var encryption: String
    /// Whether the address is this machine's own.
    public var isLocal: Bool
    /// Who logged in; nil if nobody with a name.
    public var user: String?
    public var certificate: Certificate?
    /// By which it worked; nil while nothing has.
    public var mechanism: String?
    /// Whether it came to its offer of mechanisms, so that a scenario can be written for it.
    public var isKnown = false
    /// Silent after the handshake of TLS 1.3.
    public var hangsOnTLS13 = false

    public struct Certificate: Sendable {
        public var sha256: String
        /// Why it is not trusted; nil where it is.
        public var distrust: String?

        public init(sha256: String, distrust: String?) {
            self.sha256 = sha256
            self.distrust = distrust
        }
    }

    public init(address: String, domain: String, encryption: String, isLocal: Bool, user: String?) {
        self.address = address
        self.domain = domain
        self.encryption = encryption
        self.isLocal = isLocal
        self.user = user
    }

    /// A whole scenario that fits: a few logins a second, to be edited.
    public var scenario: [String] {
        ["name: probe-\(nameOfDomain)", "target:"] + target.map { "  " + $0 } + accounts + login + [
            "load:", "  - hold: {rate: 5/s, for: 30s}", "thresholds:", "  - login p99 < 1s", "  - failures < 1%",
        ]
    }

    /// A name takes `[A-Za-z0-9._-]`.
    private var nameOfDomain: String {
        String(domain.prefix(50).map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) ? $0 : "-" })
    }

    private var target: [String] {
        var lines = ["address: \(Self.quoted(address))", "domain: \(Self.quoted(domain))", "tls: \(encryption)"]
        if hangsOnTLS13 { lines.append("tls-versions: 1.2    # on TLS 1.3 it stays silent after the handshake") }
        if let certificate { lines += Self.verification(of: certificate) }
        if !isLocal { lines.append("owner-consents: true    # only if its owner agrees to the load") }
        if !isLocal, encryption == "none", mechanism == "PLAIN" {
            lines.append("allow-plain-without-tls: true    # everybody on the way sees the password")
        }
        return lines
    }

    private static func verification(of certificate: Certificate) -> [String] {
        guard let distrust = certificate.distrust else { return ["verify: full"] }
        return ["# the certificate is not trusted by itself: \(distrust)", "verify: {pin: \(certificate.sha256)}"]
    }

    private var accounts: [String] {
        guard let user else { return ["accounts: {anonymous: true}"] }
        return [
            "accounts:",
            "  pattern: \(Self.quoted(user))    # more of them: \"u{n}\", and their count",
            "  count: 1",
            "  password: \"${MUSTER_PASSWORD}\"",
        ]
    }

    private var login: [String] { mechanism.map { ["login:", "  mechanism: \($0)"] } ?? [] }

    /// As a double-quoted scalar of YAML.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
