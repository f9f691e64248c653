import COpenSSL

/// What a person wants to know of a certificate.
public struct PeerCertificate: Sendable, Equatable {
    /// RFC 2253 names.
    public let subject: String
    public let issuer: String
    /// As OpenSSL prints them, in GMT.
    public let notBefore: String
    public let notAfter: String
    /// Whole days until it expires, by this machine's clock; negative once it has.
    public let daysLeft: Int
    /// Of the DER encoding, lowercase hex.
    public let sha256: String
    /// The DNS names of the subject alternative name extension.
    public let dnsNames: [String]
    /// The common name of the subject.
    public let commonName: String?
    /// The email addresses of the subject alternative name extension.
    public let emailAddresses: [String]
    /// Its XMPP addresses (`id-on-xmppAddr`, RFC 6120 section 13.7.1.4), which for a client are bare JIDs.
    public let xmppAddresses: [String]
    /// Services and the domains that they are of (`id-on-dnsSRV`, RFC 4985).
    public let serviceNames: [String]
    /// For example `RSA 2048` or `EC 256`.
    public let key: String

    @unsafe init(_ certificate: OpaquePointer) {
        subject = unsafe Self.printed {
            unsafe X509_NAME_print_ex($0, X509_get_subject_name(certificate), 0, muster_XN_FLAG_RFC2253)
        }
        issuer = unsafe Self.printed {
            unsafe X509_NAME_print_ex($0, X509_get_issuer_name(certificate), 0, muster_XN_FLAG_RFC2253)
        }
        notBefore = unsafe Self.printed { unsafe ASN1_TIME_print($0, X509_get0_notBefore(certificate)) }
        notAfter = unsafe Self.printed { unsafe ASN1_TIME_print($0, X509_get0_notAfter(certificate)) }
        daysLeft = unsafe Self.daysLeft(certificate)
        sha256 = unsafe hexadecimal(OpenSSL.sha256(of: certificate))
        let names = unsafe AlternativeNames(of: certificate)
        dnsNames = names.dns
        emailAddresses = names.emails
        xmppAddresses = names.xmpp
        serviceNames = names.services
        commonName = unsafe OpenSSL.commonName(of: certificate)
        key = unsafe Self.keyDescription(X509_get0_pubkey(certificate))
    }

    @unsafe private static func daysLeft(_ certificate: OpaquePointer) -> Int {
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard unsafe ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate)) == 1 else { return 0 }
        return Int(days) - (seconds < 0 ? 1 : 0)
    }

    /// What OpenSSL prints into a memory BIO.
    @unsafe private static func printed(_ print: (OpaquePointer?) -> Int32) -> String {
        let bio = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(bio) }
        guard unsafe print(bio) >= 0 else { return "" }
        var start: UnsafeMutablePointer<CChar>? = nil
        let count = unsafe muster_BIO_get_mem_data(bio, &start)
        return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    @unsafe private static func keyDescription(_ key: OpaquePointer?) -> String {
        let name = unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) } ?? "unknown"
        return unsafe "\(name) \(EVP_PKEY_get_bits(key))"
    }
}

/// Lowercase hex digits.
public func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
