/// What SASL EXTERNAL needs: an authority, a certificate for each of the accounts `u1`...`uN` that it signed, one for
/// all of them, one for nobody in particular, and a stranger's that it did not sign.
public struct ClientCertificates: Sendable {
    public let files: Certificates
    public let accounts: Int

    public init(accounts: Int = 5, domain: String = "localhost") async throws {
        files = try Certificates()
        self.accounts = accounts
        let users = (1...accounts).map { "u\($0)" }
        try await files.make("authority")
        for user in users { try await make(user, addresses: ["\(user)@\(domain)"]) }
        try await make("all", addresses: users.map { "\($0)@\(domain)" })
        try await make("anybody", addresses: [])
        try await files.make("stranger", Self.names(["u1@\(domain)"]))
    }

    /// A PEM file.
    public var authority: String { files.certificate("authority") }

    /// The value of `accounts.certificate` with the certificate of this name, in which `{n}` and `{username}` may stand.
    public func scenario(_ name: String) -> String {
        "{cert: \"\(files.certificate(name))\", key: \"\(files.key(name))\"}"
    }

    private func make(_ name: String, addresses: [String]) async throws {
        try await files.make(name, Self.names(addresses), signedBy: "authority")
    }

    /// `id-on-xmppAddr` (RFC 6120 section 13.7.1.4).
    private static func names(_ addresses: [String]) -> [String] {
        guard !addresses.isEmpty else { return [] }
        let names = addresses.map { "otherName:1.3.6.1.5.5.7.8.5;UTF8:\($0)" }.joined(separator: ",")
        return ["-addext", "subjectAltName=\(names)"]
    }
}
