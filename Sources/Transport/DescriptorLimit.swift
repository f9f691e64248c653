import Glibc

/// How many descriptors this process may hold.
public enum DescriptorLimit {
    /// The limit in force.
    public static var current: Int { limits.soft }

    /// The most that the kernel grants this process.
    public static var hard: Int { limits.hard }

    /// Raises the limit to `wanted`, or as far as the kernel lets us.
    ///
    /// - Returns: the limit now in force.
    @discardableResult
    public static func raise(to wanted: Int) -> Int {
        let (soft, hard) = limits
        guard wanted > soft else { return soft }
        if !set(soft: wanted, hard: max(wanted, hard)) { _ = set(soft: min(wanted, hard), hard: hard) }
        return current
    }

    private static var limits: (soft: Int, hard: Int) {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }

    private static func set(soft: Int, hard: Int) -> Bool {
        var limit = rlimit(rlim_cur: UInt(soft), rlim_max: UInt(hard))
        return unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    }
}
