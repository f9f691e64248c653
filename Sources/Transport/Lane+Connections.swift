import CEpoll
import Glibc
import OpenSSL

extension Lane {
    /// Starts to connect. `laneDidConnect` or `laneDidFail` follows, never before this returns.
    ///
    /// - Parameter source: an address of this machine to connect from; its port is chosen by the kernel at connect time.
    /// - Returns: the connection, and the instant just before connect() was called.
    /// - Throws: `TransportFailure` if it failed at once.
    public func connect(
        to address: SocketAddress, from source: SocketAddress? = nil
    ) throws(TransportFailure) -> (connection: ConnectionID, began: UInt64) {
        checkQueue()
        let descriptor = try makeSocket(family: address.family)
        setOption(descriptor, SOL_SOCKET, SO_TIMESTAMPNS)
        if let source { try bind(descriptor, to: source) }
        let began = MonotonicClock.now
        let isEstablished = try beginToConnect(descriptor, to: address)
        let index = adopt(descriptor, state: .connecting, events: isEstablished ? Self.inputEvents : Self.allEvents)
        connections[index].sent = began
        if isEstablished { noteEstablished(index) }
        return (id(of: index), began)
    }

    /// - Returns: whether the connection is established already: this machine answers itself within the call.
    private func beginToConnect(_ descriptor: Int32, to address: SocketAddress) throws(TransportFailure) -> Bool {
        let result = unsafe address.withSockaddr { unsafe Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let failure = TransportFailure(errno: errno)
            Glibc.close(descriptor)
            throw failure
        }
        return address.isLoopback && pendingEvents(of: descriptor, EPOLLOUT) == EPOLLOUT.rawValue
    }

    /// Sends all of the bytes, as far as the kernel takes them now and the rest when it can.
    ///
    /// - Returns: the instant just before the send call; nil if the connection is gone.
    @discardableResult
    public func send(_ bytes: [UInt8], on connection: ConnectionID) -> UInt64? {
        checkQueue()
        guard let index = live(connection) else { return nil }
        let instant = MonotonicClock.now
        connections[index].sent = instant
        if let compression = connections[index].compression {
            dispatch(unsafe bytes.withUnsafeBytes { unsafe compress($0, with: compression) }, on: index)
        } else {
            dispatch(bytes, on: index)
        }
        return instant
    }

    private func dispatch(_ bytes: [UInt8], on index: Int) {
        unsafe bytes.withUnsafeBytes { buffer in
            if connections[index].state == .secured {
                unsafe encrypt(buffer, on: index)
            } else {
                unsafe transmit(buffer, on: index)
            }
        }
    }

    /// Closes the connection and forgets it: nothing more is delivered for it. What the kernel has not taken is lost.
    public func close(_ connection: ConnectionID) {
        checkQueue()
        if let index = live(connection) { release(index) }
    }

    /// As `close`, but says so in TLS first (close_notify).
    public func closeOrderly(_ connection: ConnectionID) {
        checkQueue()
        guard let index = live(connection) else { return }
        if connections[index].state == .secured, let tls = connections[index].tls {
            tls.shutdown()
            flushPipe(on: index)
        }
        release(index)
    }

    /// Sets the one deadline of a connection, an instant; `UInt64.max` for none. It passes at most 9 ms late.
    public func setDeadline(_ instant: UInt64, of connection: ConnectionID) {
        guard let index = live(connection) else { return }
        wheel.set(index, deadline: instant)
    }

    /// Asks for `laneDidWake` at this instant; a later call replaces an earlier one. `UInt64.max` for none.
    public func wake(at instant: UInt64) {
        checkQueue()
        ownerWake = instant
        armTimer()
    }
}

extension Lane {
    func id(of index: Int) -> ConnectionID { ConnectionID(index: index, generation: connections[index].generation) }

    func live(_ connection: ConnectionID) -> Int? {
        let index = connection.index
        guard index < connections.count, connections[index].generation == connection.generation,
            connections[index].state != .free
        else { return nil }
        return index
    }

    private func makeSocket(family: Int32) throws(TransportFailure) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw TransportFailure(errno: errno) }
        disableNagle(descriptor)
        return descriptor
    }

    func disableNagle(_ descriptor: Int32) {
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    }

    func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32) {
        var on: Int32 = 1
        unsafe setsockopt(descriptor, level, name, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The port is left to connect(), which knows the destination: so one source address serves many sessions.
    private func bind(_ descriptor: Int32, to source: SocketAddress) throws(TransportFailure) {
        setOption(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT)
        guard unsafe source.withSockaddr({ unsafe Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let failure = TransportFailure(errno: errno)
            Glibc.close(descriptor)
            throw failure
        }
    }

    /// Asked for once: an event tells what has changed, so that nobody needs to ask for others later.
    static let allEvents = inputEvents | EPOLLOUT.rawValue
    /// Of a connection that is established and owes nothing.
    private static let inputEvents = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue

    /// Takes a socket into the table and watches it.
    func adopt(_ descriptor: Int32, state: Connection.State, events: UInt32) -> Int {
        let index: Int
        if let reused = free.popLast() {
            index = Int(reused)
        } else {
            index = connections.count
            connections.append(Connection())
        }
        connections[index].descriptor = descriptor
        connections[index].state = state
        (connections[index].heard, connections[index].sent) = (0, 0)
        (connections[index].handshakeCPU, connections[index].handshakeWait) = (0, 0)
        connections[index].handshakeAnswering = 0
        connections[index].awaitsAnswer = state == .connecting
        watch(descriptor, token: token(of: index), events: events)
        return index
    }

    func release(_ index: Int) {
        Glibc.close(connections[index].descriptor)
        wheel.clear(index)
        connections[index].descriptor = -1
        connections[index].state = .free
        connections[index].tls = nil
        connections[index].compression = nil
        connections[index].outbox = []
        connections[index].isHeldBack = false
        connections[index].generation = (connections[index].generation &+ 1) & 0x7FFF_FFFF
        free.append(Int32(index))
    }

    /// Releases the connection and tells its owner why.
    func fail(_ index: Int, _ failure: TransportFailure, at instant: UInt64) {
        let connection = id(of: index)
        release(index)
        tell { $0.laneDidFail(connection, failure, at: instant) }
    }
}

private let IP_BIND_ADDRESS_NO_PORT: Int32 = 24  // <linux/in.h>
