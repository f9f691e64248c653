import Dispatch
import LoadPlan
import Metrics
import Transport

// The stages in which the server goes and everybody comes back. Whoever made the switch brings the server back where
// the run ends before it has: a run that ends tells nobody anything.

/// The outages of a run so far.
struct Outages {
    var records: [StormRecord] = []
    /// Why the latest one could not be rehearsed.
    var failure: ServerSwitchFailure?
    /// The instant when the server was down.
    var down: UInt64 = 0
}

extension Run {
    /// Begins what a stage without logins is about.
    func beginPause(_ stage: Stage) {
        switch stage.shape {
        case .outage(let outage): begin(outage)
        case .recovery(let share, let limit): begin(recovery: share, limit: limit.inNanoseconds)
        case .ramp, .hold, .burst, .crowd: break
        }
    }

    // MARK: Outage

    private func begin(_ outage: Outage) {
        outages.records.append(StormRecord(stage: stage))
        guard let serverSwitch else { return failOutage(ServerSwitchFailure("there is nothing to stop the server by")) }
        let stage = stage
        serverSwitch.stop(for: outage) { [self] failure in
            queue.async { [self] in wentDown(outage, in: stage, failure) }
        }
    }

    private func wentDown(_ outage: Outage, in stage: Int, _ failure: ServerSwitchFailure?) {
        guard isIn(stage) else { return }
        if let failure { return failOutage(failure) }
        outages.down = MonotonicClock.now
        let end = DispatchTime(uptimeNanoseconds: outages.down + outage.length.inNanoseconds)
        queue.asyncAfter(deadline: end) { [self] in comeBack(from: outage, in: stage) }
    }

    private func comeBack(from outage: Outage, in stage: Int) {
        guard isIn(stage), let serverSwitch else { return }
        let now = MonotonicClock.now
        outages.records[outages.records.count - 1].down = now - outages.down
        for runner in runners { runner.lane.queue.async { runner.serverReturns(at: now) } }
        serverSwitch.start(after: outage) { [self] failure in queue.async { [self] in cameBack(in: stage, failure) } }
    }

    private func cameBack(in stage: Int, _ failure: ServerSwitchFailure?) {
        guard isIn(stage) else { return }
        if let failure { return failOutage(failure) }
        stageIsOver()
    }

    private func failOutage(_ failure: ServerSwitchFailure) {
        outages.failure = failure
        leave(patience: 3_000_000_000)
    }

    /// Whether the run goes on, and is where it was when something was asked for.
    func isIn(_ stage: Int) -> Bool { state == .running && stage == self.stage }

    // MARK: Recovery

    /// How often it is asked who is back.
    private static let glance = DispatchTimeInterval.milliseconds(50)

    private func begin(recovery share: Double, limit: UInt64) {
        let found = StormRecord.Recovery(stage: stage, wanted: share, limit: limit, share: 0)
        lookForReturns(found, until: MonotonicClock.now + limit)
    }

    private func lookForReturns(_ recovery: StormRecord.Recovery, until end: UInt64) {
        queue.asyncAfter(deadline: .now() + Self.glance) { [self] in
            guard isIn(recovery.stage) else { return }
            gather { [self] in countReturns(recovery, until: end) }
        }
    }

    private func countReturns(_ recovery: StormRecord.Recovery, until end: UInt64) {
        guard isIn(recovery.stage) else { return }
        var recovery = recovery
        recovery.share = gathering.storm.share
        guard recovery.isComplete || MonotonicClock.now >= end else { return lookForReturns(recovery, until: end) }
        outages.records[outages.records.count - 1].recovery = recovery
        stageIsOver()
    }

    // MARK: Figures

    /// What the lanes saw of every outage; `done` is called on the run's queue.
    func gatherStorms(_ done: @escaping @Sendable () -> Void) {
        guard !outages.records.isEmpty else { return done() }
        let group = DispatchGroup()
        for runner in runners {
            group.enter()
            runner.lane.queue.async { [self] in
                let shares = runner.storms
                queue.async { [self] in
                    for (number, share) in shares.enumerated() { share.add(to: &outages.records[number]) }
                    group.leave()
                }
            }
        }
        group.notify(queue: queue) { [self] in
            for number in outages.records.indices { outages.records[number].returns.sort() }
            done()
        }
    }
}
