import Foundation
import Synchronization

/// Ports on 127.0.0.1 that nobody listens on.
public enum FreePort {
    /// No free port was found.
    public struct NoneFound: Error {}

    /// Below the ephemeral ports of Linux, so that no outgoing connection takes one between this look and its use.
    private static let candidates: ClosedRange<UInt16> = 20_000...32_000
    private static let given = Mutex<Set<UInt16>>([])

    /// A port that was free a moment ago, and is given to nobody else in this process.
    public static func take() throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: candidates)
            let isNew = given.withLock { $0.insert(port).inserted }
            if isNew, canBind(port) { return port }
        }
        throw NoneFound()
    }

    private static func canBind(_ port: UInt16) -> Bool {
        let descriptor = LoopbackAddress.socket()
        defer { close(descriptor) }
        return LoopbackAddress.with(port: port) { bind(descriptor, $0, $1) } == 0
    }
}
