import CEpoll
import Glibc

extension Lane {
    /// Accepts connections on this address.
    ///
    /// - Returns: the address in force, with the port that the kernel chose where 0 was asked for.
    /// - Throws: `TransportFailure.local` if the address is taken or not ours.
    public func listen(on address: SocketAddress, backlog: Int32) throws(TransportFailure) -> SocketAddress {
        checkQueue()
        let descriptor = try bind(to: address)
        try listen(descriptor, backlog: backlog)
        return SocketAddress(host: address.host, port: boundPort(of: descriptor))
    }

    /// Refuses connections from now on, and closes those there are without a word; the delegate is told of none.
    ///
    /// The address stays taken, or a client that knocks could be given its port and would talk to itself.
    ///
    /// - Parameter address: the one that is listened on.
    /// - Throws: `TransportFailure.local` if somebody else took the address just now.
    public func goDown(at address: SocketAddress) throws(TransportFailure) {
        checkQueue()
        for listener in listeners { Glibc.close(listener) }
        listeners.removeAll()
        heldAddress = try bind(to: address)
        for index in connections.indices where connections[index].state != .free { release(index) }
    }

    /// Accepts connections again where it did before ``goDown(at:)``.
    ///
    /// - Throws: `TransportFailure.local` if it is not down.
    public func comeBack(backlog: Int32) throws(TransportFailure) {
        checkQueue()
        guard let descriptor = heldAddress else { throw .local("it is not down") }
        heldAddress = nil
        try listen(descriptor, backlog: backlog)
    }

    private func bind(to address: SocketAddress) throws(TransportFailure) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw TransportFailure(errno: errno) }
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR)
        guard unsafe address.withSockaddr({ unsafe Glibc.bind(descriptor, $0, $1) }) == 0 else {
            throw failure(closing: descriptor)
        }
        return descriptor
    }

    private func listen(_ descriptor: Int32, backlog: Int32) throws(TransportFailure) {
        if stampsAccepted { setOption(descriptor, SOL_SOCKET, SO_TIMESTAMPNS) }
        guard Glibc.listen(descriptor, backlog) == 0 else { throw failure(closing: descriptor) }
        listeners.append(descriptor)
        watch(descriptor, token: .listener(descriptor), events: EPOLLIN.rawValue)
    }

    private func failure(closing descriptor: Int32) -> TransportFailure {
        let failure = TransportFailure(errno: errno)
        Glibc.close(descriptor)
        return failure
    }

    private func boundPort(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_in6()  // the port is at the same place in both families
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            _ = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        return UInt16(bigEndian: storage.sin6_port)
    }

    /// Accepts what waits, up to 64 a turn so that established connections are served too.
    func acceptPending(on listener: Int32) {
        for _ in 0..<64 {
            let descriptor = muster_accept(listener)
            if descriptor < 0 { return }
            disableNagle(descriptor)
            let connection = id(of: adopt(descriptor, state: .open, events: Self.allEvents))
            tell { $0.laneDidAccept(connection, at: MonotonicClock.now) }
        }
    }
}
