import COpenSSL

/// The types of channel binding, by the names in IANA's registry.
public enum TLSChannelBinding: String, Sendable, CaseIterable {
    case exporter = "tls-exporter"
    case serverEndPoint = "tls-server-end-point"
    case unique = "tls-unique"
}

extension TLSConnection {
    /// The bytes that tie something to this connection, the same on both sides. Nil before the handshake is complete,
    /// and where the type does not exist:
    ///
    /// - `tls-exporter` (RFC 9266) in TLS 1.2 without the extended master secret;
    /// - `tls-server-end-point` (RFC 5929 section 4) with a certificate whose signature names no hash, as Ed25519's;
    /// - `tls-unique` (RFC 5929 section 3) in TLS 1.3.
    ///
    /// Cost: a few microseconds.
    public func channelBinding(_ type: TLSChannelBinding) -> [UInt8]? {
        guard unsafe SSL_is_init_finished(pointer) == 1 else { return nil }
        return switch type {
        case .exporter: exported()
        case .serverEndPoint: certificateHash()
        case .unique: firstFinished()
        }
    }

    private var isVersion13: Bool { unsafe SSL_version(pointer) == TLS1_3_VERSION }

    /// RFC 9266 section 2. The context is there and empty, which TLS 1.2 tells from none (RFC 5705 section 4).
    private func exported() -> [UInt8]? {
        let hasExtendedSecret = unsafe SSL_ctrl(pointer, SSL_CTRL_GET_EXTMS_SUPPORT, 0, nil) == 1
        guard isVersion13 || hasExtendedSecret else { return nil }
        let label = Array("EXPORTER-Channel-Binding".utf8CString)
        var bytes = [UInt8](repeating: 0, count: 32)
        let context: [UInt8] = [0]
        let result = unsafe SSL_export_keying_material(
            pointer, &bytes, bytes.count, label, label.count - 1, context, 0, 1)
        guard result == 1 else {
            ERR_clear_error()
            return nil
        }
        return bytes
    }

    /// The server's certificate: our own or the peer's.
    private func certificateHash() -> [UInt8]? {
        if unsafe SSL_is_server(pointer) == 1 {
            return unsafe SSL_get_certificate(pointer).flatMap { unsafe endPointHash(of: $0) }
        }
        guard let certificate = unsafe SSL_get1_peer_certificate(pointer) else { return nil }
        defer { unsafe X509_free(certificate) }
        return unsafe endPointHash(of: certificate)
    }

    /// The first Finished message of the handshake: the client's in a full one, the server's in a resumed one.
    private func firstFinished() -> [UInt8]? {
        guard !isVersion13 else { return nil }
        var message = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        let isOurs = unsafe (SSL_is_server(pointer) == 1) == isResumed
        let count =
            isOurs
            ? unsafe SSL_get_finished(pointer, &message, message.count)
            : unsafe SSL_get_peer_finished(pointer, &message, message.count)
        return count > 0 ? Array(message.prefix(count)) : nil
    }
}

/// RFC 5929 section 4.1: by the hash of the certificate's signature, but SHA-256 in place of MD5 and SHA-1.
@unsafe private func endPointHash(of certificate: OpaquePointer) -> [UInt8]? {
    var hash: Int32 = NID_undef
    guard unsafe X509_get_signature_info(certificate, &hash, nil, nil, nil) == 1 else {
        ERR_clear_error()
        return nil
    }
    if [NID_md5, NID_sha1, NID_md5_sha1].contains(hash) { hash = NID_sha256 }
    guard let method = unsafe EVP_get_digestbyname(OBJ_nid2sn(hash)) else { return nil }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard unsafe X509_digest(certificate, method, &digest, &count) == 1 else { return nil }
    return Array(digest.prefix(Int(count)))
}
