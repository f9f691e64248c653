import LoadPlan
import Metrics
import Transport
import XMPP

// Sessions that die and come back. Each keeps its account meanwhile, and its slot where it has one.

extension LaneRunner {
    /// A session was lost, or an attempt to bring it back failed: lets it wait for the next one where the plan has it
    /// come back.
    ///
    /// One that was replaced by another session of its own account (`conflict`) stays away, or both would throw each
    /// other out for ever.
    ///
    /// - Returns: whether it will be back.
    func willReturn(_ session: Session, after failure: Failure, at instant: UInt64) -> Bool {
        guard let policy = plan.session.reconnection, session.state == .online || session.reconnection != nil,
            !isStopping, instant < session.leaves, !failure.isConflict
        else { return false }
        let lost = session.reconnection ?? lose(session, by: policy.way, at: instant)
        awaitAttempt(of: lost, policy, since: instant)
        return true
    }

    private func lose(_ session: Session, by way: ReconnectPolicy.Way, at instant: UInt64) -> Reconnection {
        let lost = Reconnection(session, died: instant, by: way, storm: storm(of: session))
        if let storm = lost.storm { storms[storm].noteLoss() }
        return lost
    }

    private func awaitAttempt(of lost: Reconnection, _ policy: ReconnectPolicy, since instant: UInt64) {
        let delay = policy.delay(attempt: lost.attempts + 1, using: &jitter).inNanoseconds
        lostSessions.insert(Reconnection.Waiting(ready: min(instant + delay, lost.leaves), session: lost))
        needsStart = true
    }

    /// Starts the attempts that are due, a batch at a time.
    func startReconnecting(at now: UInt64) {
        for _ in 0..<Self.batch {
            guard let waiting = lostSessions.take(at: now) else { return }
            reconnect(waiting.session, at: now)
        }
    }

    private func reconnect(_ lost: Reconnection, at now: UInt64) {
        guard now < lost.leaves else { return giveUp(lost, at: now) }
        lost.beginAttempt()
        lost.scope = feedScope(at: lost.died)
        if let storm = lost.storm { storms[storm].noteAttempt(lost.attempts, at: now) }
        recorder.began(.reconnect, lost.scope)
        do throws(TransportFailure) {
            let (connection, began) = try lane.connect(to: target.addresses[0], from: sources.take())
            adopt(connection, lost, began: began)
        } catch { cannotReconnect(lost, error) }
    }

    private func adopt(_ connection: ConnectionID, _ lost: Reconnection, began: UInt64) {
        let index = connection.index
        adopt(connection, lost.scope, lost.account, lost.slot, began: began)
        sessions[index].leaves = lost.leaves
        sessions[index].reconnection = lost
        sessions[index].login = makeLogin(lost.account, resuming: lost.resumption)
        begin(.connect, of: index, at: began)
    }

    private func cannotReconnect(_ lost: Reconnection, _ failure: TransportFailure) {
        let now = MonotonicClock.now
        recorder.began(.login, lost.scope)
        let failure = Failure(failure, in: .connect, heardNothing: false)
        recorder.failed(failure, lost.scope, at: now)
        recorder.missed(lost.scope, by: failure.kind)
        if let policy = plan.session.reconnection { awaitAttempt(of: lost, policy, since: now) }
    }

    /// Its stay is over before it was back.
    private func giveUp(_ lost: Reconnection, at now: UInt64) {
        if let storm = lost.storm { storms[storm].noteLeaving() }
        accounts.release(lost.account.index)
        free(lost.slot?.again(at: now))
    }
}

extension Failure {
    /// Another session took this one's place (RFC 6120 section 4.9.3.3).
    fileprivate var isConflict: Bool { kind == .stream && condition == "conflict" }
}
