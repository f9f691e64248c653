/// PEM files of client certificates: one for all accounts, or, with `{n}` or `{username}` in a name, one for each.
public struct CertificateFiles: Sendable, Hashable {
    /// The certificate, followed by the chain above it.
    public var certificate: String
    public var key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Whether each account has its own.
    public var isPerAccount: Bool { Self.varies(certificate) || Self.varies(key) }

    /// The files of the account with this index, from 0, and name.
    public func files(index: Int, username: String) -> CertificateFiles {
        CertificateFiles(
            certificate: Self.name(certificate, index, username), key: Self.name(key, index, username))
    }

    private static let signs = ["{n}", "{username}"]

    private static func varies(_ pattern: String) -> Bool { signs.contains { pattern.contains($0) } }

    /// A username is put in last, so that what it contains stands as it is.
    private static func name(_ pattern: String, _ index: Int, _ username: String) -> String {
        let pieces = pattern.split(separator: signs[1], omittingEmptySubsequences: false)
        return pieces.map { $0.replacing(signs[0], with: String(index + 1)) }.joined(separator: username)
    }
}
