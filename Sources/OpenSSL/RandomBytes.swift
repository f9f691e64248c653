import COpenSSL

/// OpenSSL's cryptographically secure generator.
public enum RandomBytes {
    /// Unpredictable bytes, fit for nonces and salts. Throws when the generator cannot be seeded.
    public static func make(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else { throw .last("RAND_bytes") }
        return bytes
    }
}

/// Whether two byte strings are equal, in a time that depends on their length alone.
public func equalInConstantTime(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    unsafe one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
}
