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
    /// To another host than the target; nil for one that was not sent there.
    var detour: Detour?
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
    /// Of the phase under way, in nanoseconds: how long the server waited for us, which is no part of the phase, and how
    /// long what it had said lay unread, of which only that is part which kept us from answering.
    var phaseWait: UInt64 = 0
    var unread: UInt64 = 0
    var turn = OwnTurn()
    var computing = Computing()
    /// Bytes that it keeps of a stanza that is not complete.
    var unfinished = 0
    /// When the session is to be logged out.
    var leaves = UInt64.max

    /// From when the login was wanted until it began to connect.
    var lag: UInt64 { reconnection == nil ? began - min(began, due) : 0 }

    /// How long the login has waited for us: until it began, for its bytes to be read, in our queues.
    func ownWait(until instant: UInt64) -> UInt64 { lag + turn.waited + turn.wait(until: instant) }

    /// Since the login was wanted.
    func time(until instant: UInt64) -> UInt64 {
        let wanted = began - min(began, lag)
        return instant - min(instant, wanted)
    }
}

/// What a login's computations have cost so far, in nanoseconds.
struct Computing {
    /// Processor time of SASL's.
    var cpu: UInt64 = 0
    /// How long what was computed beside the lane waited for a processor; nil if there was nothing.
    var wait: UInt64?
    /// What is computed beside the lane now.
    var order: ComputationOrder?

    /// What was ordered is there.
    mutating func end(at instant: UInt64, cpu: UInt64) {
        guard let asked = order?.asked else { return }
        order = nil
        let passed = instant - min(instant, asked)
        wait = (wait ?? 0) + passed - min(passed, cpu)
    }
}
