import Dispatch
import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// An HTTP server for those who look on while a run goes on: resources by path, and server-sent events at `/events`.
///
/// Its work is done on threads of its own. At most ``mostReaders`` read events at once, a further one is told so.
public final class LiveServer: Sendable {
    public static let mostReaders = 32
    /// How long the last events may take.
    private static let patience = Duration.seconds(1)

    private let server: HTTPServer
    private let feed: EventFeed
    /// `http://127.0.0.1:8089/`
    public let url: String

    /// Listens; blocks until it does.
    ///
    /// - Parameters:
    ///   - host: an address of this machine, as a literal.
    ///   - port: 0 lets the system choose.
    ///   - allowsAnyName: whether it answers to any name that points to it, or only to addresses and `localhost`.
    /// - Throws: `LiveServerError` where the address cannot be had, as where somebody else listens there.
    public init(
        host: String, port: UInt16, allowsAnyName: Bool, resources: [String: LiveResource]
    ) throws(LiveServerError) {
        feed = EventFeed(capacity: Self.mostReaders)
        let handler = RequestHandler(resources: resources, feed: feed, allowsAnyName: allowsAnyName)
        server = try Self.make(host, port, handler)
        let bound = try Self.listen(server, as: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        url = host.contains(":") ? "http://[\(host)]:\(bound)/" : "http://\(host):\(bound)/"
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
            await server.stop()
            stopped.signal()
        }
        _ = stopped.wait(timeout: .now() + .seconds(3))
    }

    /// Returns once nobody reads any more, or after a while: who does not read does not leave.
    private func readersLeft() async {
        let end = ContinuousClock.now + Self.patience
        while hasReaders, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
    }

    private static func make(
        _ host: String, _ port: UInt16, _ handler: RequestHandler
    ) throws(LiveServerError) -> HTTPServer {
        do {
            if host.contains(":") {
                return HTTPServer(
                    address: try .inet6(ip6: host, port: port), logger: .disabled, handler: handler)
            }
            return HTTPServer(address: try .inet(ip4: host, port: port), logger: .disabled, handler: handler)
        } catch { throw LiveServerError(description: "\(host) is no address of this machine") }
    }

    /// - Returns: the port that it got.
    private static func listen(_ server: HTTPServer, as name: String) throws(LiveServerError) -> UInt16 {
        let outcome = Outcome()
        Task {
            do { try await server.run() } catch { outcome.settle(.failure(failure(error, name))) }
        }
        Task {
            // A port that is taken shows above; here it would show as a timeout.
            guard (try? await server.waitUntilListening()) != nil else { return }
            outcome.settle(.success(await port(of: server)))
        }
        return try outcome.wait()
    }

    private static func port(of server: HTTPServer) async -> UInt16 {
        switch await server.listeningAddress {
        case .ip4(_, let port), .ip6(_, let port): port
        case .unix, nil: 0
        }
    }

    private static func failure(_ error: any Error, _ name: String) -> LiveServerError {
        guard case .failed(_, let code, _) = error as? SocketError else {
            return LiveServerError(description: "\(name): \(error.localizedDescription)")
        }
        return LiveServerError(description: "\(name): \(unsafe String(cString: strerror(code)).lowercased())")
    }
}

/// Whichever comes first.
private final class Outcome: Sendable {
    private let result = Mutex<Result<UInt16, LiveServerError>?>(nil)
    private let settled = DispatchSemaphore(value: 0)

    func settle(_ new: Result<UInt16, LiveServerError>) {
        result.withLock { $0 = $0 ?? new }
        settled.signal()
    }

    func wait() throws(LiveServerError) -> UInt16 {
        settled.wait()
        let result = result.withLock { $0 }
        return try result?.get() ?? 0
    }
}
