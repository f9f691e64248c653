import Glibc

/// Writing so that what was written survives a kill.
enum DurableFile {
    /// Replaces a file whole: a temporary file beside it, synced, then renamed over it. Readers see the old or the new.
    static func replace(_ path: String, with bytes: [UInt8]) throws(ResultError) {
        let temporary = path + ".tmp"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ResultError(path: temporary, operation: "create") }
        defer { close(descriptor) }
        guard writeAll(bytes, to: descriptor), fsync(descriptor) == 0 else {
            let error = ResultError(path: path, operation: "write")
            unsafe unlink(temporary)
            throw error
        }
        guard unsafe rename(temporary, path) == 0 else { throw ResultError(path: path, operation: "replace") }
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = rest.dropFirst(written)
        }
        return true
    }
}

/// A file that only grows, by whole rows. A write that fails half-way is taken back, so no row is ever cut by us.
final class AppendOnlyFile {
    private let path: String
    private let descriptor: Int32
    private var length: off_t = 0

    /// - Throws: `ResultError` if the file exists already or cannot be made.
    init(_ path: String, header: [UInt8]) throws(ResultError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ResultError(path: path, operation: "create") }
        try append(header)
    }

    deinit { close(descriptor) }

    /// Appends and syncs.
    func append(_ rows: [UInt8]) throws(ResultError) {
        guard DurableFile.writeAll(rows, to: descriptor), fsync(descriptor) == 0 else {
            let error = ResultError(path: path, operation: "append to")
            ftruncate(descriptor, length)
            throw error
        }
        length += rows.count
    }
}
