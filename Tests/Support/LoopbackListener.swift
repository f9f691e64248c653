import Foundation

/// Listens on a free port of 127.0.0.1. Each client has a thread of its own; all of them end when the listener goes
/// away.
final class LoopbackListener: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let clients = Clients()

    /// A queue guards them: the thread sanitizer does not know `Mutex`.
    private final class Clients: @unchecked Sendable {
        private var descriptors: Set<Int32> = []
        private let queue = DispatchQueue(label: "loopback-listener")

        func insert(_ client: Int32) { queue.sync { _ = descriptors.insert(client) } }
        func remove(_ client: Int32) { queue.sync { _ = descriptors.remove(client) } }
        func disconnect() { queue.sync { for client in descriptors { shutdown(client, Int32(SHUT_RDWR)) } } }
    }

    /// - Parameter serve: is called on the client's thread with its socket, which is closed afterwards.
    init(_ serve: @escaping @Sendable (Int32) -> Void) throws {
        let port = try FreePort.take()
        let descriptor = LoopbackAddress.socket()
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard LoopbackAddress.with(port: port, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 512) == 0 else {
            throw LoopbackConnection.Failure(call: "listen", code: errno)
        }
        self.port = port
        self.descriptor = descriptor
        Thread.detachNewThread { [clients] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                clients.insert(client)
                Thread.detachNewThread {
                    serve(client)
                    clients.remove(client)
                    close(client)
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
        clients.disconnect()
    }

    /// - Returns: whether the client is still there.
    static func say(_ text: String, _ client: Int32) -> Bool { say(Array(text.utf8), client) }

    static func say(_ bytes: [UInt8], _ client: Int32) -> Bool {
        send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// What one read brings; nil once the client has closed.
    static func hear(_ client: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(client, &buffer, buffer.count, 0)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
