import Dispatch
import LoadPlan
import Metrics
import SASL
import Transport
import XMPP

// A login from its arrival to its end.

extension LaneRunner {
    /// Starts a login that is due.
    func start(_ arrival: Arrival, stage: Int) {
        var scope = LoginScope(Scope(stage: UInt16(stage)), since: arrival.due)
        if !arrival.wasCounted { recorder.began(.due, scope) }
        let account = accounts.allot()
        if let reason = reason(against: account) { return failToStart(arrival, .local(reason), scope, account) }
        if !plan.accounts.reuse { keepsakes.accountsTaken += 1 }
        do {
            let (connection, began) = try lane.connect(to: target.addresses[0], from: sources.take())
            let lag = began - min(began, arrival.due)
            if arrival.isOfHerd { scope.turn = lag }
            adopt(connection, scope, account, arrival.slot, began: began)
            sessions[connection.index].login = makeLogin(account)
            noteLag(lag, scope)
            begin(.connect, of: connection.index, at: began)
        } catch { failToStart(arrival, error, scope, account) }
    }

    /// Why nobody can log in as this account now.
    private func reason(against account: AccountSequence.Allotment) -> String? {
        guard case .reused = account else { return nil }
        if !plan.accounts.reuse { return "no account is left that has not logged in" }
        return plan.accounts.resource == nil && plan.login.profile != .iqAuth ? nil : "no free account"
    }

    private func failToStart(
        _ arrival: Arrival, _ failure: TransportFailure, _ scope: LoginScope, _ account: AccountSequence.Allotment
    ) {
        let now = MonotonicClock.now
        accounts.release(account.index)
        recorder.began(.login, scope)
        recorder.failed(Failure(failure, in: .connect, heardNothing: false), scope, at: now)
        recorder.unreached(scope)
        resolved(scope)
        free(arrival.slot?.later(than: now), of: scope)
    }

    /// The place of a login that has begun to connect.
    func adopt(
        _ connection: ConnectionID, _ scope: LoginScope, _ account: AccountSequence.Allotment, _ slot: Slot?,
        began: UInt64
    ) {
        sessions.extend(through: connection.index, with: Session())
        let index = connection.index
        sessions[index].state = .loggingIn
        sessions[index].connection = connection
        sessions[index].scope = scope
        sessions[index].account = account
        sessions[index].slot = slot
        sessions[index].due = scope.since
        sessions[index].began = began
        inFlight += 1
        recorder.began(.login, scope)
    }

    private func noteLag(_ lag: UInt64, _ scope: LoginScope) {
        recorder.began(.lag, scope)
        recorder.ended(.lag, scope, after: lag)
        recorder.noteLateness(lag - scope.turn, scope)
    }

    func isFree(_ allotment: AccountSequence.Allotment) -> Bool {
        if case .free = allotment { true } else { false }
    }

    func makeLogin(_ allotment: AccountSequence.Allotment, resuming resumption: StreamResumption? = nil) -> Login {
        let account = names.account(at: planIndex(allotment), isFree: isFree(allotment))
        let credentials = Credentials(
            username: account.username, password: account.password, domain: plan.target.domain,
            token: account.token)
        return Login(
            target.script, credentials: credentials, resource: account.resource, number: planIndex(allotment) + 1,
            userAgent: userAgent(of: allotment),
            rosterVersion: keepsakes.rosterVersions[planIndex(allotment)] ?? "", resumption: resumption)
    }

    func begin(_ phase: Phase, of index: Int, at instant: UInt64) {
        enter(phase, of: index)
        startClock(of: index, at: instant)
    }

    /// From here on what fails, fails in this phase.
    private func enter(_ phase: Phase, of index: Int) {
        sessions[index].phase = phase
        recorder.began(phase, sessions[index].scope)
    }

    /// The phase is timed from this instant, which is just before the send call that carries its last byte.
    private func startClock(of index: Int, at instant: UInt64) {
        sessions[index].phaseBegan = instant
        let phase = sessions[index].phase
        if let connection = sessions[index].connection {
            let whole = sessions[index].began.addingReportingOverflow(timeouts.login)
            lane.setDeadline(
                min(instant + timeouts[phase], whole.overflow ? .max : whole.partialValue), of: connection)
        }
    }

    func end(_ phase: Phase, of index: Int, at instant: UInt64) {
        recorder.ended(phase, sessions[index].scope, after: instant - min(instant, sessions[index].phaseBegan))
    }

    /// Performs what the login of this connection asked for; `instant` is that of the read that led to it. What an
    /// action adds is performed too.
    func performActions(_ connection: ConnectionID, at instant: UInt64) {
        guard !isPerforming else { return }
        isPerforming = true
        while !actions.isEmpty {
            swap(&actions, &performing)
            performing.reverse()
            while let action = performing.popLast() { perform(action, connection, at: instant) }
        }
        isPerforming = false
    }

    /// Does what a batch of events led to: sends, and starts what the end of logins made room for.
    ///
    /// Done at once instead, each send and each connect would wake a server that is faster than us and fell asleep
    /// meanwhile; the wake-up is the most expensive part of either.
    func settle() {
        sendOutgoing()
        guard needsStart else { return }
        needsStart = false
        startDue(at: MonotonicClock.now)
    }

    private func sendOutgoing() {
        for message in outgoing { send(message) }
        outgoing.removeAll(keepingCapacity: true)
    }

    private func perform(_ action: LoginAction, _ connection: ConnectionID, at instant: UInt64) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        switch action {
        case .send(let bytes, let phase):
            if let phase { enter(Phase(phase), of: index) }
            outgoing.append(Outgoing(connection: connection, bytes: bytes, startsClock: phase != nil))
        case .ended(let phase): end(Phase(phase), of: index, at: instant)
        case .endedRound(let round): endRound(round, index, at: instant)
        case .startTLS: startTLS(connection)
        case .startCompression: startCompression(connection)
        case .derive(let derivation): derive(derivation, connection)
        case .bindChannel(let request):
            let binding = lane.channelBinding(request.kinds, of: connection)
            sessions[index].login?.receive(binding: binding, for: request, &actions)
        case .fast(let outcome): note(outcome, of: index, at: instant)
        case .fellBack(let failure): fellBack(failure, index, at: instant)
        case .rosterVersion(let version):
            keepsakes.keep(rosterVersion: version, of: planIndex(sessions[index].account))
        case .judge(let reply): judge(reply, connection, at: instant)
        case .loggedIn: loggedIn(connection, at: instant)
        case .loggedOut: finish(connection, at: instant)
        case .failed(let failure): loginFailed(failure, connection, at: instant)
        }
    }

    private func send(_ message: Outgoing) {
        let index = message.connection.index
        guard sessions[index].connection == message.connection,
            let instant = lane.send(message.bytes, on: message.connection)
        else { return }
        if message.startsClock { startClock(of: index, at: instant) }
        if sessions[index].phase == .sasl { sessions[index].roundBegan = instant }
    }

    private func endRound(_ round: Int, _ index: Int, at instant: UInt64) {
        guard let phase = Phase.sasl(round: round) else { return }
        recorder.began(phase, sessions[index].scope)
        recorder.ended(phase, sessions[index].scope, after: instant - min(instant, sessions[index].roundBegan))
    }

    private func startTLS(_ connection: ConnectionID) {
        guard let settings = target.tls else { return }
        let account = planIndex(sessions[connection.index].account)
        let ticket = keepsakes.tickets.ticket(of: account, plan.target.resumption)
        begin(.tls, of: connection.index, at: MonotonicClock.now)
        do {
            try lane.startTLS(settings, identity: target.identity(of: account), resuming: ticket, on: connection)
        } catch {
            fail(connection, Failure(error, in: .tls, heardNothing: false), at: MonotonicClock.now)
        }
    }

    /// What was said before goes out as it is.
    private func startCompression(_ connection: ConnectionID) {
        sendOutgoing()
        do { try lane.startCompression(on: connection) } catch {
            return fail(connection, Failure(error, in: .compress, heardNothing: false), at: MonotonicClock.now)
        }
        sessions[connection.index].login?.compressed(&actions)
    }

    /// The session of old is gone: the next attempt does not ask for it again.
    private func fellBack(_ failure: LoginFailure, _ index: Int, at instant: UInt64) {
        recorder.failed(Failure(failure), sessions[index].scope, at: instant)
        sessions[index].reconnection?.resumption = nil
    }

    private func derive(_ derivation: KeyDerivation, _ connection: ConnectionID) {
        if plan.login.scramCache, let key = keepsakes.keys[derivation.cacheKey] {
            return derived(.success(key), derivation, cpu: 0, connection)
        }
        crypto.derive(derivation, number: connection.index) { [self] key, cpu in
            lane.queue.async { [self] in
                derived(key, derivation, cpu: cpu, connection)
                performActions(connection, at: MonotonicClock.now)
                settle()
            }
        }
    }

    private func derived(
        _ key: Result<SaltedPassword, SASLError>, _ derivation: KeyDerivation, cpu: UInt64, _ connection: ConnectionID
    ) {
        if plan.login.scramCache, case .success(let key) = key { keepsakes.keep(key, for: derivation) }
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        sessions[index].saslCPU += cpu
        sessions[index].login?.receive(derived: key, &actions)
    }
}
