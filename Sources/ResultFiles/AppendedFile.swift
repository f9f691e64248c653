#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that only grows, by whole rows: an append that fails leaves it as long as it was, and what should have been
/// written waits in memory for the next one.
final class AppendedFile {
    let path: String
    private let descriptor: Int32
    /// Of the whole rows on disk.
    private var length = 0
    /// Whether there is a part of a row behind them.
    private var isTorn = false
    private(set) var waiting: [UInt8] = []
    /// Appends that were given up, for more was waiting than may.
    private(set) var lost = 0

    /// Hours of rows, if nothing else is wrong.
    static let mostWaiting = 16 << 20

    /// Creates the file, which must not exist, and writes its first bytes. It is locked as long as its writer lives.
    init(path: String, first bytes: [UInt8]) throws(ResultError) {
        self.path = path
        descriptor = try System.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, .create)
        System.lock(descriptor)
        try append(bytes)
    }

    deinit { close(descriptor) }

    /// Appends what waits and these rows with one write call, as a rule, and syncs.
    func append(_ bytes: [UInt8]) throws(ResultError) {
        if waiting.count + bytes.count <= Self.mostWaiting { waiting += bytes } else { lost += 1 }
        try flush()
    }

    /// Writes what waits.
    func flush() throws(ResultError) {
        guard !waiting.isEmpty else { return }
        do throws(ResultError) {
            if isTorn { try mend() }
            isTorn = true
            try System.write(waiting, to: descriptor, path: path)
        } catch {
            try? mend()
            throw error
        }
        isTorn = false
        length += waiting.count
        waiting = []
        try System.sync(descriptor, path: path)
    }

    private func mend() throws(ResultError) {
        try System.truncate(descriptor, to: length, path: path)
        isTorn = false
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
        try replace { (write) throws(ResultError) in try write(bytes) }
    }

    typealias Write = ([UInt8]) throws(ResultError) -> Void

    /// The same, of as many pieces as the body writes.
    func replace(_ body: (Write) throws(ResultError) -> Void) throws(ResultError) {
        let temporary = try fill(body)
        do throws(ResultError) { try System.rename(temporary, to: "\(folder)/\(name)") } catch {
            System.remove(temporary)
            throw error
        }
    }

    /// Two who replace the same file at the same time have a file each: the later one's is the one that stays.
    private func fill(_ body: (Write) throws(ResultError) -> Void) throws(ResultError) -> String {
        let path = "\(folder)/.\(name).\(getpid())-\(UInt32.random(in: .min ... .max)).new"
        let descriptor = try System.open(path, O_WRONLY | O_CREAT | O_EXCL, .create)
        defer { close(descriptor) }
        System.lock(descriptor)
        do throws(ResultError) {
            try body { (bytes) throws(ResultError) in try System.write(bytes, to: descriptor, path: path) }
            try System.sync(descriptor, path: path)
        } catch {
            System.remove(path)
            throw error
        }
        return path
    }

    /// Whether a file of this name is what an interrupted replacing of one of these files leaves.
    static func isLeftover(_ name: String, of files: [String]) -> Bool {
        guard name.hasPrefix("."), name.hasSuffix(".new") else { return false }
        return files.contains { name == ".\($0).new" || name.hasPrefix(".\($0).") }
    }
}
