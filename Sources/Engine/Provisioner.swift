public import LoadPlan
public import Metrics

/// Makes or removes the accounts of a plan in-band (XEP-0077), each on a connection of its own: a run in which every
/// account has its turn once, at a steady rate, and registers or takes its leave where a login would go on.
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
        return plan
    }
}

extension Provisioner: RunObserver {
    public func runDidTick(_ status: LiveStatus) {}

    public func runDidEndInterval(_ interval: IntervalRecord) {
        tally.add(done: Int(interval.phases[Scope(stage: 0), .login].completed), unneeded: 0)
        for (key, entry) in interval.failures.ordered {
            if isUnneeded(key) { tally.add(done: 0, unneeded: Int(entry.count)) } else { tally.add(entry, for: key) }
        }
        stopIfInVain()
        progress(tally)
    }

    /// Servers do not tell an unknown user from a wrong password (RFC 6120 section 6.5.10).
    private func isUnneeded(_ failure: FailureTable.Key) -> Bool {
        switch change {
        case .creation: failure.phase == .register && failure.kind == .stanza && failure.condition == "conflict"
        case .removal: failure.kind == .sasl && failure.condition == "not-authorized"
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
            case .interrupted, .cut, .outageFailed: reasonToStop.map { .gaveUp($0) } ?? .interrupted
            case .unreachable(let failure): .unreachable(failure)
            }
        done(tally)
    }
}
