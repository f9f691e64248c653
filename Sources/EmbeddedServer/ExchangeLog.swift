public import Transport
import XMPP

/// What the server did in one phase of one login. Instants are of ``MonotonicClock``, times in nanoseconds.
public struct Exchange: Sendable {
    /// The client's end of the connection.
    public let client: SocketAddress
    public let phase: String
    /// When the last byte of the request arrived; nil of `connect` and `tls`.
    public let arrived: UInt64?
    /// When it was read; of `connect`, when the connection was accepted, and of `tls`, when the handshake was complete.
    public let read: UInt64
    /// Just before the answer was written; nil of `connect` and `tls`.
    public let written: UInt64?
    /// From `arrived` to `written`. Of `connect` it is the kernel's handshake, from its SYN-ACK to the client's ACK; of
    /// `tls` it is the making of our answers to all messages of the client but its last.
    public let took: UInt64
}

/// What the server did and when, up to a million rows; the rest is not kept.
struct ExchangeLog {
    private(set) var rows: [Exchange] = []
    /// By the connection's index.
    private var clients: [SocketAddress?] = []

    private static let capacity = 1 << 20

    /// The memory is reserved at once: no row waits until others are moved.
    init() { rows.reserveCapacity(Self.capacity) }

    mutating func noteAccepted(
        _ connection: ConnectionID, _ client: SocketAddress?, handshake: UInt64, at instant: UInt64
    ) {
        while clients.count <= connection.index { clients.append(nil) }
        clients[connection.index] = client
        guard let client else { return }
        append(Exchange(client: client, phase: "connect", arrived: nil, read: instant, written: nil, took: handshake))
    }

    mutating func noteAnswer(
        ending phase: LoginPhase, of connection: ConnectionID, to receipt: Receipt, at written: UInt64
    ) {
        guard let client = clients[connection.index] else { return }
        append(
            Exchange(
                client: client, phase: phase.name, arrived: receipt.arrived, read: receipt.read, written: written,
                took: written - min(written, receipt.arrived)))
    }

    mutating func note(_ handshake: HandshakeTimes, of connection: ConnectionID) {
        guard let client = clients[connection.index] else { return }
        append(
            Exchange(
                client: client, phase: "tls", arrived: nil, read: handshake.receipt.read, written: nil,
                took: handshake.answering))
    }

    private mutating func append(_ row: Exchange) {
        if rows.count < Self.capacity { rows.append(row) }
    }
}
