import Dispatch
import FlyingSocks
import Foundation

/// An HTTP server for those who look on while a run goes on: resources by path, and server-sent events at `/events`.
///
/// Its work is done on threads of its own. At most ``mostReaders`` read events at once, a further one is told so.
public final class LiveServer: Sendable {
    public static let mostReaders = 32
    /// How long the last events may take.
    private static let patience = Duration.seconds(1)

    private let feed: EventFeed
    private let socket: Socket
    private let task: Task<Void, Never>
    /// `http://127.0.0.1:8089/`
    public let url: String

    /// Listens.
    ///
    /// - Parameters:
    ///   - host: an address of this machine, as a literal.
    ///   - port: 0 lets the system choose.
    ///   - allowsAnyName: whether it answers to any name that points to it, or only to addresses and `localhost`.
    /// - Throws: `LiveServerError` where the address cannot be had, as where somebody else listens there.
    public init(
        host: String, port: UInt16, allowsAnyName: Bool, resources: [String: LiveResource]
    ) throws(LiveServerError) {
        let feed = EventFeed(capacity: Self.mostReaders)
        let handler = RequestHandler(resources: resources, feed: feed, allowsAnyName: allowsAnyName)
        let socket: Socket
        let bound: UInt16
        let name = host.contains(":") ? "[\(host)]" : host
        do {
            socket = try Self.listeningSocket(host, port)
            bound = try Self.port(of: socket)
        } catch { throw Self.failure(error, "\(name):\(port)") }
        self.feed = feed
        self.socket = socket
        url = "http://\(name):\(bound)/"
        task = Task { await Self.serve(socket, handler) }
    }

    /// Whether anybody reads events: what nobody reads need not be made.
    public var hasReaders: Bool { feed.readerCount > 0 }

    /// Gives all readers an event in place of the last one of its name. Returns at once.
    public func send(_ name: String, _ data: String) { feed.send(name, data) }

    /// Lets the readers have the last events, then closes everything; blocks meanwhile.
    public func stop() {
        feed.end()
        let stopped = DispatchSemaphore(value: 0)
        Task { [self] in
            await readersLeft()
            task.cancel()
            await task.value
            stopped.signal()
        }
        _ = stopped.wait(timeout: .now() + .seconds(3))
        try? socket.close()
    }

    /// Returns once nobody reads any more, or after a while: who does not read does not leave.
    private func readersLeft() async {
        let end = ContinuousClock.now + Self.patience
        while hasReaders, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
    }

    /// Until the task is cancelled.
    private static func serve(_ socket: Socket, _ handler: RequestHandler) async {
        let pool = SocketPool<Poll>.make()
        guard (try? await pool.prepare()) != nil, let listener = try? AsyncSocket(socket: socket, pool: pool) else {
            return
        }
        await withDiscardingTaskGroup { group in
            group.addTask { try? await pool.run() }
            while !Task.isCancelled {
                guard let client = try? await listener.accept() else {
                    // Out of descriptors, as a rule: somebody may leave.
                    try? await Task.sleep(for: .milliseconds(50))
                    continue
                }
                group.addTask { await LiveConnection(socket: client, handler: handler).serve() }
            }
            group.cancelAll()
        }
    }

    private static func listeningSocket(_ host: String, _ port: UInt16) throws -> Socket {
        if host.contains(":") { return try listeningSocket(at: sockaddr_in6.inet6(ip6: host, port: port)) }
        return try listeningSocket(at: sockaddr_in.inet(ip4: host, port: port))
    }

    private static func listeningSocket(at address: some SocketAddress) throws -> Socket {
        let socket = try Socket(domain: Int32(type(of: address).family))
        do {
            try socket.setValue(true, for: .localAddressReuse)
            try socket.bind(to: address)
            try socket.listen()
        } catch {
            try? socket.close()
            throw error
        }
        return socket
    }

    private static func port(of socket: Socket) throws -> UInt16 {
        switch try socket.sockname() {
        case .ip4(_, let port), .ip6(_, let port): port
        case .unix: 0
        }
    }

    private static func failure(_ error: any Error, _ name: String) -> LiveServerError {
        guard case .failed(_, let code, _) = error as? SocketError else {
            return LiveServerError(description: "\(name): \(error.localizedDescription)")
        }
        return LiveServerError(description: "\(name): \(unsafe String(cString: strerror(code)).lowercased())")
    }
}
