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

    /// Creates the file, which must not exist, locks it for as long as it is written, and writes its first bytes.
    init(path: String, first bytes: [UInt8]) throws(ResultError) {
        self.path = path
        descriptor = try System.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, .create)
        _ = System.lock(descriptor)
        try append(bytes)
    }

    deinit { close(descriptor) }

    /// Whether a process has the file open to append to it.
    static func isBeingWritten(_ path: String) throws(ResultError) -> Bool {
        let descriptor: Int32
        do {
            descriptor = try System.open(path, O_RDONLY, .open)
        } catch let error where error.errno == ENOENT {
            return false
        }
        defer { close(descriptor) }
        return !System.lock(descriptor)
    }

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

extension ResultFile {
    /// Replaces the file in this folder.
    public func replace(in folder: String, with bytes: [UInt8]) throws(ResultError) {
        try ReplacedFile(folder: folder, name: rawValue).replace(with: bytes)
        try System.syncFolder(folder)
    }
}

/// A file that nothing is replaced by.
public enum NewFile {
    /// Makes `name.suffix` in this folder, or `name-2.suffix` and so on where that is taken. Returns its path.
    public static func create(
        _ name: String, _ suffix: String, in folder: String, with bytes: [UInt8]
    ) throws(ResultError) -> String {
        var number = 1
        while true {
            let path = "\(folder)/\(name)\(number > 1 ? "-\(number)" : "").\(suffix)"
            do {
                try create(path, with: bytes)
                return path
            } catch let error where error.errno == EEXIST {
                number += 1
            }
        }
    }

    /// Makes this very file; throws where it is there.
    public static func create(_ path: String, with bytes: [UInt8]) throws(ResultError) {
        _ = try AppendedFile(path: path, first: bytes)
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
