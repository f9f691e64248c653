import COpenSSL
import Domains

/// A certificate and its private key, a server's or a client's.
@safe public final class TLSIdentity: @unchecked Sendable {  // immutable after init, counted atomically by OpenSSL
    let certificate: OpaquePointer
    let key: OpaquePointer
    /// The certificates above the leaf, in order.
    let chain: [OpaquePointer]

    /// A new ECDSA P-256 key with a certificate that signs itself, valid for a day, for a DNS name and 127.0.0.1.
    public init(selfSignedFor name: String) throws(TLSError) {
        guard let key = unsafe muster_EVP_EC_gen("P-256"), let certificate = unsafe X509_new() else {
            throw .drained(.configuration, otherwise: "no key could be made")
        }
        unsafe self.key = key
        unsafe self.certificate = certificate
        unsafe chain = []
        describe(as: name)
        guard addAlternativeName("\(Self.alternative(name)),IP:127.0.0.1"),
            unsafe X509_sign(certificate, key, EVP_sha256()) > 0
        else {
            throw .drained(.configuration, otherwise: "the certificate for \(name) could not be signed")
        }
    }

    /// Takes over the caller's references.
    @unsafe init(owning certificate: OpaquePointer, key: OpaquePointer, chain: [OpaquePointer]) {
        unsafe self.certificate = certificate
        unsafe self.key = key
        unsafe self.chain = chain
    }

    deinit {
        unsafe chain.forEach { unsafe X509_free($0) }
        unsafe X509_free(certificate)
        unsafe EVP_PKEY_free(key)
    }

    /// SHA-256 of the DER encoding, for pinning.
    public var fingerprint: [UInt8] { unsafe sha256(of: certificate) }

    private func describe(as name: String) {
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600)
        unsafe X509_set_pubkey(certificate, key)
        let subject = unsafe X509_get_subject_name(certificate)
        unsafe X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0)
        unsafe X509_set_issuer_name(certificate, subject)
    }

    /// As certificates have it.
    private static func alternative(_ name: String) -> String {
        guard let domain = try? Domain(name) else { return "DNS:localhost" }
        return domain.isAddress ? "IP:\(domain.ascii)" : "DNS:\(domain.ascii)"
    }

    private func addAlternativeName(_ value: String) -> Bool {
        guard let extensionValue = unsafe X509V3_EXT_conf_nid(nil, nil, NID_subject_alt_name, value) else {
            return false
        }
        defer { unsafe X509_EXTENSION_free(extensionValue) }
        return unsafe X509_add_ext(certificate, extensionValue, -1) == 1
    }
}

/// The OpenSSL that runs, for example `OpenSSL 3.0.19 27 Jan 2026`.
public var openSSLVersion: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }
