extension DigestAlgorithm {
    /// PBKDF2 (RFC 8018 section 5.2) over this function's HMAC, as long as one digest: `Hi()` of RFC 5802.
    ///
    /// Cost: 0.1 to 0.6 µs an iteration, by function, so 4,096 iterations take about a millisecond: not for a lane's
    /// queue. Written out because `PKCS5_PBKDF2_HMAC` of OpenSSL 3.0 takes a third longer.
    ///
    /// Throws for less than one iteration.
    public func pbkdf2(password: [UInt8], salt: [UInt8], iterations: Int) throws(OpenSSLError) -> [UInt8] {
        guard iterations > 0 else { throw OpenSSLError(operation: "PBKDF2", code: 0, reason: "no iterations") }
        var mac = try KeyedDigest(self, key: password)
        var block = try mac.code(of: salt + [0, 0, 0, 1])
        var key = block
        for _ in 1..<iterations {
            try mac.replace(&block)
            for index in key.indices { key[index] ^= block[index] }
        }
        return key
    }
}
