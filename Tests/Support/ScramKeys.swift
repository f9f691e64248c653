/// What a server stores of a password for SCRAM (RFC 5802, section 3), in hexadecimal.
///
/// All test accounts have one password; they share one salt too, so that one PBKDF2 serves them all.
public struct ScramKeys: Sendable {
    public enum Digest: String, Sendable {
        case sha1 = "SHA-1"
        case sha256 = "SHA-256"

        fileprivate var openSSLName: String { self == .sha1 ? "SHA1" : "SHA256" }
        fileprivate var length: Int { self == .sha1 ? 20 : 32 }
    }

    public let salt = "0e8a5f6c-test-salt"
    public let iterations: Int
    public let storedKey: String
    public let serverKey: String

    /// Asks the `openssl` program, so that the product's own SCRAM is checked against another one.
    public init(_ digest: Digest, password: String, iterations: Int) async throws {
        self.iterations = iterations
        let salted = try await Self.hexadecimal(
            "openssl kdf -keylen \(digest.length) -kdfopt digest:$0 -kdfopt pass:$1 -kdfopt salt:\(salt)"
                + " -kdfopt iter:\(iterations) PBKDF2", digest.openSSLName, password)
        storedKey = try await Self.hexadecimal(
            "openssl mac -digest $0 -macopt hexkey:$1 -binary HMAC | openssl dgst -$0 -r",
            digest.openSSLName, salted, input: "Client Key")
        serverKey = try await Self.hexadecimal(
            "openssl mac -digest $0 -macopt hexkey:$1 HMAC", digest.openSSLName, salted, input: "Server Key")
    }

    /// The first word that a shell command prints, without colons, in lower case.
    private static func hexadecimal(_ command: String, _ arguments: String..., input: String = "") async throws
        -> String
    {
        let output = try await ChildProcess.succeed("sh", ["-c", command] + arguments, input: input)
        let word = output.prefix { !$0.isWhitespace }
        return word.lowercased().filter { $0 != ":" }
    }
}
