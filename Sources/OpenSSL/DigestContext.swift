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

    mutating func finish() throws(OpenSSLError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        guard unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .last("EVP_DigestFinal_ex") }
        return digest
    }
}
