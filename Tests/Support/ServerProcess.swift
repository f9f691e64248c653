import Synchronization

/// A real server on 127.0.0.1, started and ended by a test.
public final class ServerProcess: Sendable {
    /// The server was over before it was ready, or never became ready.
    public struct NotReady: Error, CustomStringConvertible {
        public let name: String
        public let log: String

        public var description: String { "\(name) did not become ready:\n\(log)" }
    }

    private let name: String
    private let launch: @Sendable () throws -> ChildProcess
    private let isReady: @Sendable () -> Bool
    private let current: Mutex<ChildProcess>

    /// Starts a server and returns when it is ready.
    ///
    /// - Parameters:
    ///   - launch: starts the process; called again at a restart.
    ///   - isReady: whether it serves now.
    init(
        _ name: String, launch: @escaping @Sendable () throws -> ChildProcess,
        isReady: @escaping @Sendable () -> Bool
    ) async throws {
        self.name = name
        self.launch = launch
        self.isReady = isReady
        let process = try launch()
        current = Mutex(process)
        try await awaitReadiness(of: process)
    }

    /// The root of the server's process tree.
    public var pid: Int32 { process.pid }
    public var isRunning: Bool { process.isRunning }
    /// What it wrote to its standard output and error.
    public var log: String { process.output + process.errorOutput }

    /// SIGTERM, and SIGKILL after 10 s; returns when it is over.
    public func stop() async throws { try await process.terminate() }

    /// SIGKILL, as a crash would look; returns when it is over.
    public func kill() async throws { try await process.kill() }

    /// Stops it if it runs, starts it again over the same folder and port, and returns when it is ready.
    public func restart() async throws {
        try await stop()
        let process = try launch()
        current.withLock { $0 = process }
        try await awaitReadiness(of: process)
    }

    private var process: ChildProcess { current.withLock { $0 } }

    private func awaitReadiness(of process: ChildProcess) async throws {
        do {
            try await awaitCondition("\(name) was ready", within: .seconds(60)) {
                guard process.isRunning else { throw NotReady(name: name, log: log) }
                return isReady()
            }
        } catch is ConditionNotMet {
            throw NotReady(name: name, log: log)
        }
    }
}
