import CEpoll
import Glibc

// Who is at the ends of a connection, and how far apart they are: for those who keep times.

extension Lane {
    /// Our end of the connection; nil if it is gone. A system call.
    public func ownAddress(of connection: ConnectionID) -> SocketAddress? {
        checkQueue()
        return unsafe address(of: connection) { unsafe getsockname($0, $1, $2) }
    }

    /// The peer's end of the connection; nil if it is gone. A system call.
    public func peerAddress(of connection: ConnectionID) -> SocketAddress? {
        checkQueue()
        return unsafe address(of: connection) { unsafe getpeername($0, $1, $2) }
    }

    /// How long the handshake of a TCP connection that was just established took, by the kernel, in nanoseconds: of one
    /// that was accepted, from our SYN-ACK to the peer's ACK. 0 if it does not know. A system call.
    public func handshakeTime(of connection: ConnectionID) -> UInt64 {
        checkQueue()
        return live(connection).map { muster_handshake_time(connections[$0].descriptor) } ?? 0
    }

    private func address(
        of connection: ConnectionID,
        _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        guard let index = live(connection) else { return nil }
        let descriptor = connections[index].descriptor
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let isKnown = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call(descriptor, $0, &length) == 0
            }
            guard isKnown else { return nil }
            return unsafe SocketAddress(UnsafeRawPointer(pointer), family: Int32(pointer.pointee.ss_family))
        }
    }
}
