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
    public var trust: Trust
    /// Sent as SNI, and the name that the certificate must carry.
    public var serverName: String

    public init(versions: ClosedRange<Version> = .v1_2 ... .v1_3, trust: Trust, serverName: String) {
        self.versions = versions
        self.trust = trust
        self.serverName = serverName
    }
}

/// A server's certificate with its key. Immutable, so it may be shared by lanes.
public final class TLSServerIdentity: @unchecked Sendable {  // immutable after init
    let identity: TLSIdentity

    /// A certificate that signs itself, for this name and 127.0.0.1, valid for a day.
    public init(selfSignedFor name: String) throws(TransportFailure) {
        do { identity = try TLSIdentity(selfSignedFor: name) } catch { throw TransportFailure(error) }
    }

    /// SHA-256, lowercase hex: what a client pins.
    public var fingerprint: String { hexadecimal(identity.fingerprint) }
}

/// What a handshake led to.
public struct TLSSummary: Sendable, Equatable {
    public let version: String
    public let cipher: String
    public let isResumed: Bool
}

/// A certificate in words.
public struct CertificateSummary: Sendable, Equatable {
    public let subject: String
    public let issuer: String
    public let notBefore: String
    public let notAfter: String
    public let sha256: String
    public let dnsNames: [String]
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
