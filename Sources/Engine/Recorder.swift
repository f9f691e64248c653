import Metrics
import Transport
import XMPP

/// What one lane has measured since the last snapshot. Confined to the lane's queue.
struct Recorder {
    var phases: PhaseTable
    var failures = FailureTable()
    /// The first arrival of the run: failures are told in time since then.
    var origin: UInt64 = 0
    /// How late the arrivals of open stages started, by stage, since the last snapshot.
    var lateArrivals = 0
    /// Logins that were their account's first, since the run began.
    var firstLogins: UInt64 = 0
    /// Failures that were the generator's own, since the last snapshot.
    var localFailures = 0

    init(names: ScopeNames) { phases = PhaseTable(names: names) }

    mutating func began(_ phase: Phase, _ scope: Scope) { phases[scope, phase].started += 1 }

    mutating func ended(_ phase: Phase, _ scope: Scope, after nanoseconds: UInt64) {
        phases[scope, phase].complete(after: nanoseconds)
    }

    mutating func failed(_ failure: Failure, _ scope: Scope, at instant: UInt64) {
        phases[scope, failure.phase].failed += 1
        failures.record(failure, scope: scope, at: instant > origin ? instant - origin : 0)
        if failure.kind == .local { localFailures += 1 }
    }

    /// An attempt to come back that failed.
    mutating func missed(_ scope: Scope) {
        phases[scope, .reconnect].failed += 1
        phases[scope, .login].failed += 1
    }

    /// A login that ended without being complete: in `due` it ranks above every success.
    mutating func unreached(_ scope: Scope) {
        phases[scope, .due].recordUnreached()
        phases[scope, .due].failed += 1
        phases[scope, .login].failed += 1
    }
}

extension Phase {
    init(_ phase: LoginPhase) {
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
        case .online: self = .online
        }
    }
}

extension Failure {
    init(_ failure: LoginFailure) {
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
        case .unreachable(let reason), .dns(let reason), .tls(let reason), .compression(let reason), .local(let reason):
            condition = reason
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
        case .tls: self = .tls
        case .compression: self = .protocol
        case .local: self = .local
        }
    }
}
