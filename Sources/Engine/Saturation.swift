/// When a second of a stage counts as one in which the generator, not the server, was the bottleneck.
///
/// Judged from what the generator did to its own logins and from how busy its loops were; a server that is slow does not
/// mark a second, however slow it is.
enum Saturation {
    /// An arrival that starts later than this after it was due is late: 20 ms, in nanoseconds.
    static let lateArrival: UInt64 = 20_000_000
    /// More than this share of the arrivals late marks the second, those of a herd aside.
    static let lateShare = 0.01
    /// More than this share of the logins that ended held by us marks the second.
    static let heldShare = 0.01
    /// A loop at work for more than this share of the time marks it.
    static let busyShare = 0.95

    /// Whether a login waited too long for us: more than an arrival may be late, and more than a tenth of the time that it
    /// took. Nanoseconds.
    static func isHeld(_ wait: UInt64, of login: UInt64) -> Bool { wait > max(lateArrival, login / 10) }

    /// What a second, or a part of one, looked like in one stage, over all lanes.
    struct Stretch {
        var lapses = Lapses()
        /// Arrivals that began.
        var begun: UInt64 = 0
        /// Of the busiest lane.
        var busyShare = 0.0
        var standstill: Standstill?
    }

    /// Why it is to be marked; nil if it is not.
    static func reason(_ stretch: Stretch) -> String? {
        if let standstill = stretch.standstill { return standstill.words }
        let lapses = stretch.lapses
        if lapses.localFailures > 0 { return "\(lapses.localFailures) logins failed by the generator's own doing" }
        if lapses.neverBegun > 0 { return "\(lapses.neverBegun) arrivals were due and had not begun at the end" }
        if exceeds(lapses.lateArrivals, lateShare, of: stretch.begun) {
            return "\(lapses.lateArrivals) of \(stretch.begun) arrivals started late"
        }
        if exceeds(lapses.heldLogins, heldShare, of: UInt64(lapses.logins)) {
            return "\(lapses.heldLogins) of \(lapses.logins) logins waited for the generator"
        }
        guard stretch.busyShare > busyShare else { return nil }
        return "the event loop was busy for \(Int(stretch.busyShare * 100)) % of the time"
    }

    /// Whether a stretch that is to be marked tells nothing of the server: the generator stood still, was busy all the
    /// time, or held up half of its logins. Elsewhere those that it held up are known, and the others count.
    static func isWhole(_ stretch: Stretch) -> Bool {
        stretch.standstill != nil || stretch.busyShare > busyShare
            || exceeds(stretch.lapses.lateArrivals, wholeShare, of: stretch.begun)
            || exceeds(stretch.lapses.heldLogins, wholeShare, of: UInt64(stretch.lapses.logins))
    }

    private static let wholeShare = 0.5

    private static func exceeds(_ count: Int, _ share: Double, of all: UInt64) -> Bool {
        Double(count) > share * Double(max(1, all))
    }
}
