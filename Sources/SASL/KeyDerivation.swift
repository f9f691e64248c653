internal import OpenSSL

/// SCRAM's one long computation (RFC 5802 section 3, `Hi`), as a value to be run where it holds nobody up.
public struct KeyDerivation: Sendable {
    /// What the result depends on, and nothing else. RFC 5802 allows the result to be kept by it.
    public struct CacheKey: Hashable, Sendable {
        public let mechanism: Mechanism
        let password: Secret
        public let salt: [UInt8]
        public let iterations: Int
    }

    public let cacheKey: CacheKey
    private let algorithm: DigestAlgorithm

    init(_ algorithm: DigestAlgorithm, password: Secret, salt: [UInt8], iterations: Int) {
        cacheKey = CacheKey(mechanism: .scram(algorithm), password: password, salt: salt, iterations: iterations)
        self.algorithm = algorithm
    }

    /// Cost: 0.2 µs (SHA-1) to 0.6 µs (SHA-512) an iteration, so a millisecond or more at the usual counts. Throws `cryptography` only.
    public func run() throws(SASLError) -> SaltedPassword {
        let salted = try cryptographically { () throws(OpenSSLError) in
            try algorithm.pbkdf2(
                password: cacheKey.password.reveal(), salt: cacheKey.salt, iterations: cacheKey.iterations)
        }
        return try SaltedPassword(algorithm, salted)
    }
}

/// The keys that SCRAM derives from a password and a salt, computed once: with them a login costs two HMACs a side.
public struct SaltedPassword: Sendable {
    let algorithm: DigestAlgorithm
    let clientKey: Secret
    let storedKey: Secret
    let serverKey: Secret

    init(_ algorithm: DigestAlgorithm, _ salted: [UInt8]) throws(SASLError) {
        let keys = try cryptographically { () throws(OpenSSLError) in
            let client = try algorithm.hmac(key: salted, Array("Client Key".utf8))
            let server = try algorithm.hmac(key: salted, Array("Server Key".utf8))
            return (client: client, stored: try algorithm.digest(of: client), server: server)
        }
        self.algorithm = algorithm
        clientKey = Secret(bytes: keys.client)
        storedKey = Secret(bytes: keys.stored)
        serverKey = Secret(bytes: keys.server)
    }
}
