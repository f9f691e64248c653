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
        /// Waits until the client has said something.
        case hearAnything
        /// Waits until the client closes.
        case hearTheEnd
        /// Closes so that the client sees a reset.
        case reset
    }

    public let port: UInt16
    private let listener: Int32
    private let clients = Clients()

    /// A queue guards them: the thread sanitizer does not know `Mutex`.
    private final class Clients: @unchecked Sendable {
        private var descriptors: Set<Int32> = []
        private let queue = DispatchQueue(label: "scripted-server")

        func insert(_ client: Int32) { queue.sync { _ = descriptors.insert(client) } }
        func remove(_ client: Int32) { queue.sync { _ = descriptors.remove(client) } }
        func disconnect() { queue.sync { for client in descriptors { shutdown(client, Int32(SHUT_RDWR)) } } }
    }

    public init(_ script: [Line]) throws {
        let port = try FreePort.take()
        let listener = LoopbackAddress.socket()
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard LoopbackAddress.with(port: port, { bind(listener, $0, $1) }) == 0, listen(listener, 512) == 0 else {
            throw LoopbackConnection.Failure(call: "listen", code: errno)
        }
        self.port = port
        self.listener = listener
        Thread.detachNewThread { [clients] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                clients.insert(client)
                Thread.detachNewThread {
                    for line in script where !Self.perform(line, client) { break }
                    clients.remove(client)
                    close(client)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        clients.disconnect()
    }

    /// - Returns: whether the client is still there.
    private static func perform(_ line: Line, _ client: Int32) -> Bool {
        switch line {
        case .say(let text): return say(Array(text.utf8), client)
        case .sayBytes(let bytes): return say(bytes, client)
        case .sayForever(let text):
            while say(Array(text.utf8), client) {}
            return false
        case .hear(let text): return hear(text, client)
        case .hearAnything:
            var byte: UInt8 = 0
            return recv(client, &byte, 1, 0) == 1
        case .hearTheEnd: return hear(nil, client)
        case .reset:
            var abort = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
            return false
        }
    }

    private static func say(_ bytes: [UInt8], _ client: Int32) -> Bool {
        send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    private static func hear(_ text: String?, _ client: Int32) -> Bool {
        var heard = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            heard += String(decoding: buffer[..<count], as: UTF8.self)
            if let text, heard.contains(text) { return true }
        }
    }
}
