import Glibc

/// How much address space this process may take (`ulimit -v`). Most have no limit, and to them nothing here costs anything.
///
/// What asks for memory in vain ends the process: no language on this machine gives it back as an error. So nothing is
/// begun where little is left.
public enum MemoryLimit {
    /// In bytes; nil without a limit.
    public static let current: Int? = {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        return limit.rlim_cur == .max ? nil : Int(clamping: limit.rlim_cur)
    }()

    /// For what a login may still need that is under way, and for what a run writes at its end.
    private static let reserve = 32 << 20

    /// Whether so little is left that no login should begin. Where there is a limit: a few system calls.
    public static var isNear: Bool { current.map { taken > $0 - reserve } ?? false }

    /// What this process has taken, in bytes; 0 where that cannot be read.
    public static var taken: Int {
        let pages = ProcFile.text("/proc/self/statm").flatMap { Int($0.prefix { $0 != " " }) }
        return (pages ?? 0) * Int(getpagesize())
    }
}
