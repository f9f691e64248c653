import ArgumentParser
import Dispatch
import LivePage
import Metrics
import Reports
import ResultFiles
import Transport

/// Shows a run to those who look on by a browser, and to Prometheus: `muster run --live`.
///
/// Nothing is drawn that nobody reads.
final class LivePublisher: Sendable {
    private let board = LiveBoard()
    private let server: LiveServer
    private let queue = DispatchQueue(label: "muster.live-page", qos: .utility)

    var url: String { server.url }

    /// Listens; blocks until it does.
    ///
    /// - Throws: `CommandFailure` where the address cannot be had.
    init(at address: LiveAddress) throws {
        let board = board
        let resources = [
            "/": LiveResource("text/html; charset=utf-8") { board.page },
            "/metrics": LiveResource(OpenMetrics.contentType) { board.metrics },
            LiveDocument.stylePath: LiveResource("text/css; charset=utf-8") { LiveDocument.style },
            LiveDocument.scriptPath: LiveResource("text/javascript; charset=utf-8") { LiveDocument.script },
        ]
        do throws(LiveServerError) {
            server = try LiveServer(
                host: address.host, port: address.port, allowsAnyName: !address.isLoopback, resources: resources)
        } catch { throw CommandFailure(.wrongUse, "muster: --live \(error)") }
    }

    /// Whether anybody looks on now.
    var isWatched: Bool { server.hasReaders }

    func begin(_ description: RunDescription, folder: String) { board.begin(description, folder: folder) }

    /// Returns at once.
    func show(_ status: LiveStatus) {
        board.note(status)
        guard isWatched else { return }
        queue.async { [self] in sendNews() }
    }

    func note(_ totals: RunTotals, _ system: SystemSample) { board.note(LiveTotals(totals, system: system)) }

    /// Shows the verdict, then closes everything; blocks meanwhile, for some seconds at most.
    func end(_ sentence: String) {
        board.end(sentence)
        queue.sync {
            guard isWatched else { return }
            sendNews()
            server.send(LiveDocument.endEvent, sentence)
        }
        server.stop()
    }

    private func sendNews() {
        server.send(LiveDocument.nowPart, board.now)
        if let charts = board.takeNewCharts() { server.send(LiveDocument.reportPart, charts) }
    }
}

/// `127.0.0.1:8089`, `[::1]:8089`, `localhost:8089`, or a port of 127.0.0.1 alone.
struct LiveAddress: ExpressibleByArgument {
    let host: String
    let port: UInt16
    let isLoopback: Bool

    init?(argument: String) {
        let colon = argument.lastIndex(of: ":")
        let host = colon.map { argument[..<$0] } ?? "127.0.0.1"
        guard let port = UInt16(colon.map { argument[argument.index(after: $0)...] } ?? argument[...]) else {
            return nil
        }
        let literal = host == "localhost" ? "127.0.0.1" : String(host.drop { $0 == "[" }.prefix { $0 != "]" })
        guard let address = SocketAddress(literal: literal, port: port) else { return nil }
        self.host = literal
        self.port = port
        isLoopback = address.isLoopback
    }
}
