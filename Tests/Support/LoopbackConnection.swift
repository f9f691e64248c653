import Foundation

enum LoopbackAddress {
    static func socket() -> Int32 {
        Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }

    /// Lends 127.0.0.1 and a port as the socket calls want it.
    static func with<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A plain TCP connection to 127.0.0.1, for a look at what a server says. Its calls block, for 5 s at most.
public final class LoopbackConnection: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let call: String
        public let code: Int32

        public var description: String { "\(call): \(String(cString: strerror(code)))" }
    }

    private let descriptor: Int32

    public init(port: UInt16) throws(Failure) {
        descriptor = LoopbackAddress.socket()
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard LoopbackAddress.with(port: port, { connect(descriptor, $0, $1) }) == 0 else {
            throw Failure(call: "connect", code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Whether somebody accepts connections on a port.
    public static func isAccepted(port: UInt16) -> Bool { (try? LoopbackConnection(port: port)) != nil }

    public func send(_ text: String) throws(Failure) { try send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) throws(Failure) {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(call: "send", code: errno)
        }
    }

    /// Sends until the peer has taken nothing more for half a second; returns how much it took.
    public func sendUntilStuck(_ bytes: [UInt8]) throws(Failure) -> Int {
        var sent = 0
        while sent < bytes.count {
            var one = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&one, 1, 500) > 0 else { return sent }
            let count = bytes.withUnsafeBytes { memory in
                Glibc.send(
                    descriptor, memory.baseAddress?.advanced(by: sent), memory.count - sent,
                    Int32(MSG_DONTWAIT))
            }
            guard count >= 0 || errno == EAGAIN else { throw Failure(call: "send", code: errno) }
            sent += max(0, count)
        }
        return sent
    }

    /// What has arrived, as soon as there is something.
    public func readSome() throws(Failure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Failure(call: "recv", code: errno) }
        return Array(buffer.prefix(count))
    }

    /// All that arrives until `end` is among it, or the peer closes.
    public func read(until end: String) throws(Failure) -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure(call: "recv", code: errno) }
            received += buffer[..<count]
            let text = String(decoding: received, as: UTF8.self)
            if count == 0 || text.contains(end) { return text }
        }
    }
}
