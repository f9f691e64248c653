import LoadPlan
import Metrics
import Transport
import XMPP

// How logins and sessions end.

extension LaneRunner {
    func loggedIn(_ connection: ConnectionID, _ receipt: Receipt) {
        let index = connection.index
        sessions[index].scope.isHeld = recorder.noteOwnWait(
            sessions[index].ownWait(until: receipt.read), of: sessions[index].time(until: receipt.read),
            sessions[index].scope)
        let scope = sessions[index].scope
        let instant = receipt.arrived
        recorder.ended(.login, scope, after: instant - min(instant, sessions[index].began))
        trace?.finish(index, at: instant)
        let isBack = sessions[index].reconnection != nil
        if let storm = sessions[index].reconnection?.storm { storms[storm].noteReturn(at: instant) }
        recorder.ended(isBack ? .reconnect : .due, scope, after: instant - min(instant, sessions[index].due))
        noteComputing(sessions[index].computing, scope, at: receipt.read)
        sessions[index].scope.isHeld = false
        sessions[index].state = .online
        sessions[index].loggedIn = instant
        sessions[index].scope.since = .max
        inFlight -= 1
        online += 1
        if keepsakes.note(loginOf: planIndex(sessions[index].account)) { recorder.firstLogins += 1 }
        keepTicket(of: connection)
        sessions[index].reconnection = nil
        if !isBack { resolved(scope) }
        stay(connection, since: instant)
    }

    private func noteComputing(_ computing: Computing, _ scope: LoginScope, at instant: UInt64) {
        if computing.cpu > 0 {
            recorder.began(.clientSASL, scope)
            recorder.ended(.clientSASL, scope, after: computing.cpu)
        }
        noteComputingWait(computing, scope, at: instant)
    }

    private func noteComputingWait(_ computing: Computing, _ scope: LoginScope, at instant: UInt64) {
        let pending = computing.order.map { instant - min(instant, $0.asked) }
        guard pending != nil || computing.wait != nil else { return }
        recorder.began(.clientWait, scope)
        recorder.ended(.clientWait, scope, after: (computing.wait ?? 0) + (pending ?? 0))
    }

    /// Once the server has answered anything every ticket has come: in TLS 1.3 too it sends them first.
    private func keepTicket(of connection: ConnectionID) {
        guard plan.target.resumes, let ticket = lane.takeTicket(of: connection) else { return }
        keepsakes.keep(ticket, of: planIndex(sessions[connection.index].account), plan.target.resumption)
    }

    /// One that is back leaves when it would have left.
    private func stay(_ connection: ConnectionID, since instant: UInt64) {
        switch plan.session.stay {
        case .for(.zero): logOut(connection)
        case .for(let length):
            sessions[connection.index].leaves = min(sessions[connection.index].leaves, instant + length.inNanoseconds)
            beginStay(connection, at: instant)
        case .untilEnd: beginStay(connection, at: instant)
        }
        if isStopping { logOut(connection) }
    }

    /// Says goodbye; the slot is free at once, for closing is no part of a login.
    func logOut(_ connection: ConnectionID) {
        let index = connection.index
        guard sessions[index].connection == connection, sessions[index].state == .online else { return }
        sessions[index].state = .closing
        online -= 1
        closing += 1
        sessions[index].login?.logOut(&actions)
        let now = MonotonicClock.now
        performActions(connection, Receipt(at: now))
        lane.setDeadline(now + Self.patienceWhenClosing, of: connection)
        releaseAccount(index)
        free(sessions[index].slot?.again(at: now))
        sessions[index].slot = nil
    }

    /// ejabberd answers `</stream:stream>` after 100 ms, some servers never.
    private static let patienceWhenClosing: UInt64 = 2_000_000_000

    private func releaseAccount(_ index: Int) { accounts.release(sessions[index].account.index) }

    /// The connection of a closing session is done with.
    func finish(_ connection: ConnectionID, at instant: UInt64) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        closing -= 1
        _ = vacate(index)
        lane.closeOrderly(connection)
    }

    func loginFailed(_ failure: LoginFailure, _ connection: ConnectionID, at instant: UInt64) {
        var failure = Failure(failure)
        if failure.kind == .redirect {
            guard let reason = follow(failure.condition, connection) else { return }
            failure.example = reason
        }
        let index = connection.index
        let isSuspicious =
            failure.isOfAuthentication && keepsakes.knownGood.contains(planIndex(sessions[index].account))
        if isSuspicious, failure.condition == "not-authorized" {
            failure.example = "known-good: this credential logged in before in this run; servers disguise overload so"
        }
        fail(connection, failure, at: instant)
    }

    /// Ends a login or a session by failure, at whatever point it stands.
    func fail(_ connection: ConnectionID, _ failure: Failure, at instant: UInt64) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        keepTicket(of: connection)
        lane.close(connection)
        let session = vacate(index)
        if !goesOn(session, after: failure) { end(session, by: failure, at: instant) }
    }

    /// Counts a login or a session that failed; its place is free already.
    func end(_ session: Session, by failure: Failure, at instant: UInt64) {
        let told = told(failure, of: session)
        switch session.state {
        case .free: return
        case .closing:
            closing -= 1
            return
        case .loggingIn:
            inFlight -= 1
            session.computing.order?.drop()
            noteComputingWait(session.computing, session.scope, at: instant)
            recorder.noteOwnWait(session.ownWait(until: instant), of: session.time(until: instant), session.scope)
            recorder.failed(told, session.scope, at: instant)
            if session.reconnection == nil {
                recorder.unreached(session.scope, by: failure.kind)
                resolved(session.scope)
            } else {
                recorder.missed(session.scope, by: failure.kind)
            }
        case .online:
            online -= 1
            let scope = feedScope(at: session.scope.since)
            recorder.failed(died(told, session, at: instant), scope, at: instant)
            recorder.took(.online, scope, instant - min(instant, session.loggedIn))
        }
        if willReturn(session, after: failure, at: instant) { return }
        if let storm = session.reconnection?.storm, !isStopping { storms[storm].noteLeaving() }
        accounts.release(session.account.index)
        let goesOnAtOnce = session.state == .online || failure.isOfAuthentication
        free(goesOnAtOnce ? session.slot?.again(at: instant) : session.slot?.later(than: instant))
    }

    /// A session dies in the stage under way, whenever its login was.
    private func died(_ failure: Failure, _ session: Session, at instant: UInt64) -> Failure {
        var failure = failure
        failure.phase = .online
        let age = (instant - min(instant, session.loggedIn)) / 1_000_000
        failure.example = "after \(age) ms online" + (failure.example.isEmpty ? "" : ": \(failure.example)")
        return failure
    }
}
