/// Whose turn it is in a login, and how long its server waited for us when it was ours.
///
/// What we compute meanwhile is the login's cost, and no wait. Instants are of the monotonic clock, times in nanoseconds.
struct OwnTurn {
    /// When what is to be answered had arrived; nil while it is the server's turn.
    private(set) var since: UInt64?
    /// When that was read.
    private(set) var noticed: UInt64 = 0
    private var computing: UInt64 = 0
    /// Of all turns that are over.
    private(set) var waited: UInt64 = 0

    var isOurs: Bool { since != nil }

    mutating func begin(at arrived: UInt64, noticed: UInt64) {
        since = arrived
        self.noticed = noticed
        computing = 0
    }

    /// What a computation of this turn took.
    mutating func note(computing cpu: UInt64) { computing += cpu }

    /// Our answer is being sent.
    ///
    /// - Returns: how long the server waited for it.
    mutating func end(at instant: UInt64) -> UInt64 {
        let wait = wait(until: instant)
        since = nil
        waited += wait
        return wait
    }

    /// The server waited this long within its own phase.
    mutating func add(_ wait: UInt64) { waited += wait }

    /// How long the server has waited in the turn under way; 0 in its own.
    func wait(until instant: UInt64) -> UInt64 {
        guard let since, instant > since else { return 0 }
        return instant - since - min(instant - since, computing)
    }
}
