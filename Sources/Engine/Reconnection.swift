import LoadPlan
import Metrics
import XMPP

/// A session that has died, from its death until it is online again: what it keeps while it has no connection, and
/// through its attempts.
///
/// Confined to the queue of its lane. There are never more of them than sessions that were online.
final class Reconnection {
    /// Of the latest attempt: the stage in which it began.
    var scope: LoginScope
    let account: AccountSequence.Allotment
    /// The crowd's slot that it still fills.
    let slot: Slot?
    /// The instants of its death and of the end of its stay.
    let died: UInt64
    let leaves: UInt64
    /// The session to be taken up again; nil where a new one is to be made.
    var resumption: StreamResumption?
    /// The number of the outage that it died in; nil where it died otherwise.
    let storm: Int?
    /// Attempts that have begun.
    private(set) var attempts = 0

    init(_ session: Session, died: UInt64, by way: ReconnectPolicy.Way, storm: Int?) {
        scope = LoginScope(session.scope.scope, since: died)
        account = session.account
        slot = session.slot
        leaves = session.leaves
        self.died = died
        self.storm = storm
        resumption = way == .resume ? session.login?.resumption : nil
    }

    func beginAttempt() { attempts += 1 }

    /// A session that waits for its next attempt, or for the end of its stay if that is earlier.
    struct Waiting: Scheduled {
        let ready: UInt64
        let session: Reconnection
    }
}
