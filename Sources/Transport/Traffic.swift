/// What a lane's connections have exchanged with their peers since the lane was made.
public struct Traffic: Sendable, Equatable {
    /// Bytes of TCP payload, TLS records and handshakes with their heads included.
    public var bytesSent: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    /// Times that something was sent (or a connection asked for) and the peer was heard after it.
    public var roundTrips: UInt64 = 0
    /// Reads that brought something, and those among them of which the kernel did not tell when it had arrived.
    public var reads: UInt64 = 0
    public var unstampedReads: UInt64 = 0

    public init() {}

    public static func - (left: Self, right: Self) -> Self {
        var difference = Self()
        difference.bytesSent = left.bytesSent - right.bytesSent
        difference.bytesReceived = left.bytesReceived - right.bytesReceived
        difference.roundTrips = left.roundTrips - right.roundTrips
        difference.reads = left.reads - right.reads
        difference.unstampedReads = left.unstampedReads - right.unstampedReads
        return difference
    }

    public static func += (left: inout Self, right: Self) {
        left.bytesSent += right.bytesSent
        left.bytesReceived += right.bytesReceived
        left.roundTrips += right.roundTrips
        left.reads += right.reads
        left.unstampedReads += right.unstampedReads
    }
}
