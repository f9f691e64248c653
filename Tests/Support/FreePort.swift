import Foundation

/// Ports on 127.0.0.1 that nobody listens on.
public enum FreePort {
    /// No free port was found.
    public struct NoneFound: Error {}

    /// Below the ephemeral ports of Linux, so that no outgoing connection takes one between this look and its use.
    private static let candidates: ClosedRange<UInt16> = 20_000...32_000
    private static let given = GivenPorts()

    /// A port that was free a moment ago, and is given to nobody else in this process.
    public static func take() throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: candidates)
            if given.isFirst(port), canBind(port) { return port }
        }
        throw NoneFound()
    }

    private static func canBind(_ port: UInt16) -> Bool {
        let descriptor = LoopbackAddress.socket()
        defer { close(descriptor) }
        return LoopbackAddress.with(port: port) { bind(descriptor, $0, $1) } == 0
    }
}

/// The ports that were given out. An `NSLock` guards them: the thread sanitizer does not see through a `Mutex`.
private final class GivenPorts: @unchecked Sendable {
    private let lock = NSLock()
    private var ports: Set<UInt16> = []

    func isFirst(_ port: UInt16) -> Bool {
        lock.withLock { ports.insert(port).inserted }
    }
}
