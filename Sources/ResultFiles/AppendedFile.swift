#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that only grows, by whole rows: an append that fails leaves it as long as it was.
final class AppendedFile {
    let path: String
    private let descriptor: Int32
    private var length = 0

    /// Creates the file, which must not exist, and writes its first bytes.
    init(path: String, first bytes: [UInt8]) throws(ResultError) {
        self.path = path
        descriptor = try System.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, .create)
        try append(bytes)
    }

    deinit { close(descriptor) }

    /// Appends with one write call, as a rule, and syncs.
    func append(_ bytes: [UInt8]) throws(ResultError) {
        do {
            try System.write(bytes, to: descriptor, path: path)
        } catch {
            try System.truncate(descriptor, to: length, path: path)
            throw error
        }
        length += bytes.count
        try System.sync(descriptor, path: path)
    }
}

/// A file that is replaced whole: whoever reads it sees the old content or the new.
struct ReplacedFile {
    let folder: String
    let name: String

    /// Writes beside the file, syncs, renames. The folder is not synced: its owner does that once for several files.
    func replace(with bytes: [UInt8]) throws(ResultError) {
        let temporary = "\(folder)/.\(name).new"
        do {
            try write(bytes, to: temporary)
            try System.rename(temporary, to: "\(folder)/\(name)")
        } catch {
            System.remove(temporary)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(ResultError) {
        let descriptor = try System.open(path, O_WRONLY | O_CREAT | O_TRUNC, .create)
        defer { close(descriptor) }
        try System.write(bytes, to: descriptor, path: path)
        try System.sync(descriptor, path: path)
    }
}
