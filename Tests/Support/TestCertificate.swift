/// A self-signed certificate, which is its own authority: `verify: {ca: FILE}` accepts it.
struct TestCertificate: Sendable {
    let certificate: String
    let key: String

    /// Makes `certificate.pem` and `key.pem` (ECDSA P-256) in `folder`, for all of `domains`. Takes about 10 ms.
    ///
    /// - Parameters:
    ///   - subject: of the certificate, which is its issuer too; the first domain unless given.
    ///   - others: alternative names in OpenSSL's own words.
    init(
        for domains: [String], in folder: TemporaryDirectory, subject: String? = nil, others: [String] = []
    ) async throws {
        certificate = folder.path("certificate.pem")
        key = folder.path("key.pem")
        let names = (domains.map { "DNS:\($0)" } + others).joined(separator: ",")
        try await ChildProcess.succeed(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                "-utf8", "-subj", subject ?? "/CN=\(domains[0])", "-addext", "subjectAltName=\(names)",
                "-keyout", key, "-out", certificate,
            ])
    }
}
