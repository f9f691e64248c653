public import XMPP

/// What an embedded server is to be like.
public struct ServerConfiguration: Sendable {
    public var profile: ServerProfile
    /// On loopback; 0 lets the kernel choose.
    public var port: UInt16
    public var backlog: Int32
    /// How long the answer that ends a phase is held back, in nanoseconds.
    public var delays: [LoginPhase: UInt64]
    /// The share of logins, 0 to 1, that are refused with `temporary-auth-failure`, spread evenly.
    public var failureShare: Double
    /// Processor time in nanoseconds that each bound session costs on top, so that a cost is there to be found.
    public var burn: UInt64
    /// Bytes that are kept of each bound session for good, so that a leak is there to be found.
    public var leak: Int
    /// How many TLS tickets a full handshake hands out; 0 for no resumption.
    public var tickets: Int
    /// A PEM file of those whose client certificates are accepted, for EXTERNAL; nil asks for none.
    public var clientAuthorities: String?
    /// Whether it keeps the times of what it does, in memory that grows with the logins up to a limit.
    public var keepsTimes: Bool

    public init(
        profile: ServerProfile, port: UInt16 = 0, backlog: Int32 = 4096, delays: [LoginPhase: UInt64] = [:],
        failureShare: Double = 0, burn: UInt64 = 0, leak: Int = 0, tickets: Int = 0, clientAuthorities: String? = nil,
        keepsTimes: Bool = false
    ) {
        self.profile = profile
        self.port = port
        self.backlog = backlog
        self.delays = delays
        self.failureShare = failureShare
        self.burn = burn
        self.leak = leak
        self.tickets = tickets
        self.clientAuthorities = clientAuthorities
        self.keepsTimes = keepsTimes
    }
}
