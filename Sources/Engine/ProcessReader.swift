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
    public static func read(_ pid: Int32) -> Figures { read(pid, withReaped: false) }

    /// A process with all that came from it; the processor time of those that have ended is in it.
    public static func readTree(_ pid: Int32) -> Figures {
        var total = read(pid, withReaped: true)
        for child in children(of: pid) {
            let figures = readTree(child)
            total.cpu = sum(total.cpu, figures.cpu)
            total.residentBytes = sum(total.residentBytes, figures.residentBytes)
            total.descriptors = sum(total.descriptors, figures.descriptors)
            total.threads = sum(total.threads, figures.threads)
        }
        return total
    }

    /// The processor time of a process with all that came from it, in microseconds, and nothing else: cheap enough for
    /// every second, however many descriptors it holds.
    static func cpuOfTree(_ pid: Int32) -> UInt64? {
        guard let fields = ProcFile.stat(pid) else { return nil }
        let own = (exactCPU(of: pid) ?? microseconds(ofTicks: fields[11...12])) + microseconds(ofTicks: fields[13...14])
        return children(of: pid).reduce(own) { $0 + (cpuOfTree($1) ?? 0) }
    }

    /// What cannot be read of a child was not there any more: the others' figures hold.
    private static func sum<Number: FixedWidthInteger>(_ total: Number?, _ more: Number?) -> Number? {
        total.map { $0 + (more ?? 0) }
    }

    /// The processor time of each thread of a process and of all that came from it, in microseconds, by thread id; to the
    /// kernel's tick, which is 10 ms.
    public static func threads(ofTree pid: Int32) -> [Int32: UInt64] {
        var threads: [Int32: UInt64] = [:]
        for thread in ProcFile.entries("/proc/\(pid)/task").compactMap({ Int32($0) }) {
            guard let fields = ProcFile.stat("/proc/\(pid)/task/\(thread)/stat") else { continue }
            threads[thread] = microseconds(ofTicks: fields[11...12])
        }
        return children(of: pid).reduce(into: threads) { all, child in
            all.merge(self.threads(ofTree: child)) { $1 }
        }
    }

    private static func children(of pid: Int32) -> [Int32] {
        ProcFile.entries("/proc/\(pid)/task").flatMap { thread in
            (ProcFile.text("/proc/\(pid)/task/\(thread)/children") ?? "").split(separator: " ").compactMap { Int32($0) }
        }
    }

    private static func read(_ pid: Int32, withReaped: Bool) -> Figures {
        var figures = Figures()
        guard let fields = ProcFile.stat(pid) else { return figures }
        let own = exactCPU(of: pid) ?? microseconds(ofTicks: fields[11...12])
        figures.cpu = own + (withReaped ? microseconds(ofTicks: fields[13...14]) : 0)
        figures.threads = Int(fields[17])
        figures.residentBytes = UInt64(fields[21]).map { $0 * UInt64(sysconf(Int32(_SC_PAGESIZE))) }
        figures.descriptors = ProcFile.count("/proc/\(pid)/fd")
        return figures
    }

    /// Of the process with its threads, also those that have ended, in microseconds; the ticks of `stat` are 10,000 each.
    private static func exactCPU(of pid: Int32) -> UInt64? {
        var clock = clockid_t()
        var time = timespec()
        guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else { return nil }
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }

    private static func microseconds(ofTicks fields: ArraySlice<Substring>) -> UInt64 {
        let ticks = fields.reduce(0) { $0 + (UInt64($1) ?? 0) }
        return ticks * 1_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
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
}
