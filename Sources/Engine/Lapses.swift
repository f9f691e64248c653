/// What the generator did badly in one stage since the last snapshot.
struct Lapses: Equatable {
    /// Arrivals that began later than ``Saturation/lateArrival`` after they were due; those of a herd aside.
    var lateArrivals = 0
    /// Failures that were the generator's own.
    var localFailures = 0
    /// Arrivals that were due and had not begun when there were to be no more.
    var neverBegun = 0
    /// Logins that ended, and those of them that waited too long for us.
    var logins = 0
    var heldLogins = 0

    static func += (left: inout Self, right: Self) {
        left.lateArrivals += right.lateArrivals
        left.localFailures += right.localFailures
        left.neverBegun += right.neverBegun
        left.logins += right.logins
        left.heldLogins += right.heldLogins
    }
}
