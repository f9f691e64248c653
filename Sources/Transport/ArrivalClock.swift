import CEpoll

/// Tells on the monotonic clock when bytes arrived that the kernel has stamped with the wall clock.
///
/// The wall clock may be set at any moment. What was stamped before is placed by the difference of then; where both
/// differences are possible nothing is told.
struct ArrivalClock {
    /// Wall time minus monotonic time, in nanoseconds, when it was last looked at and before the wall clock was last set.
    private var offset: Int64
    private var formerOffset: Int64
    /// When it was last looked at.
    private var looked: UInt64
    /// The wall clock was last set between these two instants.
    private var lastBefore: UInt64 = 0
    private var firstAfter: UInt64 = 0

    /// More than a clock that is being adjusted runs away between two looks a second apart.
    private static let leastStep: UInt64 = 600_000
    /// Two clocks that are read in a longer time than this do not tell their difference.
    private static let longestLook: UInt64 = 20_000

    init(offset: Int64, at instant: UInt64) { (self.offset, formerOffset, looked) = (offset, offset, instant) }

    init() {
        self.init(offset: 0, at: 0)
        look()
        formerOffset = offset
        (lastBefore, firstAfter) = (0, 0)
    }

    /// Looks at both clocks; once in a lane's turn is often enough. About 65 ns.
    mutating func look() {
        for _ in 0..<3 {
            let before = MonotonicClock.now
            let wall = MonotonicClock.wall
            let after = MonotonicClock.now
            guard after - before < Self.longestLook else { continue }
            return note(offset: Int64(wall) - Int64(before + (after - before) / 2), at: after)
        }
    }

    mutating func note(offset new: Int64, at instant: UInt64) {
        if (new - offset).magnitude > Self.leastStep {
            formerOffset = offset
            (lastBefore, firstAfter) = (looked, instant)
        }
        (offset, looked) = (new, instant)
    }

    /// The instant of a time stamp; nil if it cannot be told.
    ///
    /// - Parameters:
    ///   - stamp: wall time in nanoseconds since 1970.
    ///   - earliest: what came before on the same connection had arrived then.
    ///   - latest: the read's return.
    func instant(of stamp: UInt64, notBefore earliest: UInt64, notAfter latest: UInt64) -> UInt64? {
        let now = place(stamp, offset, max(earliest, lastBefore), latest)
        let before = firstAfter > 0 ? place(stamp, formerOffset, earliest, min(latest, firstAfter)) : nil
        guard now == nil || before == nil else { return nil }
        return now ?? before
    }

    /// How far the looks at the clocks may be off, in nanoseconds.
    private static let tolerance: Int64 = 50_000

    private func place(_ stamp: UInt64, _ offset: Int64, _ earliest: UInt64, _ latest: UInt64) -> UInt64? {
        let instant = Int64(stamp) - offset
        guard earliest <= latest, instant >= Int64(earliest) - Self.tolerance,
            instant <= Int64(latest) + Self.tolerance
        else { return nil }
        return min(max(UInt64(max(0, instant)), earliest), latest)
    }
}
