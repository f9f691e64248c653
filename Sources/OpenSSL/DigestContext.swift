import COpenSSL

/// One computation of a digest; the only owner of its `EVP_MD_CTX`.
@safe struct DigestContext: ~Copyable {
    private let algorithm: DigestAlgorithm
    private let context: OpaquePointer

    init(_ algorithm: DigestAlgorithm) throws(OpenSSLError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .last("EVP_MD_CTX_new") }
        self.algorithm = algorithm
        unsafe self.context = unsafe context
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    /// Begins a message; the context may be used for another one afterwards, which saves its allocation.
    mutating func start() throws(OpenSSLError) {
        guard let method = unsafe FetchedDigest.of(algorithm).pointer else {
            throw OpenSSLError(operation: "EVP_MD_fetch", code: 0, reason: "\(algorithm.rawValue) is not provided")
        }
        guard unsafe EVP_DigestInit_ex2(context, method, nil) == 1 else { throw .last("EVP_DigestInit_ex2") }
    }

    mutating func update(_ bytes: [UInt8]) throws(OpenSSLError) {
        guard unsafe EVP_DigestUpdate(context, bytes, bytes.count) == 1 else { throw .last("EVP_DigestUpdate") }
    }

    /// Goes on from where another computation stands, which stays as it is.
    mutating func resume(from other: borrowing DigestContext) throws(OpenSSLError) {
        guard unsafe EVP_MD_CTX_copy_ex(context, other.context) == 1 else { throw .last("EVP_MD_CTX_copy_ex") }
    }

    mutating func finish() throws(OpenSSLError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        try finish(into: &digest)
        return digest
    }

    /// - Precondition: the buffer is as long as a digest.
    mutating func finish(into digest: inout [UInt8]) throws(OpenSSLError) {
        precondition(digest.count == algorithm.byteCount, "a digest has \(algorithm.byteCount) bytes")
        guard unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .last("EVP_DigestFinal_ex") }
    }
}
