/// `muster serve`, the embedded server, as a process of its own on a free port of 127.0.0.1.
public final class ServeProcess: Sendable {
    public let port: UInt16
    public let process: ChildProcess

    /// Starts it and returns when it listens. Every account has the password of `MUSTER_PASSWORD`, `pw` here.
    public init(_ arguments: [String]) async throws {
        let port = try FreePort.take()
        let process = try MusterBinary.start(
            ["serve", "--port", "\(port)"] + arguments, environment: ["MUSTER_PASSWORD": "pw"])
        try await awaitCondition("muster serve listened") { LoopbackConnection.isAccepted(port: port) }
        self.port = port
        self.process = process
    }

    /// It as a scenario's `target`; `keys` follow its address and domain.
    public func target(_ keys: String = "tls: none") -> String {
        "{address: \"127.0.0.1:\(port)\", domain: localhost, \(keys)}"
    }

    public func stop() async throws { try await process.terminate() }
}
