import Metrics

/// What a login's records belong to: its stage, and since when it is under way, so that a second of ours that it went
/// through can be told apart.
struct LoginScope {
    let scope: Scope
    /// The instant when it was due. Once it is online its records belong to their own moments only.
    var since: UInt64
    /// How long it waited for its turn in a herd, all of which is due at once: that is no lateness of ours. Nanoseconds.
    var turn: UInt64 = 0
    /// The login waited for us so long that its time says little of the server.
    var isHeld = false

    var stage: Int { Int(scope.stage) }

    init(_ scope: Scope, since: UInt64) { (self.scope, self.since) = (scope, since) }
}
