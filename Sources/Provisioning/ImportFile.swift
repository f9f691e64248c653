import Glibc
public import LoadPlan

/// A file of accounts for a server's own importer. It holds passwords: only its owner may read it.
public enum ImportFile {
    /// The file cannot be made or written.
    public struct Failure: Error, CustomStringConvertible {
        public let path: String
        let code: Int32

        public var description: String {
            if code == EEXIST { return "\(path): there is a file already, and it is not overwritten" }
            return "\(path): \(unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)")"
        }
    }

    /// Writes all accounts to a file that does not exist yet; one that cannot be completed is removed again. Memory does
    /// not grow with the number of accounts.
    public static func write(
        _ accounts: Accounts, as format: ImportFormat, to path: String
    ) throws(Failure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
        defer { close(descriptor) }
        do throws(Failure) {
            var output = Output(path: path, descriptor: descriptor)
            try output.append(format.head)
            for account in accounts.all { try output.append(format.entry(account)) }
            try output.append(format.tail)
            try output.flush()
            guard fsync(descriptor) == 0 else { throw Failure(path: path, code: errno) }
        } catch {
            unsafe unlink(path)
            throw error
        }
    }

    private struct Output {
        let path: String
        let descriptor: Int32
        var pending: [UInt8] = []

        private static let chunk = 64 * 1024

        mutating func append(_ text: String) throws(Failure) {
            pending += text.utf8
            if pending.count >= Self.chunk { try flush() }
        }

        mutating func flush() throws(Failure) {
            var rest = pending[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
                guard count >= 0 || errno == EINTR else { throw Failure(path: path, code: errno) }
                rest = rest.dropFirst(max(0, count))
            }
            pending.removeAll(keepingCapacity: true)
        }
    }
}
