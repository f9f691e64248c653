import Glibc

/// Reads what /proc says. What cannot be read is nil or empty.
enum ProcFile {
    static func text(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe fread(&part, 1, part.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }

    /// The names in a folder, without itself and its parent.
    static func entries(_ path: String) -> [String] {
        var names: [String] = []
        forEachEntry(path) { names.append($0) }
        return names
    }

    static func count(_ path: String) -> Int? {
        var count = 0
        return forEachEntry(path) { _ in count += 1 } ? count : nil
    }

    static func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(path, &target, target.count)
        return count >= 0 ? String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// The fields of a process's `stat` from the third, its state, on. The name before may hold spaces and parentheses.
    static func stat(_ pid: Int32) -> [Substring]? {
        guard let stat = text("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 21 ? fields : nil
    }

    @discardableResult
    private static func forEachEntry(_ path: String, _ body: (String) -> Void) -> Bool {
        guard let folder = unsafe opendir(path) else { return false }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { body(name) }
        }
        return true
    }
}
