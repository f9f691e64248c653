import Glibc

/// The machine's monotonic clock; the one place where time is read.
public enum MonotonicClock {
    /// Nanoseconds since an arbitrary start; never goes back, whatever happens to the wall clock. About 21 ns.
    public static var now: UInt64 { read(CLOCK_MONOTONIC) }

    /// Processor time in nanoseconds that the calling thread has used.
    public static var threadCPU: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Blocks the calling thread until this instant; returns earlier where a signal is handled on it.
    public static func sleep(until instant: UInt64) {
        var time = timespec(tv_sec: Int(instant / 1_000_000_000), tv_nsec: Int(instant % 1_000_000_000))
        unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
    }

    /// The wall clock in nanoseconds since 1970, to be compared with what the kernel has stamped.
    static var wall: UInt64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
