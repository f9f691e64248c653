extension DigestAlgorithm {
    /// The keyed hash of RFC 2104. Cost: about 1 µs for a short message.
    ///
    /// Written over the plain digest because `HMAC()` and `EVP_Q_mac` fetch their algorithm anew in every call,
    /// which costs several times the hashing itself.
    public func hmac(key: [UInt8], _ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        var context = try DigestContext(self)
        let key = try key.count > blockByteCount ? digest(of: key) : key
        try context.start()
        try context.update(padded(key, with: 0x36))
        try context.update(message)
        let inner = try context.finish()
        try context.start()
        try context.update(padded(key, with: 0x5c))
        try context.update(inner)
        return try context.finish()
    }

    /// The key as one block, combined with HMAC's inner or outer pad.
    func padded(_ key: [UInt8], with pad: UInt8) -> [UInt8] {
        var block = [UInt8](repeating: pad, count: blockByteCount)
        for (index, byte) in key.enumerated() { block[index] ^= byte }
        return block
    }
}
