/// When bytes came. Instants are of ``MonotonicClock``.
public struct Receipt: Sendable, Equatable {
    /// When the last of them arrived, by the kernel's own time stamp; `read` where it gave none.
    public let arrived: UInt64
    /// When the read that brought them returned.
    public let read: UInt64
    /// Whether the kernel told when they arrived.
    public let isStamped: Bool

    /// - Parameter arrived: not after `read`.
    public init(arrived: UInt64, read: UInt64) { (self.arrived, self.read, isStamped) = (arrived, read, true) }

    /// Of what no arrival is known, or has none.
    public init(at instant: UInt64) { (arrived, read, isStamped) = (instant, instant, false) }

    /// How long the last of them lay unread, in nanoseconds.
    public var lag: UInt64 { read - arrived }
}

/// What a handshake took. Instants are of ``MonotonicClock``.
public struct HandshakeTimes: Sendable {
    /// The arrival of the peer's last bytes, and what it then took our processor to be done with them.
    public let ended: UInt64
    /// Thread CPU time of all our steps, in nanoseconds.
    public let cpu: UInt64
    /// From the arrival of each of the peer's messages but the last until we sent our answer to it, added up, in
    /// nanoseconds.
    public let answering: UInt64
    /// How long the peer waited for us before `ended` while we did not compute: its answer lay unread, or its turn had
    /// not come. In nanoseconds.
    public let ownWait: UInt64
    /// Of the peer's last bytes.
    public let receipt: Receipt
}
