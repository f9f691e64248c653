import COpenSSL

extension DigestAlgorithm {
    /// PBKDF2 (RFC 8018 section 5.2) over this function's HMAC, as long as one digest: `Hi()` of RFC 5802.
    ///
    /// Cost: about 0.2 µs an iteration, so 4,096 iterations take most of a millisecond: not for a lane's queue.
    /// Throws when the counts are beyond what the library takes.
    public func pbkdf2(password: [UInt8], salt: [UInt8], iterations: Int) throws(OpenSSLError) -> [UInt8] {
        guard let count = Int32(exactly: iterations), let method = unsafe FetchedDigest.of(self).pointer else {
            throw OpenSSLError(operation: "PKCS5_PBKDF2_HMAC", code: 0, reason: "\(iterations) × \(rawValue) refused")
        }
        var key = [UInt8](repeating: 0, count: byteCount)
        let done = unsafe password.withUnsafeBytes { password in
            unsafe PKCS5_PBKDF2_HMAC(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: password.count),
                salt, Int32(clamping: salt.count), count, method, Int32(byteCount), &key)
        }
        guard done == 1 else { throw .last("PKCS5_PBKDF2_HMAC") }
        return key
    }
}
