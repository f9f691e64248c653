import Foundation

/// Files read whole, such too that can be read but once: a pipe, a FIFO, what a shell puts in a command's place.
enum FileBytes {
    /// Of a scenario, in place of a file's name.
    static let standardInput = "-"
    private static let piece = 1 << 20

    /// The bytes of a file. Waits for whoever writes into a pipe.
    ///
    /// - Throws: why there are none, as the rest of a sentence.
    static func read(_ path: String, atMost limit: Int, _ what: String) throws(Unreadable) -> [UInt8] {
        guard let file = open(path) else { throw Unreadable("cannot read this file") }
        var bytes: [UInt8] = []
        do {
            while bytes.count <= limit, let more = try file.read(upToCount: piece), !more.isEmpty {
                bytes.append(contentsOf: more)
            }
        } catch { throw Unreadable("cannot read this file") }
        guard bytes.count <= limit else { throw Unreadable("too large: \(what)") }
        return bytes
    }

    struct Unreadable: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// What is open already is not opened again: there may be no name for it.
    private static func open(_ path: String) -> FileHandle? {
        path == standardInput || path == "/dev/stdin" ? .standardInput : FileHandle(forReadingAtPath: path)
    }

    /// What relative names in a file start from: its folder with the slash, or nothing. A file without a place of its
    /// own has the working directory's.
    static func folder(of path: String) -> String {
        guard !path.hasPrefix("/dev/"), !path.hasPrefix("/proc/") else { return "" }
        return path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// Spreadsheets and editors write it; no text of one byte a character has a NUL so near its beginning.
    static func isUTF16(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.prefix(2).contains(0)
    }
}
