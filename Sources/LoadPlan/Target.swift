public import Domains

/// The server to log in to, and how to reach and trust it.
public struct Target: Sendable, Equatable {
    public var address: Address
    /// The `to` of the stream header, and the name a certificate is checked for (RFC 6120 sections 4.7.2 and 13.7.1.2).
    public var domain: Domain
    public var tls: TLSMode
    public var tlsVersions: ClosedRange<TLSVersion>
    /// The key exchange groups to offer, best first, for example `X25519`; empty leaves the TLS library's own.
    public var tlsGroups: [String]
    /// Whose TLS tickets are used again.
    public var resumption: Resumption
    public var verification: Verification
    public var process: ServerProcessChoice
    /// Whether a JVM may be asked, before the first login and after the last session, what its heap holds.
    public var heap: HeapQuestion
    /// The owner of a target off loopback agreed to the load.
    public var ownerConsents: Bool
    public var allowPlainWithoutTLS: Bool
    /// What the embedded server is to do on purpose; nothing to any other.
    public var embedded: EmbeddedPlan

    public init(
        address: Address, domain: Domain, tls: TLSMode = .starttls,
        tlsVersions: ClosedRange<TLSVersion> = .v1_2 ... .v1_3, tlsGroups: [String] = [],
        resumption: Resumption = .none, verification: Verification = .full,
        process: ServerProcessChoice = .auto, heap: HeapQuestion = .none, ownerConsents: Bool = false,
        allowPlainWithoutTLS: Bool = false,
        embedded: EmbeddedPlan = EmbeddedPlan()
    ) {
        self.address = address
        self.domain = domain
        self.tls = tls
        self.tlsVersions = tlsVersions
        self.tlsGroups = tlsGroups
        self.resumption = resumption
        self.verification = verification
        self.process = process
        self.heap = heap
        self.ownerConsents = ownerConsents
        self.allowPlainWithoutTLS = allowPlainWithoutTLS
        self.embedded = embedded
    }

    public enum Address: Sendable, Equatable {
        /// `muster serve`, started as a child process for the time of the run.
        case embedded
        /// A literal address, or a name as DNS has it.
        case host(String, port: UInt16)
        /// Whichever hosts DNS names for this domain (RFC 6120 section 3.2); in A-labels.
        case domain(String)
    }

    public enum TLSMode: String, Sendable, Equatable, CaseIterable {
        /// STARTTLS on the client port (RFC 6120 section 5).
        case starttls
        /// TLS from the first byte (XEP-0368).
        case direct
        case none
    }

    public enum TLSVersion: String, Sendable, Comparable, CaseIterable {
        case v1_2 = "1.2"
        case v1_3 = "1.3"

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Whether any handshake tries to resume another.
    public var resumes: Bool { resumption != .none }

    /// Which TLS sessions a handshake tries to resume (RFC 8446 section 2.2, RFC 5077).
    public enum Resumption: String, Sendable, Equatable, CaseIterable {
        /// Every handshake is a full one.
        case none
        /// The newest of the account that logs in.
        case account
        /// The newest that anybody got. Each event loop has its own.
        case shared
    }

    /// Which certificates are accepted.
    public enum Verification: Sendable, Equatable {
        /// A chain to the system's roots, and the name.
        case full
        case none
        /// A chain to the certificates of this PEM file, and the name.
        case certificateAuthority(file: String)
        /// The SHA-256 of the leaf certificate, 64 lowercase hex digits.
        case pin(sha256: String)
    }

    public enum HeapQuestion: String, Sendable, Equatable, CaseIterable {
        case none
        /// By `jcmd`, with a full collection each time: the JVM stands still for as long as that takes.
        case ask
    }

    public enum ServerProcessChoice: Sendable, Equatable {
        /// The owner of the listening port, where it is on this machine.
        case auto
        case pid(Int32)
        case pidFile(String)
    }
}
