public import Metrics
import Transport
public import XMPP

/// What one lane has measured since the last snapshot. Confined to the lane's queue.
struct Recorder {
    private var phases: PhaseTable
    /// The part that logins recorded which were under way before ``markedUntil``; nil while there is none.
    private var marked: PhaseTable?
    /// What is ours of itself, should its second be marked: logins that we held up, and failures of kind `local`.
    private var held: PhaseTable?
    /// Failures that the server said or did, however late we were: no mark takes them away.
    private var answered: PhaseTable?
    /// The end of the latest time in which the generator was the bottleneck: an instant of the monotonic clock, 0 while
    /// there was none.
    var markedUntil: UInt64 = 0
    var failures = FailureTable()
    /// By stage.
    private(set) var lapses: [Lapses]
    /// The first arrival of the run: failures are told in time since then.
    var origin: UInt64 = 0
    /// Logins that were their account's first, since the run began.
    var firstLogins: UInt64 = 0

    init(names: ScopeNames) {
        phases = PhaseTable(names: names)
        lapses = Array(repeating: Lapses(), count: names.stages.count)
    }

    mutating func began(_ phase: Phase, _ scope: LoginScope) { note(phase, scope) { $0.started += 1 } }

    mutating func ended(_ phase: Phase, _ scope: LoginScope, after nanoseconds: UInt64) {
        note(phase, scope) { $0.complete(after: nanoseconds) }
    }

    /// How long it took until something failed that is not counted by that.
    mutating func took(_ phase: Phase, _ scope: LoginScope, _ nanoseconds: UInt64) {
        note(phase, scope) { $0.record(nanoseconds) }
    }

    mutating func failed(_ failure: Failure, _ scope: LoginScope, at instant: UInt64) {
        noteFailure(failure.phase, scope, by: failure.kind) { $0.failed += 1 }
        failures.record(failure, scope: scope.scope, at: instant > origin ? instant - origin : 0)
        if failure.kind == .local { lapses[scope.stage].localFailures += 1 }
    }

    /// How long what ended a phase lay unread; nothing where the kernel does not tell.
    mutating func noteUnread(_ receipt: Receipt, _ scope: LoginScope) {
        guard receipt.isStamped else { return }
        began(.readLag, scope)
        ended(.readLag, scope, after: receipt.lag)
    }

    /// An attempt to come back that failed.
    mutating func missed(_ scope: LoginScope, by kind: Failure.Kind) {
        noteFailure(.reconnect, scope, by: kind) { $0.failed += 1 }
        noteFailure(.login, scope, by: kind) { $0.failed += 1 }
    }

    /// A login that ended without being complete: in `due` it ranks above every success.
    mutating func unreached(_ scope: LoginScope, by kind: Failure.Kind) {
        noteFailure(.due, scope, by: kind) {
            $0.recordUnreached()
            $0.failed += 1
        }
        noteFailure(.login, scope, by: kind) { $0.failed += 1 }
    }

    /// Arrivals that are due, begun or not.
    mutating func fellDue(_ arrivals: Int, _ scope: LoginScope) {
        note(.due, scope) { $0.started += UInt64(arrivals) }
    }

    /// Arrivals that were due before there were to be no more of them, and had not begun: we were too slow.
    mutating func neverBegun(_ arrivals: Int, _ scope: LoginScope, at instant: UInt64) {
        guard arrivals > 0 else { return }
        noteFailure(.due, scope, by: .local) {
            $0.recordUnreached(UInt32(clamping: arrivals))
            $0.failed += UInt64(arrivals)
        }
        let moment = instant > origin ? instant - origin : 0
        failures.add(
            FailureTable.Entry(count: UInt64(arrivals), first: moment, last: moment, example: ""),
            for: FailureTable.Key(
                scope: scope.scope, phase: .due, kind: .local, condition: "not begun before the run ended"))
        lapses[scope.stage].neverBegun += arrivals
    }

    /// Inlined, or every record would pay for its closure.
    @inline(__always)
    private mutating func note(_ phase: Phase, _ scope: LoginScope, _ change: (inout PhaseRecord) -> Void) {
        change(&phases[scope.scope, phase])
        if scope.since < markedUntil {
            Self.note(phase, scope, in: &marked, phases.names, change)
        } else if scope.isHeld {
            Self.note(phase, scope, in: &held, phases.names, change)
        }
    }

    /// What we did is ours, what the server did is its own; who gave no answer may have been kept from it by either.
    private mutating func noteFailure(
        _ phase: Phase, _ scope: LoginScope, by kind: Failure.Kind, _ change: (inout PhaseRecord) -> Void
    ) {
        change(&phases[scope.scope, phase])
        if kind != .local, kind != .timeout {
            Self.note(phase, scope, in: &answered, phases.names, change)
        } else if scope.since < markedUntil {
            Self.note(phase, scope, in: &marked, phases.names, change)
        } else if kind == .local {
            Self.note(phase, scope, in: &held, phases.names, change)
        }
    }

    private static func note(
        _ phase: Phase, _ scope: LoginScope, in part: inout PhaseTable?, _ names: ScopeNames,
        _ change: (inout PhaseRecord) -> Void
    ) {
        var table = part ?? PhaseTable(names: names)
        part = nil  // so that the table is not copied
        change(&table[scope.scope, phase])
        part = table
    }

    // MARK: Our own lapses

    /// An arrival began so many nanoseconds after it was due.
    mutating func noteLateness(_ lag: UInt64, _ scope: LoginScope) {
        if lag > Saturation.lateArrival { lapses[scope.stage].lateArrivals += 1 }
    }

    /// A login has ended.
    ///
    /// - Parameters:
    ///   - wait: How long it waited for us: until it began, for its bytes to be read, in our queues. Nanoseconds.
    ///   - login: How long it took since it was due.
    /// - Returns: whether it waited too long for its time to be the server's.
    @discardableResult
    mutating func noteOwnWait(_ wait: UInt64, of login: UInt64, _ scope: LoginScope) -> Bool {
        lapses[scope.stage].logins += 1
        let isHeld = Saturation.isHeld(wait - min(wait, scope.turn), of: login - min(login, scope.turn))
        if isHeld { lapses[scope.stage].heldLogins += 1 }
        return isHeld
    }

    /// Hands over what was recorded since the last time.
    mutating func take() -> Snapshot {
        let snapshot = Snapshot(
            phases: phases.take(), marked: marked, held: held, answered: answered, failures: failures, lapses: lapses)
        (marked, held, answered) = (nil, nil, nil)
        failures = FailureTable()
        lapses = Array(repeating: Lapses(), count: lapses.count)
        return snapshot
    }
}

extension Phase {
    public init(_ phase: LoginPhase) {
        switch phase {
        case .greeting: self = .greeting
        case .starttls: self = .starttls
        case .offer: self = .offer
        case .compress: self = .compress
        case .sasl: self = .sasl
        case .iqAuth: self = .iqAuth
        case .restart: self = .restart
        case .resume: self = .resume
        case .bind: self = .bind
        case .session: self = .session
        case .roster: self = .roster
        case .enable: self = .enable
        case .register: self = .register
        case .own(let number): self = .own(number)
        case .online: self = .online
        }
    }
}

extension Failure {
    public init(_ failure: LoginFailure) {
        self.init(
            phase: Phase(failure.phase), kind: Kind(failure.kind), condition: failure.condition,
            example: failure.example)
    }

    /// Whether the account was refused, and not its connection.
    var isOfAuthentication: Bool { kind == .sasl || (kind == .stanza && phase == .iqAuth) }

    /// A server that closes at once is seen as closed, or as reset where our first bytes came after its close: which of
    /// them is chance, so both are told as one.
    ///
    /// - Parameter heardNothing: the server had not sent a byte in this phase.
    init(_ failure: TransportFailure, in phase: Phase, heardNothing: Bool) {
        self.init(phase: phase, kind: Kind(failure))
        switch failure {
        case .closed where heardNothing: condition = "before the first byte"
        case .reset where heardNothing:
            kind = .closed
            condition = "before the first byte"
            example = "seen as a reset of the connection"
        case .tls(let reason):
            condition = reason
            example = ForeignSpeech(rawValue: reason)?.advice ?? ""
        case .unreachable(let reason), .dns(let reason), .untrusted(let reason), .compression(let reason),
            .local(let reason):
            condition = reason
        case .doesNotRead: condition = "does not read"
        case .refused, .reset, .closed, .timedOut: break
        }
    }
}

extension Failure.Kind {
    init(_ kind: LoginFailure.Kind) {
        switch kind {
        case .sasl: self = .sasl
        case .stream: self = .stream
        case .stanza: self = .stanza
        case .protocol: self = .protocol
        case .xml: self = .xml
        case .redirect: self = .redirect
        case .closed: self = .closed
        }
    }

    init(_ failure: TransportFailure) {
        switch failure {
        case .refused: self = .refused
        case .reset: self = .reset
        case .closed: self = .closed
        case .timedOut: self = .timeout
        case .unreachable: self = .unreachable
        case .dns: self = .dns
        case .tls, .untrusted: self = .tls
        case .compression, .doesNotRead: self = .protocol
        case .local: self = .local
        }
    }
}
