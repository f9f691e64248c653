import OpenSSL

/// What a server knows of its accounts. Passwords are salted once, as a server with hashed storage does it, so that a
/// SCRAM login costs it a few HMACs and no PBKDF2.
public final class AccountStore: Sendable {
    /// Who may log in.
    public enum Policy: Sendable {
        /// Any name with this password.
        case any(password: Secret)
        case list([String: Secret])
    }

    private let policy: Policy
    let iterations: Int
    private let salt: [UInt8]
    /// By hash, for `.any`.
    private let shared: [SCRAMHash: SaltedPassword]
    private let decoy: [UInt8]

    /// - Parameter iterations: PBKDF2's, for SCRAM.
    public init(_ policy: Policy, iterations: Int = 4096) {
        self.policy = policy
        self.iterations = iterations
        let salt = randomBytes(16)
        self.salt = salt
        decoy = randomBytes(32)
        guard case .any(let password) = policy else {
            shared = [:]
            return
        }
        shared = Dictionary(
            uniqueKeysWithValues: [SCRAMHash.sha1, .sha256, .sha512].map { hash in
                (hash, KeyDerivation(hash: hash, password: password, salt: salt, iterations: iterations).run())
            })
    }

    /// The password of an account; nil if there is none.
    func password(of username: String) -> Secret? {
        switch policy {
        case .any(let password): password
        case .list(let accounts): accounts[username]
        }
    }

    /// The salt for a name. An unknown one has a salt too, the same each time: nobody can tell.
    func salt(of username: String) -> [UInt8] {
        guard case .list = policy else { return salt }
        return Array(Digest.sha256.hmac(key: decoy, Array(username.utf8)).prefix(16))
    }

    /// The salted password of an account; nil if there is none.
    func salted(_ hash: SCRAMHash, of username: String) -> SaltedPassword? {
        if let shared = shared[hash] { return shared }
        return password(of: username).map { password in
            KeyDerivation(hash: hash, password: password, salt: salt(of: username), iterations: iterations).run()
        }
    }
}
