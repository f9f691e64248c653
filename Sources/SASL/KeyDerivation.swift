import OpenSSL

/// The hash of a SCRAM mechanism.
enum SCRAMHash: Sendable, Hashable {
    case sha1, sha256, sha512

    init(_ mechanism: Mechanism) {
        switch mechanism {
        case .scramSHA256: self = .sha256
        case .scramSHA512: self = .sha512
        default: self = .sha1
        }
    }

    var digest: Digest {
        switch self {
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha512: .sha512
        }
    }
}

/// The PBKDF2 computation of SCRAM (RFC 5802 section 2.2, Hi) as a value, to be run where nobody waits for it.
///
/// Equal derivations give equal keys, so it may key a cache (RFC 5802 section 5.1).
public struct KeyDerivation: Sendable, Hashable {
    let hash: SCRAMHash
    let password: Secret
    let salt: [UInt8]
    public let iterations: Int

    /// About 0.2 µs an iteration. The password was prepared before.
    public func run() -> SaltedPassword {
        let salted = hash.digest.pbkdf2(password: Array(password.text.utf8), salt: salt, iterations: iterations)
        return SaltedPassword(hash, salted)
    }
}

/// SaltedPassword of RFC 5802 section 3, with the keys that follow from it.
public struct SaltedPassword: Sendable {
    let clientKey: [UInt8]
    let storedKey: [UInt8]
    let serverKey: [UInt8]

    init(_ hash: SCRAMHash, _ salted: [UInt8]) {
        clientKey = hash.digest.hmac(key: salted, Array("Client Key".utf8))
        storedKey = hash.digest.hash(clientKey)
        serverKey = hash.digest.hmac(key: salted, Array("Server Key".utf8))
    }
}
