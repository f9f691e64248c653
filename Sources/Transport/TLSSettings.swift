public import Domains
import OpenSSL

/// What a client wants of TLS, in this module's own terms: which engine runs is nobody else's business.
public struct TLSClientSettings: Sendable, Hashable {
    public enum Version: Sendable, Comparable { case v1_2, v1_3 }

    public enum Trust: Sendable, Hashable {
        case systemRoots
        /// A PEM file.
        case authorities(file: String)
        /// SHA-256 of the leaf certificate.
        case pin([UInt8])
        case nothing
    }

    public var versions: ClosedRange<Version>
    /// The key exchange groups to offer, best first, as OpenSSL names them; empty leaves the library's own.
    public var groups: [String]
    /// Whether ``Lane/takeTicket(of:)`` has something to give.
    public var keepsTickets: Bool
    public var trust: Trust
    /// Sent as SNI, and the name that the certificate must carry.
    public var serverName: Domain
    /// The name of what is spoken inside (ALPN, RFC 7301), where it is sent.
    public var applicationProtocol: String?
    /// Whether the handshake goes on with a certificate that is not trusted, and ``TLSSummary/distrust`` says why: for
    /// whoever wants to see a server as it is.
    public var acceptsUntrusted = false

    public init(
        versions: ClosedRange<Version> = .v1_2 ... .v1_3, groups: [String] = [], keepsTickets: Bool = false,
        trust: Trust, serverName: Domain
    ) {
        self.versions = versions
        self.groups = groups
        self.keepsTickets = keepsTickets
        self.trust = trust
        self.serverName = serverName
    }

    /// Tries them out, without a connection.
    ///
    /// - Throws: `TransportFailure.tls` naming the file that cannot be read, or the group that is not known.
    public func check() throws(TransportFailure) {
        do { _ = try makeContext() } catch { throw TransportFailure(error) }
    }

    func makeContext() throws(TLSError) -> TLSContext {
        let range = TLSProtocolVersion(versions.lowerBound)...TLSProtocolVersion(versions.upperBound)
        let options = TLSClientOptions(
            groups: groups.isEmpty ? nil : groups.joined(separator: ":"), applicationProtocol: applicationProtocol,
            keepsSessions: keepsTickets, acceptsUntrusted: acceptsUntrusted)
        return try TLSContext(clientTrusting: TLSTrust(trust), versions: range, options: options)
    }
}

/// A client's certificate with its key, to be shown to a server that asks for one. Immutable, so it may be shared by
/// lanes.
public final class TLSClientIdentity: Sendable {
    let identity: TLSIdentity

    /// - Parameters:
    ///   - certificateFile: PEM, leaf first, then the chain above it.
    ///   - keyFile: PEM, without a passphrase.
    /// - Throws: `TransportFailure.tls` naming the file.
    public init(certificateFile: String, keyFile: String) throws(TransportFailure) {
        do { identity = try TLSIdentity(certificateFile: certificateFile, keyFile: keyFile) } catch {
            throw TransportFailure(error)
        }
    }
}

/// What a server handed out to resume a TLS session by: a ticket, or TLS 1.2's session id.
public struct TLSTicket: Sendable {
    let session: TLSSession
}

/// A server's certificate with its key, and what it wants of its clients. Immutable, so it may be shared by lanes.
public final class TLSServerIdentity: @unchecked Sendable {  // immutable after init
    let identity: TLSIdentity
    let options: TLSServerOptions

    /// A certificate that signs itself, for this name and 127.0.0.1, valid for a day.
    ///
    /// - Parameters:
    ///   - tickets: how many are handed out after a full handshake; 0 for no resumption.
    ///   - authorities: a PEM file; clients are asked for a certificate that one of these has signed, and may have none.
    /// - Throws: `TransportFailure.tls` if the file cannot be used.
    public init(
        selfSignedFor name: String, tickets: Int = 0, clientAuthorities authorities: String? = nil
    ) throws(TransportFailure) {
        options = TLSServerOptions(
            clientCertificates: authorities.map { .requested(authorities: $0) } ?? .notRequested, ticketCount: tickets)
        do {
            identity = try TLSIdentity(selfSignedFor: name)
            _ = try makeContext()
        } catch { throw TransportFailure(error) }
    }

    func makeContext() throws(TLSError) -> TLSContext {
        try TLSContext(serving: identity, versions: .v1_2 ... .v1_3, options: options)
    }

    /// SHA-256, lowercase hex: what a client pins.
    public var fingerprint: String { hexadecimal(identity.fingerprint) }
}

/// What a handshake led to.
public struct TLSSummary: Sendable, Equatable {
    public let version: String
    public let cipher: String
    /// The key exchange group; nil where none was used.
    public let group: String?
    public let isResumed: Bool
    /// Why the certificate is not trusted; nil where it is, or the settings trust every one.
    public let distrust: String?
}

/// A certificate in words.
public struct CertificateSummary: Sendable, Equatable {
    public let subject: String
    public let issuer: String
    public let notBefore: String
    public let notAfter: String
    /// Whole days until it expires; negative once it has.
    public let daysLeft: Int
    public let sha256: String
    public let dnsNames: [String]
    /// Bare JIDs (`id-on-xmppAddr`, RFC 6120 section 13.7.1.4).
    public let xmppAddresses: [String]
    /// `id-on-dnsSRV`, RFC 4985.
    public let serviceNames: [String]
    public let key: String
}

extension TLSProtocolVersion {
    init(_ version: TLSClientSettings.Version) { self = version == .v1_2 ? .v1_2 : .v1_3 }
}

extension TLSTrust {
    init(_ trust: TLSClientSettings.Trust) {
        switch trust {
        case .systemRoots: self = .systemRoots
        case .authorities(let file): self = .authorities(file: file)
        case .pin(let digest): self = .pin(digest)
        case .nothing: self = .nothing
        }
    }
}

/// What the other side speaks where it should speak TLS, by its first bytes.
public enum ForeignSpeech: String, Sendable, CaseIterable {
    case xml = "XML in place of TLS"
    case http = "HTTP in place of TLS"
    case ssh = "SSH in place of TLS"
    case space = "white space in place of TLS"

    init?(_ bytes: UnsafeRawBufferPointer) {
        let start = unsafe String(decoding: bytes.prefix(8), as: UTF8.self)
        switch start.unicodeScalars.first {
        case "<": self = .xml
        case _ where start.hasPrefix("HTTP/"): self = .http
        case _ where start.hasPrefix("SSH-"): self = .ssh
        case " ", "\t", "\r", "\n": self = .space
        default: return nil
        }
    }

    /// What that means, and what to try.
    public var advice: String {
        switch self {
        case .xml: "the server has not begun TLS: where tls is direct, try tls: starttls"
        case .http: "a web server or a proxy answers at this port"
        case .ssh: "an SSH server answers at this port"
        case .space: "RFC 6120 section 5.3.3 forbids it behind <proceed/>"
        }
    }
}
