import COpenSSL

/// An `EVP_MD` that was fetched once and lives as long as the process.
///
/// Unchecked because the pointer is only read: OpenSSL's fetched methods are immutable and may be shared by threads.
@safe struct FetchedDigest: @unchecked Sendable {
    let pointer: OpaquePointer?

    private init(_ algorithm: DigestAlgorithm) {
        unsafe pointer = EVP_MD_fetch(nil, algorithm.rawValue, nil)
    }

    private static let md5 = FetchedDigest(.md5)
    private static let sha1 = FetchedDigest(.sha1)
    private static let sha256 = FetchedDigest(.sha256)
    private static let sha512 = FetchedDigest(.sha512)

    static func of(_ algorithm: DigestAlgorithm) -> FetchedDigest {
        switch algorithm {
        case .md5: md5
        case .sha1: sha1
        case .sha256: sha256
        case .sha512: sha512
        }
    }
}
