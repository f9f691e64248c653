import COpenSSL

/// A hash function of OpenSSL's default provider, fetched once: a fetch costs more than hashing a short message.
@safe public final class Digest: @unchecked Sendable {  // the EVP_MD is immutable and reference-counted
    let pointer: OpaquePointer?
    /// Of the hash, in bytes.
    public let size: Int

    public static let md5 = Digest("MD5")
    public static let sha1 = Digest("SHA1")
    public static let sha256 = Digest("SHA256")
    public static let sha512 = Digest("SHA512")

    private init(_ name: String) {
        let fetched = unsafe EVP_MD_fetch(nil, name, nil)
        unsafe pointer = fetched
        size = unsafe Int(EVP_MD_get_size(fetched))
    }

    /// The hash of the bytes.
    public func hash(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: size)
        unsafe EVP_Digest(bytes, bytes.count, &result, nil, pointer, nil)
        return result
    }

    /// HMAC (RFC 2104) with this hash.
    public func hmac(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: size)
        var length = UInt32(size)
        unsafe HMAC(pointer, key, Int32(key.count), bytes, bytes.count, &result, &length)
        return result
    }

    /// PBKDF2 (RFC 8018 section 5.2) with HMAC of this hash, as long as one hash: Hi() of RFC 5802. About 0.2 µs an
    /// iteration.
    public func pbkdf2(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: size)
        unsafe password.withUnsafeBytes { secret in
            _ = unsafe PKCS5_PBKDF2_HMAC(
                secret.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(secret.count), salt, Int32(salt.count),
                Int32(clamping: iterations), pointer, Int32(size), &result)
        }
        return result
    }
}

/// Bytes from OpenSSL's cryptographically secure generator.
public func randomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let status = unsafe RAND_bytes(&bytes, Int32(count))
    precondition(status == 1, "the system has no randomness")
    return bytes
}

/// Whether two byte strings are equal, in a time that does not tell where they differ.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    unsafe left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
