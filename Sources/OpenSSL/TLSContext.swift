import COpenSSL

/// The TLS versions that a context may agree on.
public enum TLSProtocolVersion: Sendable, Comparable {
    case v1_2, v1_3

    var number: Int32 { self == .v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION }
}

/// How a client checks the server's certificate.
public enum TLSTrust: Sendable, Equatable {
    case systemRoots
    case authorities(file: String)
    /// SHA-256 of the leaf certificate's DER encoding.
    case pin([UInt8])
    case nothing
}

/// An owner of an `SSL_CTX`. One per lane: a context shared by threads costs them OpenSSL's locks.
@safe public final class TLSContext {
    let pointer: OpaquePointer
    private let verifier: CertificateVerifier?

    /// A client's context. Session caching is off.
    ///
    /// - Throws: `TLSError` with `.configuration` if the authorities cannot be read.
    public init(
        clientTrusting trust: TLSTrust, versions: ClosedRange<TLSProtocolVersion>
    ) throws(TLSError) {
        unsafe pointer = try Self.make(TLS_client_method(), versions: versions)
        let verifier = CertificateVerifier(trust)
        self.verifier = verifier
        unsafe muster_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        try load(trust)
        // With SSL_VERIFY_NONE a failing callback would be ignored, so verification is always on and `nothing` accepts.
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        unsafe SSL_CTX_set_cert_verify_callback(pointer, verifyChain, Unmanaged.passUnretained(verifier).toOpaque())
    }

    /// A server's context with this certificate and key. Tickets are not issued.
    public init(serving identity: TLSIdentity, versions: ClosedRange<TLSProtocolVersion>) throws(TLSError) {
        unsafe pointer = try Self.make(TLS_server_method(), versions: versions)
        verifier = nil
        unsafe muster_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        unsafe SSL_CTX_set_num_tickets(pointer, 0)
        guard unsafe SSL_CTX_use_certificate(pointer, identity.certificate) == 1,
            unsafe SSL_CTX_use_PrivateKey(pointer, identity.key) == 1
        else { throw .drained(.configuration, otherwise: "the certificate cannot be used") }
    }

    deinit { unsafe SSL_CTX_free(pointer) }

    private static func make(
        _ method: OpaquePointer?, versions: ClosedRange<TLSProtocolVersion>
    ) throws(TLSError) -> OpaquePointer {
        guard let context = unsafe SSL_CTX_new(method) else {
            throw .drained(.configuration, otherwise: "no TLS context")
        }
        unsafe muster_SSL_CTX_set_min_proto_version(context, versions.lowerBound.number)
        unsafe muster_SSL_CTX_set_max_proto_version(context, versions.upperBound.number)
        unsafe muster_SSL_CTX_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY))
        unsafe muster_SSL_CTX_set_read_ahead(context, 1)
        return unsafe context
    }

    private func load(_ trust: TLSTrust) throws(TLSError) {
        switch trust {
        case .systemRoots: unsafe SSL_CTX_set_default_verify_paths(pointer)
        case .authorities(let file):
            guard unsafe SSL_CTX_load_verify_locations(pointer, file, nil) == 1 else {
                ERR_clear_error()
                throw TLSError(.configuration, "cannot read certificates from \(file)")
            }
        case .pin, .nothing: break
        }
    }
}
