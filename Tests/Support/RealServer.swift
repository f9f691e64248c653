/// A server that is not ours, with accounts `u1`...`uN`, as tests see it whatever its name.
///
/// It ends with its owner; ``stop()`` ends it in order.
public protocol RealServer: Sendable {
    var ports: ServerPorts { get }
    /// The certificate that signs the server's, which is itself.
    var certificateAuthority: String { get }
    var process: ServerProcess { get }
}

extension RealServer {
    public var domain: String { ServerDomains.accounts }
    /// The domain for SASL ANONYMOUS, where the options ask for one.
    public var anonymousDomain: String { ServerDomains.anonymous }
    public var port: UInt16 { ports.plain }
    public var directTLSPort: UInt16? { ports.directTLS }
    public var pid: Int32 { process.pid }
    public func stop() async throws { try await process.stop() }
    public func kill() async throws { try await process.kill() }
    public func restart() async throws { try await process.restart() }
}

/// The domains of every real server, in one certificate.
enum ServerDomains {
    static let accounts = "localhost"
    static let anonymous = "anonymous.localhost"
    static let all = [accounts, anonymous]
}

/// Where a server listens on 127.0.0.1.
public struct ServerPorts: Sendable {
    public let plain: UInt16
    /// Where it speaks TLS from the first byte.
    public let directTLS: UInt16?

    init(directTLS: Bool) throws {
        plain = try FreePort.take()
        self.directTLS = directTLS ? try FreePort.take() : nil
    }

    /// Whether connections are accepted on all of them.
    var areAccepted: Bool { ([plain] + (directTLS.map { [$0] } ?? [])).allSatisfy(LoopbackConnection.isAccepted) }
}
