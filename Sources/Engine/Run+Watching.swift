import Dispatch
import Glibc
import LoadPlan
import Metrics
import Transport

// Once a second: gather, watch, tell.

/// What has come in from the lanes since the last interval was handed over.
struct Gathering {
    var phases: PhaseTable
    var marked: PhaseTable?
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
    /// Since the second began; it is a part of none of the above yet.
    var second: Second
    var secondLogins: PhaseRecord = PhaseRecord()
    /// Loop time of each lane, as of the latest snapshots.
    var busy: [UInt64] = []
    var intervalLag: PhaseRecord = PhaseRecord()

    init(_ names: ScopeNames) {
        phases = PhaseTable(names: names)
        second = Second(names)
    }

    /// What may be marked as a whole.
    struct Second {
        var phases: PhaseTable
        var marked: PhaseTable?
        /// As ``Snapshot``'s.
        var held: PhaseTable?
        var answered: PhaseTable?
        /// By stage.
        var lapses: [Lapses]

        init(_ names: ScopeNames) {
            phases = PhaseTable(names: names)
            lapses = Array(repeating: Lapses(), count: names.stages.count)
        }

        /// - Parameter isWhole: all that was recorded but what the server answered; else what is ours of itself.
        mutating func mark(_ stage: Int, isWhole: Bool) {
            let scope = Scope(stage: UInt16(stage))
            var table = marked ?? PhaseTable(names: phases.names)
            for phase in phases.names.phases.all {
                if isWhole {
                    table[scope, phase] = phases[scope, phase]
                    if let answered { table[scope, phase].remove(answered[scope, phase]) }
                } else if let held {
                    table[scope, phase].merge(held[scope, phase])
                }
            }
            marked = table
        }

        mutating func add(_ snapshot: Snapshot) {
            phases.merge(snapshot.phases)
            Self.add(snapshot.marked, to: &marked)
            Self.add(snapshot.held, to: &held)
            Self.add(snapshot.answered, to: &answered)
        }

        fileprivate static func add(_ part: PhaseTable?, to whole: inout PhaseTable?) {
            guard let part else { return }
            if whole == nil { whole = part } else { whole?.merge(part) }
        }
    }

    mutating func closeSecond() {
        phases.merge(second.phases)
        Second.add(second.marked, to: &marked)
        second = Second(phases.names)
    }
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
    }

    private func sum(_ counts: [[Int]]) -> [LiveStatus.PhaseCount] {
        names.phases.all.compactMap { phase in
            let logins = counts.reduce(0) { $0 + ($1.isEmpty ? 0 : $1[Int(phase.index)]) }
            return logins > 0 ? LiveStatus.PhaseCount(phase: phase, logins: logins) : nil
        }
    }

    private func add(_ snapshot: Snapshot) {
        gathering.second.add(snapshot)
        gathering.failures.merge(snapshot.failures)
        totals.failures.merge(snapshot.failures)
        for stage in names.stages.indices {
            gathering.lateArrivals += snapshot.lapses[stage].lateArrivals
            gathering.second.lapses[stage] += snapshot.lapses[stage]
            let scope = Scope(stage: UInt16(stage))
            let login = snapshot.phases[scope, .login]
            totals.begun += login.started
            totals.completed += login.completed
            totals.failed += login.failed
            watch.underWay[stage] += Int(login.started) - Int(login.completed) - Int(login.failed)
            gathering.secondLogins.merge(login)
            gathering.intervalLag.merge(snapshot.phases[scope, .lag])
        }
    }

    private func endSecond() {
        let now = MonotonicClock.now
        let elapsed = now - min(now, origin)
        closeSecond(at: now)
        observer?.runDidTick(status(elapsed))
        resetSecond(now)
        if intervalNumber(elapsed) > intervalNumber(totals.lastInterval) { endInterval(at: now) }
    }

    /// Which interval of the schedule an instant belongs to: a second that was told late makes none of them longer.
    private func intervalNumber(_ elapsed: UInt64) -> UInt64 { (elapsed + 5_000_000) / plan.interval.inNanoseconds }

    private func resetSecond(_ now: UInt64) {
        gathering.secondLogins = PhaseRecord()
        totals.lastSecond = now
    }

    /// Hands the interval over and begins the next.
    func endInterval(at now: UInt64) {
        let elapsed = now - min(now, origin)
        let record = IntervalRecord(
            end: elapsed, phases: gathering.phases.take(), failures: gathering.failures, system: systemSample(),
            marks: gathering.marks, marked: gathering.marked)
        gathering.marked = nil
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
