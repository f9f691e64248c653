internal import OpenSSL

/// What a server keeps of one account: the keys that SCRAM needs, salted and derived beforehand, and the password for
/// the mechanisms that cannot do without.
public struct StoredCredential: Sendable {
    let password: Secret
    /// As SASLprep leaves it, to compare with one that comes in the clear.
    let preparedPassword: Secret
    private(set) var salt: [UInt8]
    let iterations: Int
    private var keys: [DigestAlgorithm: SaltedPassword] = [:]

    static let saltByteCount = 16

    private init(password: Secret, preparedPassword: Secret, salt: [UInt8], iterations: Int) {
        self.password = password
        self.preparedPassword = preparedPassword
        self.salt = salt
        self.iterations = iterations
    }

    /// Derives the keys. Cost: one PBKDF2 for each SCRAM mechanism that is named.
    ///
    /// Throws `prohibitedCharacters` when SASLprep refuses the password, `cryptography`.
    /// - Parameter salt: random when nil.
    public init(
        password: Secret, salt: [UInt8]? = nil, iterations: Int = 4096,
        mechanisms: [Mechanism] = [.scramSHA512, .scramSHA256, .scramSHA1]
    ) throws(SASLError) {
        let random = try cryptographically { () throws(OpenSSLError) in try RandomBytes.make(Self.saltByteCount) }
        let prepared = Secret(bytes: try SASLprep.stored(password.reveal(), "password"))
        self.init(password: password, preparedPassword: prepared, salt: salt ?? random, iterations: iterations)
        for algorithm in mechanisms.compactMap(SCRAM.algorithm) {
            keys[algorithm] = try KeyDerivation(
                algorithm, password: prepared, salt: self.salt, iterations: iterations
            ).run()
        }
    }

    /// Keys that belong to no password, made without PBKDF2.
    static func decoy(password: Secret, iterations: Int) throws(SASLError) -> StoredCredential {
        var decoy = StoredCredential(
            password: password, preparedPassword: password, salt: [], iterations: iterations)
        for algorithm in [DigestAlgorithm.sha1, .sha256, .sha512] {
            decoy.keys[algorithm] = try SaltedPassword(algorithm, password.reveal())
        }
        return decoy
    }

    func with(salt: [UInt8]) -> StoredCredential {
        var copy = self
        copy.salt = salt
        return copy
    }

    /// Nil when the account was stored without this mechanism.
    func keys(for algorithm: DigestAlgorithm) -> SaltedPassword? { keys[algorithm] }
}
