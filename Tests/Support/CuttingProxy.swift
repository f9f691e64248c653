import Foundation

/// Passes connections to a free port of 127.0.0.1 on to another port there, and cuts them when it is told to.
///
/// Each connection has two threads; all of them end when the proxy goes away.
public final class CuttingProxy: Sendable {
    public let port: UInt16
    private let listener: Int32
    private let state: State

    /// - Parameter fault: What is done to a connection, by its number from 0; nil for nothing.
    public init(to target: UInt16, fault: @escaping @Sendable (Int) -> NetworkFault? = { _ in nil }) throws {
        let port = try FreePort.take()
        let listener = LoopbackAddress.socket()
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard LoopbackAddress.with(port: port, { bind(listener, $0, $1) }) == 0, listen(listener, 512) == 0 else {
            throw LoopbackConnection.Failure(call: "listen", code: errno)
        }
        self.port = port
        self.listener = listener
        let state = State(target: target)
        self.state = state
        Thread.detachNewThread {
            for number in 0... {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Self.pass(client, state, fault(number))
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        state.cut()
    }

    /// Ends every connection, on both sides.
    public func cut() { state.cut() }

    /// New connections go there; a port that nobody listens on has them closed at once.
    public func redirect(to target: UInt16) { state.target = target }

    /// What all clients have said so far, in the clear.
    public var heard: String { String(decoding: state.heard, as: UTF8.self) }

    /// How often clients have said this.
    public func timesHeard(_ text: String) -> Int { heard.components(separatedBy: text).count - 1 }

    /// Connections that clients have made so far.
    public var accepted: Int { state.accepted }

    /// Whether there were connections, and all of them are over.
    public var isIdle: Bool { state.isIdle }

    private static func pass(_ client: Int32, _ state: State, _ fault: NetworkFault?) {
        let server = LoopbackAddress.socket()
        guard LoopbackAddress.with(port: state.target, { connect(server, $0, $1) }) == 0 else {
            close(server)
            close(client)
            return state.noteRefused()
        }
        let pair = Pair(client, server)
        state.insert(pair)
        Thread.detachNewThread {
            pair.pump(from: client, to: server, fault?.ofClient) { state.note($0) }
            state.remove(pair)
        }
        Thread.detachNewThread { pair.pump(from: server, to: client, fault) { _ in } }
    }

    /// Two sockets that are one connection; they are closed when both directions are done.
    private final class Pair: Sendable {
        let client: Int32
        let server: Int32

        init(_ client: Int32, _ server: Int32) {
            (self.client, self.server) = (client, server)
        }

        deinit {
            close(client)
            close(server)
        }

        func cut() {
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }

        /// To connect to nobody ends a connection by a reset.
        private func reset() {
            var nobody = sockaddr()
            nobody.sa_family = sa_family_t(AF_UNSPEC)
            connect(client, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
            cut()
        }

        func pump(
            from source: Int32, to destination: Int32, _ fault: NetworkFault?, _ note: (ArraySlice<UInt8>) -> Void
        ) {
            var buffer = [UInt8](repeating: 0, count: 16_384)
            var passed = 0
            while true {
                let count = recv(source, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                note(buffer[..<count])
                switch fault?.end(after: passed + count) {
                case .closes: return cut()
                case .resets: return reset()
                case .swallows: continue
                default: break
                }
                passed += count
                guard Self.send(buffer[..<count], to: destination, fault) else { break }
            }
            cut()
        }

        private static func send(_ bytes: ArraySlice<UInt8>, to destination: Int32, _ fault: NetworkFault?) -> Bool {
            var rest = bytes
            while !rest.isEmpty {
                usleep(fault?.pause ?? 0)
                let piece = Array(rest.prefix(fault?.greatestPiece ?? rest.count))
                guard Glibc.send(destination, piece, piece.count, Int32(MSG_NOSIGNAL)) == piece.count else {
                    return false
                }
                rest = rest.dropFirst(piece.count)
            }
            return true
        }
    }

    /// An `NSLock` guards it: the thread sanitizer does not see through a `Mutex`.
    private final class State: @unchecked Sendable {
        private let lock = NSLock()
        private var pairs: [ObjectIdentifier: Pair] = [:]
        private var count = 0
        private var bytes: [UInt8] = []
        private var port: UInt16

        init(target: UInt16) { port = target }

        var target: UInt16 {
            get { lock.withLock { port } }
            set { lock.withLock { port = newValue } }
        }

        var accepted: Int { lock.withLock { count } }
        var heard: [UInt8] { lock.withLock { bytes } }

        var isIdle: Bool { lock.withLock { count > 0 && pairs.isEmpty } }

        func noteRefused() { lock.withLock { count += 1 } }
        func note(_ part: ArraySlice<UInt8>) { lock.withLock { bytes += part } }

        func insert(_ pair: Pair) {
            lock.withLock {
                count += 1
                pairs[ObjectIdentifier(pair)] = pair
            }
        }

        func remove(_ pair: Pair) { lock.withLock { pairs[ObjectIdentifier(pair)] = nil } }

        func cut() { lock.withLock { for pair in pairs.values { pair.cut() } } }
    }
}
