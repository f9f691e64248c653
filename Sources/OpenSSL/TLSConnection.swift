import COpenSSL
public import Domains

/// One TLS connection over a ``TLSPipe``: bytes lent to the pipe go in, the pipe's output is to be sent.
///
/// No call blocks, and wanting more input is a result, not an error. Confined to the queue of its lane.
@safe public final class TLSConnection {
    let pointer: OpaquePointer
    private let context: TLSContext
    private var session: TLSSession?
    /// Whom a client expects; nil at a server.
    let serverName: Domain?

    /// A client's side, which names the server (RFC 6066 section 3), unless that is an address, and checks its certificate
    /// for that name.
    ///
    /// - Parameters:
    ///   - identity: the certificate to show if the server asks for one, in place of the context's.
    ///   - session: what an earlier connection to the same server got, to be resumed if the server agrees.
    public init(
        client context: TLSContext, over pipe: TLSPipe, serverName: Domain, identity: TLSIdentity? = nil,
        resuming session: TLSSession? = nil
    ) throws(TLSError) {
        unsafe pointer = try Self.make(context, over: pipe)
        self.context = context
        self.serverName = serverName
        if !serverName.isAddress { unsafe muster_SSL_set_tlsext_host_name(pointer, serverName.ascii) }
        unsafe SSL_set_connect_state(pointer)
        unsafe SSL_set_ex_data(pointer, 0, Unmanaged.passUnretained(self).toOpaque())
        if let identity { try present(identity) }
        unsafe session?.resume(on: pointer)
    }

    public init(server context: TLSContext, over pipe: TLSPipe) throws(TLSError) {
        unsafe pointer = try Self.make(context, over: pipe)
        self.context = context
        serverName = nil
        unsafe SSL_set_accept_state(pointer)
    }

    deinit {
        // Without the flags OpenSSL takes the session for broken.
        unsafe SSL_set_shutdown(pointer, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        unsafe SSL_free(pointer)
    }

    private static func make(_ context: TLSContext, over pipe: TLSPipe) throws(TLSError) -> OpaquePointer {
        guard let connection = unsafe SSL_new(context.pointer), let bio = unsafe PipeBIO.make(over: pipe) else {
            throw .drained(.configuration, otherwise: "out of memory for a TLS connection")
        }
        unsafe SSL_set_bio(connection, bio, bio)
        return unsafe connection
    }

    /// Goes on with the handshake as far as the input allows.
    ///
    /// - Returns: whether it is complete on our side.
    /// - Throws: `TLSError` naming the alert or the reason of verification; the pipe may hold an alert to send.
    public func handshake() throws(TLSError) -> Bool {
        let result = unsafe SSL_do_handshake(pointer)
        if result == 1 { return true }
        if unsafe SSL_get_error(pointer, result) == SSL_ERROR_WANT_READ { return false }
        throw failure()
    }

    public enum ReadResult: Equatable, Sendable {
        case bytes(Int)
        case wantsInput
        /// The peer said that it will send no more (close_notify).
        case closed
    }

    /// Decrypts what it can into the buffer.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> ReadResult {
        let result = unsafe SSL_read(pointer, buffer.baseAddress, Int32(buffer.count))
        if result > 0 { return .bytes(Int(result)) }
        switch unsafe SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ: return .wantsInput
        case SSL_ERROR_ZERO_RETURN: return .closed
        default: throw failure()
        }
    }

    /// Encrypts all of the bytes into the pipe's output.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(TLSError) {
        guard bytes.count > 0 else { return }
        guard unsafe SSL_write(pointer, bytes.baseAddress, Int32(bytes.count)) == bytes.count else { throw failure() }
    }

    /// Puts a close_notify into the pipe's output.
    public func shutdown() {
        unsafe SSL_shutdown(pointer)
        ERR_clear_error()
    }

    /// Decrypted or undecrypted bytes that OpenSSL holds back and a read would give.
    public var hasPendingInput: Bool { unsafe SSL_has_pending(pointer) == 1 }

    private func present(_ identity: TLSIdentity) throws(TLSError) {
        let result = unsafe identity.withChain { chain in
            unsafe SSL_use_cert_and_key(pointer, identity.certificate, identity.key, chain, 1)
        }
        guard result == 1 else { throw .drained(.configuration, otherwise: "the certificate cannot be used") }
    }

    private func failure() -> TLSError {
        let verification = unsafe SSL_get_verify_result(pointer)
        guard verification != X509_V_OK, let reason = unsafe X509_verify_cert_error_string(verification) else {
            return .drained(.protocolFailure, otherwise: "unexpected end of TLS")
        }
        ERR_clear_error()
        return unsafe TLSError(.verification, String(cString: reason))
    }
}

/// What was agreed on, once the handshake is complete.
extension TLSConnection {
    /// `TLSv1.3` or `TLSv1.2`.
    public var version: String { unsafe String(cString: SSL_get_version(pointer)) }

    public var cipher: String { unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(pointer))) }

    /// Whether the handshake was resumed from an earlier one.
    public var isResumed: Bool { unsafe SSL_session_reused(pointer) == 1 }

    /// The key exchange group, for example `x25519` or `prime256v1`; nil where none was used, as in a TLS 1.2 that was
    /// resumed.
    public var group: String? {
        let number = Int32(truncatingIfNeeded: unsafe SSL_ctrl(pointer, SSL_CTRL_GET_NEGOTIATED_GROUP, 0, nil))
        guard number > 0, let name = unsafe SSL_group_to_name(pointer, number) else { return nil }
        return unsafe String(cString: name)
    }

    /// Why the peer's certificate is not trusted, in OpenSSL's words; nil where it is, or nothing was asked of it.
    public var distrust: String? {
        let result = unsafe SSL_get_verify_result(pointer)
        guard result != X509_V_OK, let reason = unsafe X509_verify_cert_error_string(result) else { return nil }
        return unsafe String(cString: reason)
    }

    /// Whether the peer's certificate is that of a domain's XMPP service (RFC 6120 section 13.7.1.2).
    public func peerIsNamed(_ name: Domain) -> Bool {
        guard let certificate = unsafe SSL_get1_peer_certificate(pointer) else { return false }
        defer { unsafe X509_free(certificate) }
        return unsafe isCertificate(certificate, of: name)
    }

    /// The peer's leaf certificate; nil if it showed none. A server that asked for one has checked it.
    public var peerCertificate: PeerCertificate? {
        guard let certificate = unsafe SSL_get1_peer_certificate(pointer) else { return nil }
        defer { unsafe X509_free(certificate) }
        return unsafe PeerCertificate(certificate)
    }
}

/// Resumption. A context keeps sessions only if its options say so.
extension TLSConnection {
    /// The newest session that the server has handed out since the last call, nil if there is none: in TLS 1.3 they
    /// come with the first reads after the handshake, in TLS 1.2 with the handshake. Older ones are dropped, so that a
    /// server that sends no end of them takes no memory, and so are those of more than 16 KiB: there is one for each
    /// account.
    public func takeSession() -> TLSSession? {
        defer { session = nil }
        return session
    }

    func keep(_ received: TLSSession) { session = received.ticketBytes <= Self.longestTicket ? received : nil }

    private static let longestTicket = 16_384
}
