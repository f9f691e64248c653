import Glibc
import Synchronization

/// Standard output or standard error. What is written goes out in one piece, however small the parts that the other end
/// takes: while it takes none, the call waits.
///
/// Any queue may call.
final class StandardStream: Sendable {
    static let output = StandardStream(STDOUT_FILENO)
    static let error = StandardStream(STDERR_FILENO)

    private let descriptor: Int32
    /// The error number of the first write that failed. Whoever writes holds it, so that lines do not mix.
    private let failure = Mutex<Int32?>(nil)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Writes all of it. What goes wrong is kept for ``reason``; a reader that has left is nobody's failure.
    func write(_ text: String) {
        failure.withLock { failure in
            do throws(Errno) { try Self.write(Array(text.utf8), to: descriptor) } catch {
                if error.code != EPIPE { failure = failure ?? error.code }
            }
        }
    }

    /// Why something that was written did not get where it should; nil where all of it did.
    var reason: String? {
        let code = failure.withLock { $0 } ?? Self.closingError(of: descriptor)
        return code.map { unsafe String(cString: strerror($0)) }
    }

    private struct Errno: Error { let code: Int32 }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 { try wait(for: descriptor, after: errno) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// Until a descriptor that does not block takes more, or a signal was heard.
    private static func wait(for descriptor: Int32, after code: Int32) throws(Errno) {
        if code == EINTR { return }
        guard code == EAGAIN || code == EWOULDBLOCK else { throw Errno(code: code) }
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if unsafe poll(&room, 1, -1) < 0, errno != EINTR { throw Errno(code: errno) }
    }

    /// A file system may say only at its closing that a file has no room.
    private static func closingError(of descriptor: Int32) -> Int32? {
        let copy = dup(descriptor)
        return copy >= 0 && close(copy) != 0 && errno != EINTR ? errno : nil
    }
}
