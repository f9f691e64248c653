/// What a client's context may do beyond the usual.
public struct TLSClientOptions: Sendable {
    /// The certificate to show to a server that asks for one, as for SASL EXTERNAL.
    public var identity: TLSIdentity?
    /// The key exchange groups to offer, best first, as OpenSSL names them, for example `X25519:P-256`. Nil leaves the
    /// library's own.
    public var groups: String?
    /// What is to be spoken inside, as ALPN names it (RFC 7301); nil sends nothing. A server that does not know ALPN takes
    /// no notice.
    public var applicationProtocol: String?
    /// Whether connections keep what a server hands out to resume by; see ``TLSConnection/takeSession()``.
    public var keepsSessions: Bool
    /// Whether the handshake goes on with a certificate that is not trusted; see ``TLSConnection/distrust``.
    public var acceptsUntrusted: Bool

    public init(
        identity: TLSIdentity? = nil, groups: String? = nil, applicationProtocol: String? = nil,
        keepsSessions: Bool = false, acceptsUntrusted: Bool = false
    ) {
        self.identity = identity
        self.groups = groups
        self.applicationProtocol = applicationProtocol
        self.keepsSessions = keepsSessions
        self.acceptsUntrusted = acceptsUntrusted
    }
}

/// Whether a server asks for the client's certificate. One that is shown must be good for a client and be signed by
/// one of the authorities in a PEM file, or the handshake fails.
public enum TLSClientCertificates: Sendable, Equatable {
    case notRequested
    case requested(authorities: String)
    case required(authorities: String)
}

/// What a server's context may do beyond the usual.
public struct TLSServerOptions: Sendable {
    public var clientCertificates: TLSClientCertificates
    /// As for a client.
    public var groups: String?
    /// How many tickets a full handshake of TLS 1.3 hands out. Any number but 0 turns them on for TLS 1.2 too.
    public var ticketCount: Int

    public init(
        clientCertificates: TLSClientCertificates = .notRequested, groups: String? = nil, ticketCount: Int = 0
    ) {
        self.clientCertificates = clientCertificates
        self.groups = groups
        self.ticketCount = ticketCount
    }
}
