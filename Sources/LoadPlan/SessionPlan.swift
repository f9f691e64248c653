/// What a session does once it is logged in.
public struct SessionPlan: Sendable, Equatable {
    public var stay: Stay
    public var keepalive: Keepalive?
    /// What it does when it dies; nil to stay away.
    public var reconnection: ReconnectPolicy?

    public init(stay: Stay = .for(.zero), keepalive: Keepalive? = nil, reconnection: ReconnectPolicy? = nil) {
        self.stay = stay
        self.keepalive = keepalive
        self.reconnection = reconnection
    }

    public enum Stay: Sendable, Equatable {
        /// Logs out this long after its login; zero at once.
        case `for`(Duration)
        /// Holds on until the last stage is over.
        case untilEnd
    }

    public enum Keepalive: Sendable, Equatable {
        /// XEP-0199, from client to server.
        case ping(every: Duration)
        /// A space between stanzas (RFC 6120 section 4.6.1).
        case whitespace(every: Duration)
    }
}
