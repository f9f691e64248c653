import Foundation

/// A TCP server on a free port of 127.0.0.1 that says to every client what its script says, and nothing sensible.
///
/// Each client has a thread of its own; all of them end when the server goes away.
public final class ScriptedServer: Sendable {
    public enum Line: Sendable {
        case say(String)
        case sayBytes([UInt8])
        /// Bytes without end, until the client has had enough.
        case sayForever(String)
        /// Waits until the client has said this.
        case hear(String)
        /// Waits until the client closes.
        case hearTheEnd
        /// Waits until the client says anything more.
        case hearMore
        /// Closes so that the client sees a reset.
        case reset
    }

    public var port: UInt16 { listener.port }
    private let listener: LoopbackListener

    public init(_ script: [Line]) throws {
        listener = try LoopbackListener { client in Self.perform(script, client) }
    }

    /// - Parameter script: what each client hears, by the number in which it came, from 0.
    public init(each script: @escaping @Sendable (Int) -> [Line]) throws {
        let clients = Counter()
        listener = try LoopbackListener { client in Self.perform(script(clients.next()), client) }
    }

    /// A queue guards it: the thread sanitizer does not know `Mutex`.
    private final class Counter: @unchecked Sendable {
        private var count = 0
        private let queue = DispatchQueue(label: "scripted-server")

        func next() -> Int {
            queue.sync {
                defer { count += 1 }
                return count
            }
        }
    }

    private static func perform(_ script: [Line], _ client: Int32) {
        for line in script where !perform(line, client) { break }
    }

    /// - Returns: whether the client is still there.
    private static func perform(_ line: Line, _ client: Int32) -> Bool {
        switch line {
        case .say(let text): return LoopbackListener.say(text, client)
        case .sayBytes(let bytes): return LoopbackListener.say(bytes, client)
        case .sayForever(let text):
            while LoopbackListener.say(text, client) {}
            return false
        case .hear(let text): return hear(text, client)
        case .hearTheEnd: return hear(nil, client)
        case .hearMore: return LoopbackListener.hear(client) != nil
        case .reset:
            var abort = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
            return false
        }
    }

    private static func hear(_ text: String?, _ client: Int32) -> Bool {
        var heard = ""
        while let more = LoopbackListener.hear(client) {
            heard += more
            if let text, heard.contains(text) { return true }
        }
        return false
    }
}
