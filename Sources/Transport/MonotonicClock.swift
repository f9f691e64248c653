import Glibc

/// The machine's monotonic clock; the one place where time is read.
public enum MonotonicClock {
    /// Nanoseconds since an arbitrary start; never goes back, whatever happens to the wall clock. About 21 ns.
    public static var now: UInt64 { read(CLOCK_MONOTONIC) }

    /// Processor time in nanoseconds that the calling thread has used.
    public static var threadCPU: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
