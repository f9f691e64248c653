import Dispatch
import Engine
import Foundation
import LoadPlan
import Metrics
import Reports
import ResultFiles
import ScenarioFile
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
    private var load: Load?
    private var signals: SignalWaiter?
    private var description: RunDescription
    private var outcome: RunOutcome?
    private var ledger: ExperimentLedger?
    private var firstWriteError: ResultError?

    /// What is run: kept, for it does not keep its observer.
    private enum Load {
        case run(Run)
        case experiment(Experiment)

        func start() {
            switch self {
            case .run(let run): run.start()
            case .experiment(let experiment): experiment.start()
            }
        }

        func interrupt() {
            switch self {
            case .run(let run): run.interrupt()
            case .experiment(let experiment): experiment.interrupt()
            }
        }
    }

    /// - Throws: `CommandFailure` if the target's name is unknown or the folder cannot be made.
    init(
        _ scenario: Scenario, children: EmbeddedChildren, lanes: Int, results: String, notes: [String],
        audience: RunAudience
    ) throws {
        self.scenario = scenario
        self.audience = audience
        self.children = children
        let search = ServerSearch(resolver: try .ofEnvironment())
        let sides = try scenario.plans.map { try RunSide($0, children[$0], search) }
        let started = WallTime.now
        description = RunDescription(scenario, target: "\(sides[0].target.addresses[0])", startedAt: started)
        description.calibration = Self.floor(in: results, for: description.machine)
        description.notes = notes + sides[0].target.remarks
        description.server = sides[0].server
        ledger = scenario.experiment.map(ExperimentLedger.init)
        do throws(ResultError) {
            folder = try ResultFolder.create(in: results, name: scenario.plan.name, startedAt: started)
            try folder.begin(description, names: scenario.names)
            page = PageDrawer(folder: folder.path)
            try page.draw()
        } catch { throw CommandFailure(.notReachable, "muster: \(error)") }
        audience.begin(description, folder: folder.path)
        try start(sides, lanes: lanes)
    }

    /// What was found when this machine was calibrated, if it was.
    private static func floor(in results: String, for machine: RunDescription.Machine) -> Calibration.Floor? {
        guard let calibration = try? Calibration.read(in: results), calibration.machine == machine else { return nil }
        return calibration.floor
    }

    private func start(_ sides: [RunSide], lanes: Int) throws {
        let group: LaneGroup
        do throws(TransportFailure) {
            group = try Self.laneGroup(lanes)
        } catch { throw CommandFailure(.notReachable, "muster: the run cannot start: \(ProbeText.words(error))") }
        let load = load(sides, group)
        self.load = load
        signal(SIGHUP, SIG_IGN)
        signals = SignalWaiter([SIGINT, SIGTERM]) { load.interrupt() }
        load.start()
    }

    /// Long computations may use every processor.
    static func laneGroup(_ lanes: Int) throws(TransportFailure) -> LaneGroup {
        try LaneGroup(count: lanes, cryptoWidth: ProcessInfo.processInfo.activeProcessorCount)
    }

    private func load(_ sides: [RunSide], _ lanes: LaneGroup) -> Load {
        guard let experiment = scenario.experiment else {
            return .run(
                Run(
                    scenario.plan, target: sides[0].target, lanes: lanes, serverPID: sides[0].server.pid,
                    observer: self))
        }
        let sides = sides.map { Experiment.Side(target: $0.target, serverPID: $0.server.pid) }
        audience.say(
            "measuring what the server burns when nobody logs in, for \(Format.rate(ExperimentPlan.idle.inSeconds)) s")
        return .experiment(Experiment(experiment, sides: sides, lanes: lanes, observer: self))
    }

    /// Blocks until the run is over and everything is written.
    func waitForTheEnd() -> RunReport {
        ended.wait()
        let reports = children.stop()
        let report = writing.sync {
            description.embedded = reports
            return makeReport()
        }
        audience.end(report.sentence)
        return report
    }

    // MARK: RunObserver

    func runDidTick(_ status: LiveStatus) { audience.show(status) }

    func runDidEndInterval(_ interval: IntervalRecord) {
        write { [self] () throws(ResultError) in
            try folder.append(interval)
            audience.note(folder.totals, interval.system)
            // An experiment is not disturbed within a block.
            if ledger == nil { page.drawIfDue(isWatched: audience.isWatching) }
        }
    }

    private func write(_ body: @escaping @Sendable () throws(ResultError) -> Void) {
        writing.async { [self] in
            let began = MonotonicClock.threadCPU
            do throws(ResultError) { try body() } catch { noteWriteError(error) }
            filesCPU += MonotonicClock.threadCPU - began
        }
    }

    func runDidEnd(_ outcome: RunOutcome) {
        writing.async { [self] in
            self.outcome = outcome
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
            try folder.append(leg)
            guard ledger?.blocks != before else { return }
            try compare()
            page.drawIfDue(isWatched: audience.isWatching)
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
        description.experiment?.note(comparison)
        try folder.replace(comparison.rows.map(CompareRow.init))
        return comparison
    }

    private func noteWriteError(_ error: ResultError) {
        if firstWriteError == nil { audience.say("muster: \(error)") }
        firstWriteError = firstWriteError ?? error
    }

    private func makeReport() -> RunReport {
        let rules = scenario.plan.thresholds.compactMap { Rule($0, stages: scenario.plan.stages) }
        let verdict = Verdict.judge(
            folder.totals, by: rules, stageSeconds: (outcome?.watchedSeconds ?? []).map(Double.init),
            isComparison: scenario.experiment?.comparesLatencies == true, interrupted: outcome?.ending != .completed)
        var comparison: Comparison?
        do throws(ResultError) { comparison = try compare() } catch { noteWriteError(error) }
        let report = RunReport(
            folder: folder.path, totals: folder.totals, verdict: verdict, comparison: comparison, outcome: outcome,
            writeError: firstWriteError, description: description)
        do throws(ResultError) {
            try folder.finish(report.description)
            try page.draw()
        } catch { noteWriteError(error) }
        return report
    }
}

extension Rule {
    /// A threshold in terms of what was recorded; nil if it names a phase that nothing records.
    init?(_ threshold: Threshold, stages: [Stage]) {
        let stage = threshold.stage.flatMap { name in stages.firstIndex { $0.name == name } }
        let limit =
            switch threshold.limit {
            case .duration(let duration): Double(duration.inNanoseconds)
            case .share(let share): share
            }
        switch threshold.measure {
        case .latency(let name, let statistic):
            guard let phase = Phase(named: name), let statistic = Statistic(rawValue: statistic.rawValue) else {
                return nil
            }
            self.init(text: threshold.text, measure: .latency(phase, statistic), limit: limit, stage: stage)
        case .failures: self.init(text: threshold.text, measure: .failures, limit: limit, stage: stage)
        case .disconnects: self.init(text: threshold.text, measure: .disconnects, limit: limit, stage: stage)
        }
    }
}
