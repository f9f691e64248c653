import Glibc
import OpenSSL

/// Carries a client's TLS over a real socket to 127.0.0.1. Its calls block, for 5 s at most.
struct LoopbackSocket: ~Copyable {
    struct Failure: Error {
        let code = errno
    }

    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure() }
    }

    deinit { close(descriptor) }

    /// Shakes hands until the client's side is complete, and closes by close_notify.
    func shakeHands(_ side: inout TLSPair.Side) throws {
        try send(try side.take([]))
        while !side.isComplete { try send(try side.take(try receive())) }
        side.connection.shutdown()
        try send(side.takeOutput())
    }

    private func send(_ bytes: [UInt8]) throws {
        guard bytes.isEmpty || Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure()
        }
    }

    private func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Failure() }
        return Array(buffer[..<count])
    }
}
