import Glibc

/// Reads how processes of this machine stand, from /proc. What cannot be read is nil.
public enum ProcessReader {
    public struct Figures: Sendable, Equatable {
        /// Processor time since the process began, in microseconds, user and system.
        public var cpu: UInt64?
        public var residentBytes: UInt64?
        public var descriptors: Int?
        public var threads: Int?
    }

    /// A process by itself.
    public static func read(_ pid: Int32) -> Figures {
        var figures = Figures()
        // The name may hold spaces and parentheses: the fields are counted from the last one.
        guard let stat = contents(of: "/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return figures }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21 else { return figures }
        let ticks = (UInt64(fields[11]) ?? 0) + (UInt64(fields[12]) ?? 0)
        figures.cpu = ticks * 1_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        figures.threads = Int(fields[17])
        figures.residentBytes = UInt64(fields[21]).map { $0 * UInt64(sysconf(Int32(_SC_PAGESIZE))) }
        figures.descriptors = entries(of: "/proc/\(pid)/fd")
        return figures
    }

    /// This process's processor time in microseconds, to the microsecond.
    public static var ownCPU: UInt64 {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return microseconds(usage.ru_utime) + microseconds(usage.ru_stime)
    }

    private static func microseconds(_ time: timeval) -> UInt64 {
        UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_usec)
    }

    static func contents(of path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = unsafe fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    private static func entries(of path: String) -> Int? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        return max(0, count - 2)
    }
}
