import COpenSSL
import Domains

/// Decides about the chain of one handshake, and whether it is that of the server which the connection names. A chain is
/// built and checked once for a leaf and a name; the same again is recognised by its SHA-256, which costs a hundredth of a
/// full check.
///
/// Confined to the queue of the lane that owns its context.
final class CertificateVerifier {
    private let trust: TLSTrust
    private let isLenient: Bool
    private var accepted: (leaf: [UInt8], name: Domain?)?

    /// - Parameter isLenient: whether the handshake goes on with a chain that is not trusted.
    init(_ trust: TLSTrust, isLenient: Bool = false) {
        self.trust = trust
        self.isLenient = isLenient
    }

    @unsafe fileprivate func verify(_ chain: OpaquePointer?) -> Bool {
        if trust == .nothing { return true }
        let leaf = unsafe sha256(of: X509_STORE_CTX_get0_cert(chain))
        let name = unsafe serverName(of: chain)
        if let accepted, accepted.leaf == leaf, accepted.name == name { return true }
        guard unsafe isTrusted(chain, leaf: leaf, name) else { return isLenient }
        accepted = (leaf, name)
        return true
    }

    @unsafe private func isTrusted(_ chain: OpaquePointer?, leaf: [UInt8], _ name: Domain?) -> Bool {
        if case .pin(let pin) = trust {
            if leaf != pin { unsafe X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_UNTRUSTED) }
            return leaf == pin
        }
        guard unsafe X509_verify_cert(chain) == 1 else { return false }
        guard let name, let certificate = unsafe X509_STORE_CTX_get0_cert(chain) else { return true }
        if unsafe isCertificate(certificate, of: name) { return true }
        let error = name.isAddress ? X509_V_ERR_IP_ADDRESS_MISMATCH : X509_V_ERR_HOSTNAME_MISMATCH
        unsafe X509_STORE_CTX_set_error(chain, error)
        return false
    }

    /// Whom the chain's connection expects; nil for a server's.
    @unsafe private func serverName(of chain: OpaquePointer?) -> Domain? {
        let place = SSL_get_ex_data_X509_STORE_CTX_idx()
        guard let ssl = unsafe X509_STORE_CTX_get_ex_data(chain, place),
            let connection = unsafe SSL_get_ex_data(OpaquePointer(ssl), 0)
        else { return nil }
        return unsafe Unmanaged<TLSConnection>.fromOpaque(connection).takeUnretainedValue().serverName
    }
}

/// Whether a certificate is that of a domain's XMPP service for clients (RFC 6120 section 13.7.1.2): by a DNS name, whose
/// leftmost label may be a wildcard (RFC 6125 section 6.4.3), by an SRVName (RFC 4985), by an XmppAddr as older ones have
/// it, or, where it has no such name at all, by its common name. An address only by an address.
@unsafe func isCertificate(_ certificate: OpaquePointer, of domain: Domain) -> Bool {
    if domain.isAddress { return unsafe X509_check_ip_asc(certificate, domain.ascii, 0) == 1 }
    let names = unsafe AlternativeNames(of: certificate)
    if names.services.contains(where: { $0.isService(of: domain) }) { return true }
    if names.xmpp.contains(where: { (try? Domain($0)) == domain }) { return true }
    var flags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
    if !names.services.isEmpty || !names.xmpp.isEmpty { flags |= UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT) }
    return unsafe X509_check_host(certificate, domain.ascii, domain.ascii.utf8.count, flags, nil) == 1
}

extension String {
    /// `_xmpp-client.` and the domain.
    fileprivate func isService(of domain: Domain) -> Bool {
        let service = "_xmpp-client."
        guard lowercased().hasPrefix(service) else { return false }
        return (try? Domain(String(dropFirst(service.count)))) == domain
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
