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
final class RunSession: RunObserver, @unchecked Sendable {  // mutable state is confined to `writing`, or set once
    private let scenario: Scenario
    private let live: LiveView?
    private let folder: ResultFolder
    private let writing = DispatchQueue(label: "muster.files")
    private let ended = DispatchSemaphore(value: 0)
    private var run: Run?
    private var signals: SignalWaiter?
    private var description: RunDescription
    private var outcome: RunOutcome?
    private var firstWriteError: ResultError?

    /// - Throws: `CommandFailure` if the target's name is unknown or the folder cannot be made.
    init(
        _ scenario: Scenario, child: EmbeddedChild?, lanes: Int, results: String, notes: [String], live: LiveView?
    ) throws {
        self.scenario = scenario
        self.live = live
        let plan = scenario.plan
        let target = try Self.target(plan, child)
        try Self.look(at: target)
        let started = WallTime(secondsSince1970: Int(Date().timeIntervalSince1970))
        description = RunDescription(scenario, target: "\(target.addresses[0])", startedAt: started)
        description.notes = notes
        description.server = Self.server(plan.target.process, child, at: target.addresses[0])
        do throws(ResultError) {
            folder = try ResultFolder.create(in: results, name: plan.name, startedAt: started)
            try folder.begin(description, names: ScopeNames(stages: plan.stages.map(\.name)))
        } catch { throw CommandFailure(.notReachable, "muster: \(error)") }
        try start(plan, target, lanes: lanes)
    }

    private func start(_ plan: RunPlan, _ target: RunTarget, lanes: Int) throws {
        let run: Run
        do throws(TransportFailure) {
            run = try Run(
                plan, target: target, laneCount: lanes, cryptoWidth: ProcessInfo.processInfo.activeProcessorCount,
                serverPID: description.server.pid, observer: self)
        } catch { throw CommandFailure(.notReachable, "muster: the run cannot start: \(ProbeText.words(error))") }
        self.run = run
        signal(SIGHUP, SIG_IGN)
        signals = SignalWaiter([SIGINT, SIGTERM]) { run.interrupt() }
        run.start()
    }

    private static func target(_ plan: RunPlan, _ child: EmbeddedChild?) throws -> RunTarget {
        let embedded = child.map { child in
            (SocketAddress.loopback(last: 1, port: child.announcement.port), child.announcement.sha256)
        }
        do throws(TransportFailure) { return try RunTarget(plan, embedded: embedded) } catch {
            throw CommandFailure(.notReachable, "muster: the target cannot be found: \(ProbeText.words(error))")
        }
    }

    /// No load is sent at a server that does not offer what the scenario wants.
    private static func look(at target: RunTarget) throws {
        guard case .impossible(let failure) = Preflight.look(at: target) else { return }
        throw CommandFailure(
            .notReachable,
            "muster: sasl: \(failure.condition): \(failure.example); login.force: true tries it all the same")
    }

    private static func server(
        _ choice: Target.ServerProcessChoice, _ child: EmbeddedChild?, at address: SocketAddress
    ) -> RunDescription.Server {
        if let child { return RunDescription.Server(pid: child.pid) }
        switch choice {
        case .auto: return listener(at: address)
        case .pid(let pid): return RunDescription.Server(pid: pid)
        case .pidFile(let path):
            let text = try? String(contentsOfFile: path, encoding: .utf8)
            guard let pid = text.flatMap({ Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) else {
                return RunDescription.Server(reason: "\(path) cannot be read, or holds no process id")
            }
            return RunDescription.Server(pid: pid)
        }
    }

    private static func listener(at address: SocketAddress) -> RunDescription.Server {
        guard address.isLoopback else {
            return RunDescription.Server(reason: "the target is not on this machine's loopback: name target.process")
        }
        do throws(ListeningProcess.NotFound) {
            return RunDescription.Server(pid: try ListeningProcess.find(address))
        } catch { return RunDescription.Server(reason: error.reason) }
    }

    /// Blocks until the run is over and everything is written.
    func waitForTheEnd() -> RunReport {
        ended.wait()
        return writing.sync { makeReport() }
    }

    // MARK: RunObserver

    func runDidTick(_ status: LiveStatus) { live?.show(status) }

    func runDidEndInterval(_ interval: IntervalRecord) {
        writing.async { [self] in
            do throws(ResultError) { try folder.append(interval) } catch { noteWriteError(error) }
        }
    }

    func runDidEnd(_ outcome: RunOutcome) {
        writing.async { [self] in
            self.outcome = outcome
            live?.clear()
            ended.signal()
        }
    }

    private func noteWriteError(_ error: ResultError) {
        if firstWriteError == nil { Terminal.error("muster: \(error)") }
        firstWriteError = firstWriteError ?? error
    }

    private func makeReport() -> RunReport {
        let rules = scenario.plan.thresholds.compactMap { Rule($0, stages: scenario.plan.stages) }
        let verdict = Verdict.judge(
            folder.totals, by: rules, stageSeconds: (outcome?.watchedSeconds ?? []).map(Double.init),
            interrupted: outcome?.ending != .completed)
        let report = RunReport(
            folder: folder.path, totals: folder.totals, verdict: verdict, outcome: outcome,
            writeError: firstWriteError, description: description)
        do throws(ResultError) { try folder.finish(report.description) } catch { noteWriteError(error) }
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
