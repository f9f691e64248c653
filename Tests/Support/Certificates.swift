/// Certificates that the `openssl` program made, in a folder of their own: `name.pem` with `name.key`.
public struct Certificates: Sendable {
    public let folder: TemporaryDirectory

    public init() throws { folder = try TemporaryDirectory("certificates") }

    /// A certificate that signs itself, or that `authority` signed. `options` go to `openssl req`. Takes about 10 ms.
    public func make(
        _ name: String, _ options: [String] = [], key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        signedBy authority: String? = nil
    ) async throws {
        let signer = authority.map { ["-CA", certificate($0), "-CAkey", self.key($0)] } ?? []
        try await ChildProcess.succeed(
            "openssl",
            ["req", "-x509", "-nodes", "-days", "2", "-subj", "/O=Test/CN=\(name)", "-newkey"] + key + options + signer
                + ["-keyout", self.key(name), "-out", certificate(name)])
    }

    public func certificate(_ name: String) -> String { folder.path("\(name).pem") }

    public func key(_ name: String) -> String { folder.path("\(name).key") }
}
