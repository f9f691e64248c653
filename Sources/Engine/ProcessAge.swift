import Glibc

/// When a process of this machine was started, from /proc.
public enum ProcessAge {
    /// Seconds that it has lived; nil where it cannot be read. To a hundredth, as the kernel counts.
    public static func seconds(_ pid: Int32) -> Double? {
        guard let ticks = ProcFile.stat(pid).flatMap({ Double($0[19]) }),
            let uptime = ProcFile.text("/proc/uptime")?.split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        return max(0, uptime - ticks / Double(sysconf(Int32(_SC_CLK_TCK))))
    }
}
