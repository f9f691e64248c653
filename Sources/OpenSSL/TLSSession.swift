import COpenSSL

/// What a server handed out so that a later connection can resume this one (a ticket, or TLS 1.2's session id).
///
/// It belongs to the server and the trust that it was got with: a resumed handshake shows no certificate, so nothing is
/// checked anew. Immutable, so it may cross queues: a connection takes a copy, because OpenSSL marks a session that it
/// uses.
@safe public final class TLSSession: @unchecked Sendable {  // immutable after init, counted atomically by OpenSSL
    private let pointer: OpaquePointer

    /// Takes over the caller's reference.
    @unsafe init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe SSL_SESSION_free(pointer) }

    /// Whether it should resume one connection only: in TLS 1.3 a ticket that is used twice ties the two connections
    /// together for an observer (RFC 8446 appendix C.4).
    public var isSingleUse: Bool { unsafe SSL_SESSION_get_protocol_version(pointer) == TLS1_3_VERSION }

    /// How long it is good for after it was handed out, in seconds, by the server's word.
    public var lifetimeHint: Int { Int(unsafe SSL_SESSION_get_ticket_lifetime_hint(pointer)) }

    /// What the server wants back, in bytes.
    var ticketBytes: Int {
        var (ticket, count) = unsafe (UnsafePointer<UInt8>?.none, 0)
        unsafe SSL_SESSION_get0_ticket(pointer, &ticket, &count)
        return count
    }

    /// Makes a client's connection try to resume. A copy that cannot be made means a full handshake.
    @unsafe func resume(on connection: OpaquePointer) {
        guard let copy = unsafe SSL_SESSION_dup(pointer) else { return ERR_clear_error() }
        unsafe SSL_set_session(connection, copy)
        unsafe SSL_SESSION_free(copy)
    }
}

/// Called by OpenSSL with each session that a server hands out. 1: the reference is ours.
func keepSession(_ connection: OpaquePointer?, _ session: OpaquePointer?) -> Int32 {
    guard let session = unsafe session, let owner = unsafe SSL_get_ex_data(connection, 0) else { return 0 }
    let received = unsafe TLSSession(owning: session)
    unsafe Unmanaged<TLSConnection>.fromOpaque(owner).takeUnretainedValue().keep(received)
    return 1
}
