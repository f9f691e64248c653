import Foundation

/// A process with all that came from it, as /proc tells.
public enum ProcessTree {
    /// Processor seconds, user and system, those of children that were waited for included.
    public static func processorSeconds(_ pid: Int32) throws -> Double {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = stat[stat.index(after: stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let own = fields[11...14].compactMap { Double($0) }.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
        return try children(of: pid).reduce(own) { try $0 + processorSeconds($1) }
    }

    /// Those that it started itself and has not waited for.
    public static func children(of pid: Int32) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").flatMap { thread in
            let list = try String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)
            return list.split(separator: " ").compactMap { Int32($0) }
        }
    }
}
