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

    /// A client's context. Nothing is cached in it: a session that shall resume is handed over and given back.
    ///
    /// - Throws: `TLSError` with `.configuration` if the authorities cannot be read, or an option cannot be used.
    public init(
        clientTrusting trust: TLSTrust, versions: ClosedRange<TLSProtocolVersion>,
        options: TLSClientOptions = TLSClientOptions()
    ) throws(TLSError) {
        unsafe pointer = try Self.make(TLS_client_method(), versions: versions)
        let verifier = CertificateVerifier(trust, isLenient: options.acceptsUntrusted)
        self.verifier = verifier
        keepSessions(options.keepsSessions)
        try load(trust)
        try offer(groups: options.groups)
        name(options.applicationProtocol)
        if let identity = options.identity { try present(identity) }
        // With SSL_VERIFY_NONE a failing callback would be ignored, so verification is always on and `nothing` accepts.
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        unsafe SSL_CTX_set_cert_verify_callback(pointer, verifyChain, Unmanaged.passUnretained(verifier).toOpaque())
    }

    /// A server's context with this certificate and key.
    ///
    /// - Throws: `TLSError` with `.configuration` if the identity or an option cannot be used.
    public init(
        serving identity: TLSIdentity, versions: ClosedRange<TLSProtocolVersion>,
        options: TLSServerOptions = TLSServerOptions()
    ) throws(TLSError) {
        unsafe pointer = try Self.make(TLS_server_method(), versions: versions)
        verifier = nil
        unsafe muster_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        issue(tickets: options.ticketCount)
        try offer(groups: options.groups)
        try present(identity)
        try request(options.clientCertificates)
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
        case .authorities(let file): try accept(authorities: file)
        case .pin, .nothing: break
        }
    }
}
