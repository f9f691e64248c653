import Dispatch
import Engine
import Foundation
import LoadPlan
import Metrics
import Reports
import ResultFiles
import ScenarioFile
import Synchronization
import Transport

/// One run from its result folder to its verdict: the engine's observer, the files' writer, the signals' receiver.
///
/// Files are written on a queue of their own, so that a slow disk delays no snapshot.
final class RunSession: ExperimentObserver, @unchecked Sendable {  // state is confined to `writing`, or set once
    private let scenario: Scenario
    private let audience: RunAudience
    private let folder: ResultFolder
    private let page: PageDrawer
    private let children: EmbeddedChildren
    private let writing = DispatchQueue(label: "muster.files")
    /// Nanoseconds of processor time that files took since the last leg of an experiment: no part of any login's cost.
    private var filesCPU: UInt64 = 0
    private let ended = DispatchSemaphore(value: 0)
    /// Kept, for it does not keep its observer.
    private var load: RunLoad?
    private var signals: SignalWaiter?
    /// Of a server that is taken down by commands.
    private let commands: CommandSwitch
    private var description: RunDescription
    private var floor: RunFloor
    private var outcome: RunOutcome?
    private var ledger: ExperimentLedger?
    private var capacities: CapacityEstimates?
    private var judge: RunJudge
    private var residue: ResidueWatch?
    private let baseline: Baseline?
    private var writeError: ResultError?
    /// When each of the writes that wait, or are under way, was asked for.
    private let pendingWrites = Mutex<[UInt64]>([])
    private let interrupts = Mutex(0)
    /// The load has ended; what is left has its own limits.
    private let isOver = Mutex(false)

    /// - Throws: `CommandFailure` if the target's name is unknown or the folder cannot be made.
    init(
        _ scenario: Scenario, children: EmbeddedChildren, lanes: Int, results: String, baseline: BaselineChoice? = nil,
        notes: [String], audience: RunAudience
    ) throws {
        self.scenario = scenario
        self.audience = audience
        self.children = children
        let search = ServerSearch(resolver: try .ofEnvironment())
        let variants = scenario.experiment?.variants.map { String?($0.name) } ?? [nil]
        let sides = try zip(scenario.plans, variants).map { plan, variant in
            try RunSide(plan, children[plan], search, phases: scenario.names.phases, variant: variant)
        }
        commands = CommandSwitch(
            sides[0].target.door, find: { [side = sides[0]] in side.foundProcess }, say: { audience.say($0) })
        let started = WallTime.now
        description = RunDescription(scenario, target: "\(sides[0].target.addresses[0])", startedAt: started)
        floor = RunFloor(in: results, scenario.plans, on: description.machine)
        description.calibration = floor.value
        description.notes = notes + sides[0].target.remarks
        description.server = sides[0].server
        ledger = scenario.experiment.map(ExperimentLedger.init)
        capacities = scenario.experiment.flatMap(CapacityEstimates.init)
        let run = description
        self.baseline = try baseline.flatMap { try Baseline($0, for: run, in: results) }
        if let note = self.baseline?.note { description.notes.append(note) }
        if baseline != nil, self.baseline == nil {
            description.notes.append("there is no baseline yet: no run of this scenario in \(results) has passed")
        }
        judge = RunJudge(scenario, description)
        do throws(ResultError) {
            folder = try ResultFolder.create(in: results, name: scenario.plan.name, startedAt: started)
            if let remark = folder.remark {
                description.notes.append(remark)
                audience.say("muster: \(remark)")
            }
            try folder.begin(description, names: scenario.names)
            page = PageDrawer(folder: folder.path)
        } catch { throw CommandFailure(.notReachable, "muster: \(error)") }
        do throws(ResultError) { try page.draw() } catch { noteWriteError(error) }
        audience.begin(description, folder: folder.path)
        try start(sides, lanes: lanes)
    }

    private func start(_ sides: [RunSide], lanes: Int) throws {
        let group: LaneGroup
        do throws(TransportFailure) {
            group = try Self.laneGroup(lanes)
        } catch { throw CommandFailure(.notReachable, "muster: the run cannot start: \(ProbeText.words(error))") }
        let load = load(sides, group)
        self.load = load
        watchResidue(port: sides[0].target.addresses[0].port)
        signal(SIGHUP, SIG_IGN)
        signals = SignalWaiter([SIGINT, SIGTERM]) { [self] in interrupt(load) }
        description.loadStartedAtUnixMs = UInt64(max(0, Date().timeIntervalSince1970) * 1000)
        load.start()
    }

    /// The second call ends the load, whatever it hangs on: what was measured up to the last interval is on disk.
    private func interrupt(_ load: RunLoad) {
        load.interrupt()
        commands.interrupt()
        let calls = interrupts.withLock { count in
            count += 1
            return count
        }
        guard calls == 2 else { return }
        DispatchQueue(label: "muster.last").asyncAfter(deadline: .now() + Self.patience) { [self] in
            if !isOver.withLock({ $0 }) { _exit(Verdict.Exit.interrupted.rawValue) }
        }
    }

    /// For the end of a run that was told twice to end.
    private static let patience = DispatchTimeInterval.seconds(10)

    /// Long computations may use every processor.
    static func laneGroup(_ lanes: Int) throws(TransportFailure) -> LaneGroup {
        try LaneGroup(count: lanes, cryptoWidth: ProcessInfo.processInfo.activeProcessorCount)
    }

    private func load(_ sides: [RunSide], _ lanes: LaneGroup) -> RunLoad {
        guard let experiment = scenario.experiment else {
            return .run(
                Run(
                    scenario.plan, target: sides[0].target, lanes: lanes, serverPID: sides[0].server.pid,
                    serverSwitch: serverSwitch, observer: self))
        }
        let sides = sides.map { Experiment.Side(target: $0.target, serverPID: $0.server.pid) }
        audience.say(
            "measuring what the server burns when nobody logs in, for \(Format.rate(ExperimentPlan.idle.inSeconds)) s")
        return .experiment(Experiment(experiment, sides: sides, lanes: lanes, observer: self))
    }

    /// By which the outages of the plan are made; nil where it has none.
    private var serverSwitch: (any ServerSwitch)? {
        let isOutage = { (stage: Stage) in if case .outage = stage.shape { true } else { false } }
        guard scenario.plan.stages.contains(where: isOutage) else { return nil }
        if let child = children[scenario.plan] { return EmbeddedSwitch(child) }
        return commands
    }

    /// Before the first login. A server in an experiment is watched in each block.
    private func watchResidue(port: UInt16) {
        guard scenario.experiment == nil, let pid = description.server.pid else { return }
        let asksHeap = scenario.plan.target.heap == .ask
        residue = ResidueWatch(pid, port: port, asksHeap: asksHeap)
        if asksHeap, residue?.knowsHeap == false {
            description.notes.append("target.heap: ask: jcmd does not answer for process \(pid), or is not there")
        }
    }

    /// After the last session, where it was asked for or the run was long enough to be worth the wait.
    private func finishResidue() {
        let seconds = Double(outcome?.duration ?? 0) / 1e9
        guard outcome?.ending == .completed || outcome?.ending == .cut,
            judge.asksForResidue || seconds >= ResidueWatch.worthwhile
        else { return }
        description.residue = residue?.finish()
    }

    /// Blocks until the run is over and everything is written.
    func waitForTheEnd() -> RunReport {
        ended.wait()
        isOver.withLock { $0 = true }
        bringBack()
        writing.sync { finishResidue() }
        let reports = children.stop()
        let report = writing.sync {
            description.embedded = reports
            noteStorms()
            return makeReport()
        }
        audience.end(report.sentence)
        return report
    }

    /// No server stays down because a run ended early.
    private func bringBack() {
        guard let failure = commands.restore() else { return }
        let isSaid = writing.sync { outcome?.ending == .outageFailed(failure.reason) }
        guard !isSaid else { return }
        audience.say("muster: the server was not brought back: \(failure.reason)")
        writing.sync { description.notes.append("the server was not brought back: \(failure.reason)") }
    }

    // MARK: RunObserver

    func runDidTick(_ status: LiveStatus) { audience.show(status) }

    func runDidEndInterval(_ interval: IntervalRecord) {
        write { [self] () throws(ResultError) in
            floor.add(interval)
            try folder.append(interval)
            audience.note(folder.totals, interval.system)
            // An experiment is not disturbed within a block.
            if ledger == nil { page.drawIfDue(isWatched: audience.isWatching) }
        }
        writing.async { [self] in
            guard let rule = judge.add(interval, totals: folder.totals) else { return }
            load?.cut()
            audience.say("\(rule.text) does not hold: the run ends here")
        }
    }

    private func write(_ body: @escaping @Sendable () throws(ResultError) -> Void) {
        notePending { $0.append(MonotonicClock.now) }
        writing.async { [self] in
            defer { notePending { $0.removeFirst() } }
            let began = MonotonicClock.threadCPU
            do throws(ResultError) {
                try body()
                noteWritten()
            } catch { noteWriteError(error) }
            filesCPU += MonotonicClock.threadCPU - began
        }
    }

    /// A disk that holds up the files is watched like every queue of ours.
    private func notePending(_ change: (inout sending [UInt64]) -> Void) {
        let oldest = pendingWrites.withLock { pending in
            change(&pending)
            return pending.first
        }
        load?.filesAwaited(since: oldest)
    }

    func runDidEnd(_ outcome: RunOutcome) {
        writing.async { [self] in
            self.outcome = outcome
            description.saturation.delays = RunDescription.Saturation.Delays(outcome.delays)
            ended.signal()
        }
    }

    // MARK: ExperimentObserver

    func experimentDidEndLeg(_ leg: LegRecord) {
        write { [self] () throws(ResultError) in
            var leg = leg
            leg.clientCPU -= min(leg.clientCPU, filesCPU / 1000)
            filesCPU = 0
            let before = ledger?.blocks
            ledger?.add(leg)
            noteCapacity(leg)
            try folder.append(leg)
            guard ledger?.blocks != before else { return }
            try compare()
            page.drawIfDue(isWatched: audience.isWatching)
        }
    }

    /// Said as soon as the warm-up block shows it, so that nobody waits for a comparison that means little.
    private func noteCapacity(_ leg: LegRecord) {
        let wasComplete = capacities?.isComplete ?? true
        capacities?.add(leg)
        guard !wasComplete, capacities?.isComplete == true, let warning = capacityWarning else { return }
        audience.say("muster: \(warning)")
    }

    private var capacityWarning: String? {
        scenario.experiment.flatMap { capacities?.warning(rate: $0.greatestRate) }
    }

    func experimentDidWarmUp(_ warmUp: WarmUp) {
        writing.async { [self] in
            ledger?.note(warmUp)
            description.experiment?.note(warmUp)
            guard let sentence = warmUp.sentence else { return }
            description.notes.append(sentence)
            audience.say("muster: \(sentence)")
        }
    }

    func experimentDidMeasureIdle(_ burns: [IdleBurn]) {
        writing.async { [self] in
            ledger?.note(burns)
            description.experiment?.idle = burns.map {
                RunDescription.Experiment.Idle(pid: $0.pid, before: $0.before, after: $0.after)
            }
        }
    }

    @discardableResult
    private func compare() throws(ResultError) -> Comparison? {
        guard let comparison = ledger?.judge() else { return nil }
        let phases = folder.totals.names.phases
        description.experiment?.note(comparison, phases)
        description.experiment?.warmUp?.countedUs = ledger?.serverCosts ?? []
        try folder.replace(comparison.rows.map { CompareRow($0, phases) })
        return comparison
    }

    /// Said at once, and once; the run goes on.
    private func noteWriteError(_ error: ResultError) {
        if writeError == nil { audience.say("muster: \(error)") }
        writeError = error
    }

    private func noteWritten() {
        guard writeError != nil, folder.isComplete else { return }
        writeError = nil
        audience.say("muster: the files are being written again, and nothing is missing")
    }

    private func noteStorms() {
        guard let records = outcome?.storms, !records.isEmpty else { return }
        let accepted = description.embedded.first?.acceptedBySecond
        description.storms = records.enumerated().map { number, record in
            RunDescription.Storm(
                record, stages: scenario.plan.stages.map(\.name),
                accepted: accepted.flatMap { $0.indices.contains(number) ? $0[number] : nil })
        }
    }

    private func makeReport() -> RunReport {
        let seed = scenario.plan.seed
        description.calibration = floor.value
        description.experiment?.capacities = capacities?.all ?? []
        description.notes += [capacityWarning, folder.totals.refusalHint, outcome?.arrivalNote].compactMap { $0 }
        let judged = judge.judge(
            folder.totals, outcome, residue: description.residue, storms: description.storms ?? [],
            baseline: baseline?.compare(with: folder.path, seed: seed))
        description.drift = judged.drift?.stored
        var comparison: Comparison?
        do throws(ResultError) { comparison = try compare() } catch { noteWriteError(error) }
        let report = report(judged.verdict, comparison)
        do throws(ResultError) {
            try folder.finish(report.description)
            noteWritten()
            try page.draw()
        } catch { noteWriteError(error) }
        let final = self.report(judged.verdict, comparison)
        noteNight(final.description)
        return final
    }

    /// A run that came to its end, by its plan or by a rule, is a row of the folder's history.
    private func noteNight(_ run: RunDescription) {
        guard run.experiment == nil, run.state == .finished || run.state == .cut else { return }
        let place = URL(fileURLWithPath: folder.path)
        do throws(ResultError) {
            try ResultHistory.append(
                run, folder.totals, result: place.lastPathComponent, in: place.deletingLastPathComponent().path)
        } catch { audience.say("muster: \(error)") }
    }

    private func report(_ verdict: Verdict, _ comparison: Comparison?) -> RunReport {
        RunReport(
            folder: folder.path, totals: folder.totals, verdict: verdict, comparison: comparison, outcome: outcome,
            writeError: writeError, description: description)
    }
}
