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

    /// Reads line by line until the body has enough and returns false. It is lent the bytes: a table may be long.
    static func forEachLine(_ path: String, _ body: (UnsafeRawBufferPointer) -> Bool) {
        guard let file = unsafe fopen(path, "r") else { return }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 1024)
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            let goesOn = unsafe line.withUnsafeBytes { bytes in
                unsafe body(UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0 }))
            }
            guard goesOn else { return }
        }
    }

    /// The names in a folder, without itself and its parent.
    static func entries(_ path: String) -> [String] {
        var names: [String] = []
        unsafe forEachEntry(path) { unsafe names.append(String(cString: $0)) }
        return names.filter { $0 != "." && $0 != ".." }
    }

    /// How many names are in a folder, without itself and its parent.
    static func count(_ path: String) -> Int? {
        var count = 0
        let isThere = unsafe forEachEntry(path) { _ in count += 1 }
        return isThere ? max(0, count - 2) : nil
    }

    static func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(path, &target, target.count)
        return count >= 0 ? String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// The fields of a process's `stat` from the third, its state, on. The name before may hold spaces and parentheses.
    static func stat(_ pid: Int32) -> [Substring]? { stat("/proc/\(pid)/stat") }

    /// The same of a thread, or a process, by its file.
    static func stat(_ path: String) -> [Substring]? {
        guard let stat = text(path), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 21 ? fields : nil
    }

    /// Lends the names where they are: an entry is as long as its name, and shorter than its type says.
    @discardableResult
    private static func forEachEntry(_ path: String, _ body: (UnsafePointer<CChar>) -> Void) -> Bool {
        guard let folder = unsafe opendir(path), let offset = MemoryLayout<dirent>.offset(of: \.d_name) else {
            return false
        }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            unsafe body(UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
        }
        return true
    }
}
