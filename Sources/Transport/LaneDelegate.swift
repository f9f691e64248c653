/// Names a connection of a lane for as long as it lives; a later one in the same place has another generation.
public struct ConnectionID: Hashable, Sendable {
    /// Dense from 0: what belongs to a connection can be kept in an array.
    public let index: Int
    let generation: UInt32
}

/// What a lane tells the owner of its connections. Everything is called on the lane's queue; the calls may send, secure
/// and close on the lane at once. Instants are of ``MonotonicClock``, in nanoseconds.
public protocol LaneDelegate: AnyObject, Sendable {
    /// The TCP connection is established, since `instant`: when the peer's word on it came, as far as the kernel has
    /// timed it, and else when it was noticed.
    func laneDidConnect(_ connection: ConnectionID, at instant: UInt64)
    /// A peer connected to a listening socket of the lane.
    func laneDidAccept(_ connection: ConnectionID, at instant: UInt64)
    /// Decrypted bytes, valid during the call only.
    func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt)
    /// The handshake is complete on our side.
    func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes)
    /// The connection is gone; the lane has released it.
    func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64)
    /// The deadline set for the connection has passed, and what had arrived until then was delivered. It still lives.
    func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64)
    /// A batch of events is handled: what was gathered meanwhile can be sent.
    func laneDidHandleEvents()
    /// The instant asked for with `Lane.wake(at:)` has come.
    func laneDidWake(at instant: UInt64)
}
