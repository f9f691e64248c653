import COpenSSL

/// Decides about the chain of one handshake. A chain is built and checked once for a leaf; the same leaf again is
/// recognised by its SHA-256, which costs a hundredth of a full check.
///
/// Confined to the queue of the lane that owns its context.
final class CertificateVerifier {
    private let trust: TLSTrust
    private let isLenient: Bool
    private var accepted: [UInt8]?

    /// - Parameter isLenient: whether the handshake goes on with a chain that is not trusted.
    init(_ trust: TLSTrust, isLenient: Bool = false) {
        self.trust = trust
        self.isLenient = isLenient
    }

    @unsafe fileprivate func verify(_ chain: OpaquePointer?) -> Bool {
        if trust == .nothing { return true }
        let leaf = unsafe sha256(of: X509_STORE_CTX_get0_cert(chain))
        if leaf == accepted { return true }
        guard unsafe isTrusted(chain, leaf: leaf) else { return isLenient }
        accepted = leaf
        return true
    }

    @unsafe private func isTrusted(_ chain: OpaquePointer?, leaf: [UInt8]) -> Bool {
        guard case .pin(let pin) = trust else { return unsafe X509_verify_cert(chain) == 1 }
        if leaf != pin { unsafe X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_UNTRUSTED) }
        return leaf == pin
    }
}

@unsafe func sha256(of certificate: OpaquePointer?) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 32
    unsafe X509_digest(certificate, EVP_sha256(), &digest, &length)
    return digest
}

/// Called by OpenSSL in place of its own chain check.
func verifyChain(_ chain: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    guard let argument = unsafe argument else { return 0 }
    let verifier = unsafe Unmanaged<CertificateVerifier>.fromOpaque(argument).takeUnretainedValue()
    return unsafe verifier.verify(chain) ? 1 : 0
}
