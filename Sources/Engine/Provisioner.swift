public import LoadPlan
public import Metrics

/// Makes or removes the accounts of a plan in-band (XEP-0077), each on a connection of its own: a run in which every
/// account has its turn once, at a steady rate as long as the server keeps up, and registers or takes its leave where a
/// login would go on. A server that is slow is waited for: there are only a few at once.
public final class Provisioner: @unchecked Sendable {  // set before the start, then confined to the run's queue
    private var run: Run?
    private let change: AccountChange
    private var tally: ProvisionTally
    private var progress: @Sendable (ProvisionTally) -> Void = { _ in }
    private var done: @Sendable (ProvisionTally) -> Void = { _ in }
    private var reasonToStop: String?

    /// - Parameters:
    ///   - target: made for the same plan and change.
    ///   - rate: accounts per second.
    ///   - lanes: the event loops to do it on; one is enough.
    public init(_ plan: RunPlan, _ change: AccountChange, target: RunTarget, rate: Double, lanes: LaneGroup) {
        self.change = change
        tally = ProvisionTally(wanted: plan.accounts.count ?? 0)
        run = Run(Self.everybodyOnce(plan, rate: rate), target: target, lanes: lanes, serverPID: nil, observer: self)
    }

    /// Begins. Both are called on a queue of its own: `progress` once a second, `done` once at the end.
    public func start(
        progress: @escaping @Sendable (ProvisionTally) -> Void, done: @escaping @Sendable (ProvisionTally) -> Void
    ) {
        self.progress = progress
        self.done = done
        run?.start()
    }

    /// Begins no more; what is under way may end within 10 s, or is cut by the second call.
    public func interrupt() { run?.interrupt() }

    /// Each account's turn comes 1/rate after the one before it, in their own order.
    private static func everybodyOnce(_ plan: RunPlan, rate: Double) -> RunPlan {
        var plan = plan
        let length = (Double(plan.accounts.count ?? 0) - 0.5) / rate
        plan.stages = [Stage(name: "provision", shape: .hold(rate: rate, duration: .seconds(length)), arrivals: .even)]
        plan.interval = .seconds(1)
        plan.accounts.order = .sequential
        plan.accounts.resource = nil
        plan.target.resumption = .none
        plan.session = SessionPlan()
        plan.mostAtOnce = atOnce
        let timeouts = plan.login.timeouts
        plan.login.timeouts = LoginPlan.Timeouts(
            otherwise: max(patience, timeouts.otherwise),
            byPhase: [Phase.connect.name: timeouts.limit(of: Phase.connect.name)])
        return plan
    }

    /// As many as keep a server busy that does one after another; each of them may wait for all the others.
    private static let atOnce = 16
    private static let patience = Duration.seconds(120)
}

extension Provisioner: RunObserver {
    public func runDidTick(_ status: LiveStatus) {}

    public func runDidEndInterval(_ interval: IntervalRecord) {
        tally.add(done: Int(interval.phases[Scope(stage: 0), .login].completed), unneeded: 0)
        for (key, entry) in interval.failures.ordered {
            switch meaning(of: key) {
            case .unneeded: tally.add(done: 0, unneeded: Int(entry.count))
            case .refused: tally.add(refused: Int(entry.count))
            case .unchecked: tally.add(unchecked: Int(entry.count))
            case nil: tally.add(entry, for: key)
            }
        }
        stopIfInVain()
        progress(tally)
    }

    private enum Meaning { case unneeded, refused, unchecked }

    /// What a failure says of its account; nil where it says nothing. Servers do not tell an unknown user from a wrong
    /// password (RFC 6120 section 6.5.10): of a name that is taken a refused login says that the password is another one,
    /// of one that is to be removed nothing for sure.
    private func meaning(of failure: FailureTable.Key) -> Meaning? {
        switch (failure.kind, failure.condition) {
        case (.sasl, "not-authorized"): .refused
        case (.stanza, "already-registered") where change == .creation: .unneeded
        case (.stanza, "conflict") where change == .creation && failure.phase == .register: .unchecked
        default: nil
        }
    }

    private func stopIfInVain() {
        guard reasonToStop == nil, let reason = tally.reasonToGiveUp else { return }
        reasonToStop = reason
        interrupt()
    }

    public func runDidEnd(_ outcome: RunOutcome) {
        tally.ending =
            switch outcome.ending {
            case .completed: .completed
            case .interrupted, .cut, .outageFailed, .variantFailed: reasonToStop.map { .gaveUp($0) } ?? .interrupted
            case .unreachable(let failure): .unreachable(failure)
            }
        done(tally)
    }
}
