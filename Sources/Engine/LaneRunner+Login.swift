import Dispatch
import Domains
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
        if MemoryLimit.isNear { return failToStart(arrival, .local("out of memory"), scope, account) }
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
        let failure = Failure(failure, in: .connect, heardNothing: false)
        cannotConnect(failure)
        recorder.failed(failure, scope, at: now)
        recorder.unreached(scope, by: failure.kind)
        resolved(scope)
        free(arrival.slot?.later(than: now))
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
            username: account.username, password: account.password, domain: plan.target.domain.text,
            token: account.token)
        return Login(
            target.script, credentials: credentials, resource: account.resource, number: planIndex(allotment) + 1,
            userAgent: userAgent(of: allotment),
            rosterVersion: keepsakes.rosterVersions[planIndex(allotment)] ?? "", resumption: resumption,
            mayShowSecrets: target.consent.mayShowSecrets(to: target.addresses[0]))
    }

    func begin(_ phase: Phase, of index: Int, at instant: UInt64) {
        _ = sessions[index].turn.end(at: instant)
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
        (sessions[index].phaseWait, sessions[index].unread) = (0, 0)
        renewDeadline(of: index)
    }

    private func renewDeadline(of index: Int) {
        if let connection = sessions[index].connection { lane.setDeadline(limit(of: sessions[index]), of: connection) }
    }

    /// When the server's time for its answer is over. How long it waited for us is not of it, and how long its words lay
    /// unread up to as much again: with words without end it would have time without end.
    func limit(of session: Session) -> UInt64 {
        let whole = (session.began + session.turn.waited).addingReportingOverflow(timeouts.login)
        let timeout = timeouts[session.phase]
        let phase = session.phaseBegan + timeout + max(session.phaseWait, min(session.unread, timeout))
        return min(phase, whole.overflow ? .max : whole.partialValue)
    }

    /// When our own time for it is over.
    func ownLimit(of session: Session) -> UInt64 {
        session.turn.noticed + min(timeouts[session.phase], timeouts.login)
    }

    /// A phase is over when its last byte had arrived. What the server waited for us meanwhile is no part of it.
    func end(_ phase: Phase, of index: Int, at instant: UInt64) {
        let began = sessions[index].phaseBegan + sessions[index].phaseWait
        let took = instant - min(instant, began)
        recorder.ended(phase, sessions[index].scope, after: took)
        trace?.note(phase, of: index, took: took)
    }

    private func end(_ phase: Phase, of index: Int, _ receipt: Receipt) {
        end(phase, of: index, at: receipt.arrived)
        recorder.noteUnread(receipt, sessions[index].scope)
        sessions[index].turn.begin(at: receipt.arrived, noticed: receipt.read)
    }

    /// Why a login that waits for us has failed; nil where it waits for its server.
    func ownFailure(of session: Session, at instant: UInt64) -> Failure? {
        guard let since = session.turn.since else { return nil }
        let condition = session.computing.order == nil ? "our request was not sent" : "our computation was not done"
        var failure = Failure(phase: session.phase, kind: .local, condition: condition)
        failure.example = "\((instant - min(instant, since)) / 1_000_000) ms after the server's answer"
        return failure
    }

    /// Performs what the login of this connection asked for; `receipt` is of the bytes that led to it. What an
    /// action adds is performed too.
    func performActions(_ connection: ConnectionID, _ receipt: Receipt) {
        guard !isPerforming else { return }
        isPerforming = true
        while !actions.isEmpty {
            swap(&actions, &performing)
            performing.reverse()
            while let action = performing.popLast() { perform(action, connection, receipt) }
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

    private func perform(_ action: LoginAction, _ connection: ConnectionID, _ receipt: Receipt) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        switch action {
        case .send(let bytes, let phase):
            if let phase { enter(Phase(phase), of: index) }
            outgoing.append(Outgoing(connection: connection, bytes: bytes, startsClock: phase != nil))
        case .ended(let phase): end(Phase(phase), of: index, receipt)
        case .endedRound(let round): endRound(round, index, receipt)
        case .startTLS: startTLS(connection)
        case .startCompression: startCompression(connection)
        case .derive(let derivation): derive(derivation, connection)
        case .bindChannel(let request):
            let binding = lane.channelBinding(request.kinds, of: connection)
            sessions[index].login?.receive(binding: binding, for: request, &actions)
        case .fast(let outcome): note(outcome, of: index, at: receipt.arrived)
        case .fellBack(let failure): fellBack(failure, index, at: receipt.arrived)
        case .rosterVersion(let version):
            keepsakes.keep(rosterVersion: version, of: planIndex(sessions[index].account))
        case .judge(let reply): judge(reply, connection, receipt)
        case .loggedIn: loggedIn(connection, receipt)
        case .loggedOut: finish(connection, at: receipt.read)
        case .failed(let failure): loginFailed(failure, connection, at: receipt.arrived)
        }
    }

    private func send(_ message: Outgoing) {
        let index = message.connection.index
        guard sessions[index].connection == message.connection,
            let instant = lane.send(message.bytes, on: message.connection)
        else { return }
        if message.startsClock {
            _ = sessions[index].turn.end(at: instant)
            startClock(of: index, at: instant)
            sessions[index].roundBegan = instant
        } else if sessions[index].turn.isOurs, sessions[index].computing.order == nil {
            goOn(index, at: instant)
        }
    }

    /// Our next word within the phase is sent, as in SASL.
    private func goOn(_ index: Int, at instant: UInt64) {
        sessions[index].phaseWait += sessions[index].turn.end(at: instant)
        sessions[index].roundBegan = instant
        if sessions[index].state == .loggingIn { renewDeadline(of: index) }
    }

    /// A round trip within a phase is over; those of SASL have a row of their own.
    private func endRound(_ round: Int, _ index: Int, _ receipt: Receipt) {
        sessions[index].turn.begin(at: receipt.arrived, noticed: receipt.read)
        guard sessions[index].phase == .sasl, let phase = Phase.sasl(round: round) else { return }
        let (arrived, began) = (receipt.arrived, sessions[index].roundBegan)
        recorder.began(phase, sessions[index].scope)
        recorder.ended(phase, sessions[index].scope, after: arrived - min(arrived, began))
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
        recorder.failed(told(Failure(failure), of: sessions[index]), sessions[index].scope, at: instant)
        sessions[index].reconnection?.resumption = nil
    }

    private func derive(_ derivation: KeyDerivation, _ connection: ConnectionID) {
        if plan.login.scramCache, let key = keepsakes.keys[derivation.cacheKey] {
            return derived(.success(key), derivation, cpu: 0, connection)
        }
        crypto.run(order(for: connection)) {
            Result { () throws(SASLError) in try derivation.run() }
        } then: { [self] key, cpu in
            lane.queue.async { [self] in
                derived(key, derivation, cpu: cpu, connection)
                performActions(connection, Receipt(at: MonotonicClock.now))
                settle()
            }
        }
    }

    /// The login waits for something that is computed beside the lane.
    func order(for connection: ConnectionID) -> ComputationOrder {
        let order = ComputationOrder(asked: MonotonicClock.now)
        sessions[connection.index].computing.order = order
        return order
    }

    private func derived(
        _ key: Result<SaltedPassword, SASLError>, _ derivation: KeyDerivation, cpu: UInt64, _ connection: ConnectionID
    ) {
        if plan.login.scramCache, case .success(let key) = key { keepsakes.keep(key, for: derivation) }
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        sessions[index].computing.end(at: MonotonicClock.now, cpu: cpu)
        sessions[index].computing.cpu += cpu
        sessions[index].turn.note(computing: cpu)
        sessions[index].login?.receive(derived: key, &actions)
    }
}
