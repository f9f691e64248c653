import COpenSSL

/// The hash functions that SASL and certificate pins need.
///
/// Each is fetched from its provider once per process: a fetch costs more than hashing a short message.
public enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
    case md5 = "MD5"
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case sha512 = "SHA512"

    /// The length of a digest in bytes.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// The length of the blocks that the function consumes, in bytes: HMAC pads its key to it.
    var blockByteCount: Int { self == .sha512 ? 128 : 64 }
}

extension DigestAlgorithm {
    /// The digest of some bytes. Cost: about 0.3 µs for a short message.
    ///
    /// Throws when the library does not provide the function, as MD5 where only FIPS algorithms are allowed.
    public func digest(of bytes: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        var context = try DigestContext(self)
        try context.start()
        try context.update(bytes)
        return try context.finish()
    }
}
