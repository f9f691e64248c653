import LoadPlan
import Metrics
import Transport
import XMPP

/// What a lane's runner keeps of one login and the session after it, beside the connection of the same index.
struct Session {
    enum State: UInt8 {
        case free, loggingIn, online, closing
    }

    var state = State.free
    var login: Login?
    var connection: ConnectionID?
    var scope = LoginScope(Scope(stage: 0), since: 0)
    var account: AccountSequence.Allotment = .reused(0)
    /// The crowd's slot that waits for this session's end.
    var slot: Slot?
    var wasRedirected = false
    /// What it comes back from; nil for a first login, and once it is online again.
    var reconnection: Reconnection?
    /// Instants of the monotonic clock.
    var due: UInt64 = 0
    var began: UInt64 = 0
    var loggedIn: UInt64 = 0
    /// The phase under way and the instant when it began; online, the instant of the last sign of life.
    var phase = Phase.connect
    var phaseBegan: UInt64 = 0
    var roundBegan: UInt64 = 0
    /// Thread CPU time so far, in nanoseconds.
    var saslCPU: UInt64 = 0
    /// When the session is to be logged out.
    var leaves = UInt64.max
}
