import LoadPlan
import Metrics
import Transport
import XMPP

// Starting what is due, stage by stage.

extension LaneRunner {
    /// Begins this lane's share of a stage.
    func begin(stage: Int, at instant: UInt64) {
        if recorder.origin == 0 { beginRun(at: instant) }
        if case .outage = plan.stages[stage].shape { beginStorm(at: MonotonicClock.now) }
        feed.begin(stage, of: plan, at: instant, lane: number, of: laneCount)
        startDue(at: MonotonicClock.now)
    }

    private func beginRun(at instant: UInt64) {
        recorder.origin = instant
        began = (lane.busy, lane.traffic)
    }

    /// Starts what is due, a batch at a time so that logins under way are served in between.
    func startDue(at now: UInt64) {
        var started = 0
        while started < Self.batch, let arrival = feed.take(at: now) {
            start(arrival, stage: feed.stage)
            started += 1
        }
        startReconnecting(at: now)
        if feed.reportEnd(at: now) { owner?.laneFinished(stage: feed.stage, lane: number) }
        lane.wake(at: min(feed.nextInstant, lostSessions.next ?? .max))
    }

    static let batch = 64

    /// A login has completed or failed: the stage may be over with it.
    func resolved(_ scope: LoginScope) {
        feed.resolved(of: scope.stage)
        needsStart = true
    }

    /// A slot's login is over: it goes back to the crowd of its stage.
    func free(_ slot: Slot?) {
        guard let slot else { return }
        feed.free(slot)
        needsStart = true
    }

    /// Starts no more logins; those under way go on. Who is lost stays away.
    ///
    /// What is due at this moment begins; what had to wait for its beginning is told as that, for it was due.
    func stopArrivals() {
        let now = MonotonicClock.now
        if !isStopping { startDue(at: now) }
        isStopping = true
        countDue(at: now)
        let scope = feedScope(at: now)
        recorder.neverBegun(feed.stop(), scope, at: now)
        lostSessions.removeAll()
        lane.wake(at: .max)
    }

    /// Counts the arrivals that are due by now, begun or not.
    func countDue(at now: UInt64) {
        let count = feed.countDue(at: now)
        if count > 0 { recorder.fellDue(count, feedScope(at: now)) }
    }

    /// Of what happens now, whenever the login was that it happens to.
    func feedScope(at instant: UInt64) -> LoginScope {
        LoginScope(Scope(stage: UInt16(max(0, feed.stage))), since: instant)
    }

    /// Logs everybody out who is online.
    func logOutAll() {
        isStopping = true
        for index in sessions.indices where sessions[index].state == .online {
            if let connection = sessions[index].connection { logOut(connection) }
        }
        settle()
    }

    /// Counts what is still in flight as never finished, once all that had arrived is read.
    func cutLogins(_ reason: String) {
        let now = MonotonicClock.now
        cutDetours(reason)
        for index in sessions.indices where sessions[index].state == .loggingIn {
            guard let connection = sessions[index].connection else { continue }
            lane.catchUp(connection, until: now)
            settle()
            guard sessions[index].connection == connection, sessions[index].state == .loggingIn else { continue }
            cut(connection, reason, at: now)
        }
    }

    /// A login that spent most of its time waiting for us is not its server's.
    private func cut(_ connection: ConnectionID, _ reason: String, at instant: UInt64) {
        let session = sessions[connection.index]
        let time = instant - min(instant, session.began)
        let isOurs = session.turn.waited > Self.held && session.turn.waited > time / 2
        let failure = Failure(
            phase: session.phase, kind: isOurs ? .local : .timeout,
            condition: isOurs ? "waited for us until the run ended" : reason)
        fail(connection, ownFailure(of: session, at: instant) ?? failure, at: instant)
    }

    /// What is waited for in passing: 10 ms.
    private static let held: UInt64 = 10_000_000
}
