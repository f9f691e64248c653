import COpenSSL

/// The names that a certificate's subject alternative name extension (RFC 5280 section 4.2.1.6) carries.
struct AlternativeNames {
    private(set) var dns: [String] = []
    private(set) var emails: [String] = []
    /// `id-on-xmppAddr`, RFC 6120 section 13.7.1.4.
    private(set) var xmpp: [String] = []
    /// `id-on-dnsSRV`, RFC 4985: a service and the domain that it is of.
    private(set) var services: [String] = []

    @unsafe init(of certificate: OpaquePointer) {
        guard let names = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return }
        let stack = OpaquePointer(names)
        defer { unsafe GENERAL_NAMES_free(stack) }
        for index in 0..<(unsafe OPENSSL_sk_num(stack)) {
            guard let name = unsafe OPENSSL_sk_value(stack, index) else { continue }
            unsafe add(name.assumingMemoryBound(to: GENERAL_NAME.self).pointee)
        }
    }

    @unsafe private mutating func add(_ name: GENERAL_NAME) {
        switch unsafe name.type {
        case GEN_DNS: dns += unsafe text(name.d.dNSName)
        case GEN_EMAIL: emails += unsafe text(name.d.rfc822Name)
        case GEN_OTHERNAME: unsafe add(name.d.otherName)
        default: break
        }
    }

    @unsafe private mutating func add(_ name: UnsafeMutablePointer<OTHERNAME>?) {
        guard let name = unsafe name, let value = unsafe name.pointee.value else { return }
        switch unsafe (OBJ_obj2nid(name.pointee.type_id), value.pointee.type) {
        case (NID_XmppAddr, V_ASN1_UTF8STRING): xmpp += unsafe text(value.pointee.value.utf8string)
        case (NID_SRVName, V_ASN1_IA5STRING): services += unsafe text(value.pointee.value.ia5string)
        default: break
        }
    }
}

/// Nothing for a missing string; one that ends early for a C reader keeps its U+0000, so that it matches no name.
@unsafe private func text(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> [String] {
    guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
    let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string)))
    return unsafe [String(decoding: bytes, as: UTF8.self)]
}

/// The last common name (CN) of the subject, which is the most specific; nil without one.
@unsafe func commonName(of certificate: OpaquePointer) -> String? {
    let subject = unsafe X509_get_subject_name(certificate)
    var last: Int32 = -1
    while case let next = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, last), next >= 0 { last = next }
    guard last >= 0, let entry = unsafe X509_NAME_get_entry(subject, last) else { return nil }
    var utf8: UnsafeMutablePointer<UInt8>?
    let count = unsafe ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry))
    guard count >= 0, let start = unsafe utf8 else { return nil }
    defer { unsafe CRYPTO_free(start, nil, 0) }
    return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
}
