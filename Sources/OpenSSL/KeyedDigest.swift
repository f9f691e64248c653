/// HMAC (RFC 2104) with one key for many messages: the padded key is hashed once, and its state copied for each message.
struct KeyedDigest: ~Copyable {
    private let inner: DigestContext
    private let outer: DigestContext
    private var work: DigestContext

    init(_ algorithm: DigestAlgorithm, key: [UInt8]) throws(OpenSSLError) {
        let key = try key.count > algorithm.blockByteCount ? algorithm.digest(of: key) : key
        let inner = try Self.begun(algorithm, algorithm.padded(key, with: 0x36))
        let outer = try Self.begun(algorithm, algorithm.padded(key, with: 0x5c))
        let work = try DigestContext(algorithm)
        self.inner = inner
        self.outer = outer
        self.work = work
    }

    /// A computation that has the padded key behind it.
    private static func begun(_ algorithm: DigestAlgorithm, _ block: [UInt8]) throws(OpenSSLError) -> DigestContext {
        var context = try DigestContext(algorithm)
        try context.start()
        try context.update(block)
        return context
    }

    /// The message's code.
    mutating func code(of message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try work.resume(from: inner)
        try work.update(message)
        var code = try work.finish()
        try close(&code)
        return code
    }

    /// Puts the block's code in its place, without allocating. The block is as long as a digest.
    mutating func replace(_ block: inout [UInt8]) throws(OpenSSLError) {
        try work.resume(from: inner)
        try work.update(block)
        try work.finish(into: &block)
        try close(&block)
    }

    /// The outer hash over the inner one.
    private mutating func close(_ code: inout [UInt8]) throws(OpenSSLError) {
        try work.resume(from: outer)
        try work.update(code)
        try work.finish(into: &code)
    }
}
