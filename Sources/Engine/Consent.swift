public import LoadPlan
public import Transport

/// What a plan lets be done to an address. It is asked of each that is connected to, whatever name led there: a name may
/// lead anywhere.
public struct Consent: Sendable {
    private let ownerConsents: Bool
    private let allowsPlain: Bool

    public init(_ target: Target) {
        ownerConsents = target.ownerConsents
        allowsPlain = target.allowPlainWithoutTLS
    }

    /// Whether logins may be sent there at all.
    public func mayConnect(to address: SocketAddress) -> Bool { address.isLoopback || ownerConsents }

    /// Whether a password or token may go there without TLS.
    public func mayShowSecrets(to address: SocketAddress) -> Bool { address.isLoopback || allowsPlain }
}
