import Dispatch
import Glibc
import LoadPlan
import Metrics
import Transport

// Once a second: gather, watch, tell.

/// What has come in from the lanes since the last interval was handed over.
struct Gathering {
    var phases: PhaseTable?
    var failures = FailureTable()
    var marks: [SaturationMark] = []
    var lateArrivals = 0
    /// Since the run began.
    var traffic = Traffic()
    var firstLogins: UInt64 = 0
    /// As of the latest snapshots.
    var inFlight = 0
    var online = 0
    var isIdle = true
    var storm = StormProgress()
    var inPhase: [LiveStatus.PhaseCount] = []
    /// Since the second began.
    var second = Saturation.Second()
    var secondLogins: PhaseRecord = PhaseRecord()
    /// Loop time of each lane, as of the latest snapshots and at the start of the second.
    var busy: [UInt64] = []
    var busyBefore: [UInt64] = []
    var intervalLag: PhaseRecord = PhaseRecord()
}

/// Counts since the run began.
struct Totals {
    var begun: UInt64 = 0
    var completed: UInt64 = 0
    var failed: UInt64 = 0
    var failures = FailureTable()
    /// At the end of the last interval, in microseconds.
    var cpu: UInt64 = 0
    var serverCPU: UInt64?
    /// At the end of the last second.
    var cpuOfSeconds: UInt64 = 0
    var serverCPUOfSeconds: UInt64?
    /// The last interval's end, in nanoseconds since the first arrival.
    var lastInterval: UInt64 = 0
    var lastSecond: UInt64 = 0
}

extension Run {
    func tick() {
        gather(countsPhases: true) { [self] in
            guard state != .ended else { return }
            endSecond()
        }
    }

    /// Asks every lane for a snapshot; `done` is called on the run's queue when all have answered.
    func gather(countsPhases: Bool = false, _ done: @escaping @Sendable () -> Void) {
        let snapshots = SnapshotBox(count: runners.count)
        let group = DispatchGroup()
        for (number, runner) in runners.enumerated() {
            group.enter()
            runner.lane.queue.async { [self] in
                let snapshot = runner.takeSnapshot(countsPhases: countsPhases)
                queue.async {
                    snapshots.all[number] = snapshot
                    group.leave()
                }
            }
        }
        group.notify(queue: queue) { [self] in
            add(snapshots.all.compactMap { $0 })
            done()
        }
    }

    /// Confined to the run's queue.
    private final class SnapshotBox: @unchecked Sendable {
        var all: [Snapshot?]
        init(count: Int) { all = Array(repeating: nil, count: count) }
    }

    private func add(_ snapshots: [Snapshot]) {
        gathering.inFlight = snapshots.reduce(0) { $0 + $1.inFlight }
        gathering.online = snapshots.reduce(0) { $0 + $1.online }
        gathering.traffic = snapshots.reduce(into: Traffic()) { $0 += $1.traffic }
        gathering.firstLogins = snapshots.reduce(0) { $0 + $1.firstLogins }
        gathering.isIdle = snapshots.allSatisfy(\.isIdle)
        gathering.inPhase = sum(snapshots.map(\.inPhase))
        gathering.storm = snapshots.reduce(into: StormProgress()) { $0 += $1.storm }
        for snapshot in snapshots { add(snapshot) }
        gathering.busy = snapshots.map(\.busy)
        if gathering.busyBefore.isEmpty { gathering.busyBefore = gathering.busy.map { _ in 0 } }
        gathering.second.busyShare = zip(gathering.busy, gathering.busyBefore).map { Double($0 - $1) / 1e9 }.max() ?? 0
    }

    private func sum(_ counts: [[Int]]) -> [LiveStatus.PhaseCount] {
        names.phases.all.compactMap { phase in
            let logins = counts.reduce(0) { $0 + ($1.isEmpty ? 0 : $1[Int(phase.index)]) }
            return logins > 0 ? LiveStatus.PhaseCount(phase: phase, logins: logins) : nil
        }
    }

    private func add(_ snapshot: Snapshot) {
        gathering.phases?.merge(snapshot.phases)
        gathering.failures.merge(snapshot.failures)
        totals.failures.merge(snapshot.failures)
        gathering.lateArrivals += snapshot.lateArrivals
        gathering.second.lateArrivals += snapshot.lateArrivals
        gathering.second.localFailures += snapshot.localFailures
        for stage in names.stages.indices {
            let scope = Scope(stage: UInt16(stage))
            let login = snapshot.phases[scope, .login]
            totals.begun += login.started
            totals.completed += login.completed
            totals.failed += login.failed
            gathering.second.arrivals += snapshot.phases[scope, .due].started
            gathering.secondLogins.merge(login)
            gathering.intervalLag.merge(snapshot.phases[scope, .lag])
        }
    }

    private func endSecond() {
        let now = MonotonicClock.now
        let elapsed = now - min(now, origin)
        if state == .running { watch(elapsed) }
        observer?.runDidTick(status(elapsed))
        resetSecond(now)
        if intervalNumber(elapsed) > intervalNumber(totals.lastInterval) { endInterval(at: now) }
    }

    /// Which interval of the schedule an instant belongs to: a second that was told late makes none of them longer.
    private func intervalNumber(_ elapsed: UInt64) -> UInt64 { (elapsed + 5_000_000) / plan.interval.inNanoseconds }

    /// Marks the second if the generator was its bottleneck.
    private func watch(_ elapsed: UInt64) {
        watchedSeconds[stage] += 1
        gathering.second.isOpenStage = plan.stages[stage].isOpen
        guard let reason = Saturation.reason(gathering.second) else { return }
        let second = Int((elapsed + 500_000_000) / 1_000_000_000)
        let mark = SaturationMark(second: second, stage: UInt16(stage), reason: reason)
        firstMark = firstMark ?? mark
        gathering.marks.append(mark)
    }

    private func resetSecond(_ now: UInt64) {
        gathering.second = Saturation.Second()
        gathering.secondLogins = PhaseRecord()
        gathering.busyBefore = gathering.busy
        totals.lastSecond = now
    }

    /// Hands the interval over and begins the next.
    func endInterval(at now: UInt64) {
        let elapsed = now - min(now, origin)
        guard let phases = gathering.phases?.take() else { return }
        let record = IntervalRecord(
            end: elapsed, phases: phases, failures: gathering.failures, system: systemSample(), marks: gathering.marks)
        gathering.failures = FailureTable()
        gathering.marks = []
        gathering.lateArrivals = 0
        gathering.intervalLag = PhaseRecord()
        totals.lastInterval = elapsed
        observer?.runDidEndInterval(record)
    }

    /// Processor time is told as what was used since the last time it was looked at.
    func noteCPU() {
        totals.cpu = ProcessReader.ownCPU
        totals.serverCPU = serverPID.flatMap { ProcessReader.readTree($0).cpu }
        totals.cpuOfSeconds = totals.cpu
        totals.serverCPUOfSeconds = totals.serverCPU
    }

    private func systemSample() -> SystemSample {
        let own = ProcessReader.read(getpid())
        var sample = SystemSample()
        let cpu = ProcessReader.ownCPU
        sample.online = gathering.online
        sample.inFlight = gathering.inFlight
        sample.cpu = cpu - totals.cpu
        sample.residentBytes = own.residentBytes
        sample.descriptors = own.descriptors
        sample.descriptorLimit = DescriptorLimit.current
        sample.threads = own.threads
        sample.lagP99 = gathering.intervalLag.latencies?.percentile(0.99).map { Double($0) / 1000 }
        sample.arrivalsLate = gathering.lateArrivals
        sample.server = serverSample()
        totals.cpu = cpu
        return sample
    }

    /// The figures of the server's process, and of the one that took its place where it was restarted.
    private func readServer() -> (pid: Int32, figures: ProcessReader.Figures)? {
        guard let pid = serverPID else { return nil }
        let figures = ProcessReader.readTree(pid)
        guard figures.cpu == nil, !outages.records.isEmpty, let next = serverSwitch?.process(), next != pid else {
            return (pid, figures)
        }
        serverPID = next
        // All of its processor time is of this interval.
        (totals.serverCPU, totals.serverCPUOfSeconds) = (0, 0)
        return (next, ProcessReader.readTree(next))
    }

    private func serverSample() -> SystemSample.ServerSample? {
        guard let (pid, figures) = readServer() else { return nil }
        var sample = SystemSample.ServerSample(pid: pid)
        sample.cpu = figures.cpu.map { $0 - min($0, totals.serverCPU ?? $0) }
        sample.residentBytes = figures.residentBytes
        sample.descriptors = figures.descriptors
        sample.threads = figures.threads
        totals.serverCPU = figures.cpu
        return sample
    }
}
