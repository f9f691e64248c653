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
    private var cpu: UInt64 = 0
    private var serverCPU: UInt64?

    /// - Throws: `CommandFailure` if the target's name is unknown or the folder cannot be made.
    init(
        _ scenario: Scenario, child: EmbeddedChild?, lanes: Int, results: String, notes: [String], live: LiveView?
    ) throws {
        self.scenario = scenario
        self.live = live
        let plan = scenario.plan
        let target = try Self.target(plan, child)
        let names = ScopeNames(stages: plan.stages.map(\.name))
        let started = Date()
        var description = RunDescription(scenario, target: "\(target.addresses[0])", started: started)
        description.notes = notes
        description.serverProcess = child?.pid ?? Self.pid(of: plan.target.process)
        if description.serverProcess == nil {
            description.serverProcessReason = "not known: name it with target.process: PID, or a pid file"
        }
        do throws(ResultError) {
            folder = try ResultFolder(in: results, name: plan.name, stamp: Stamp.compact(started), names: names)
            try folder.write(description)
        } catch { throw CommandFailure(.notReachable, "muster: \(error)") }
        self.description = description
        try start(plan, target, lanes: lanes)
    }

    private func start(_ plan: LoadPlan, _ target: RunTarget, lanes: Int) throws {
        let run: Run
        do throws(TransportFailure) {
            run = try Run(
                plan, target: target, laneCount: lanes, cryptoWidth: ProcessInfo.processInfo.activeProcessorCount,
                serverPID: description.serverProcess, observer: self)
        } catch { throw CommandFailure(.notReachable, "muster: the run cannot start: \(error)") }
        self.run = run
        signal(SIGHUP, SIG_IGN)
        signals = SignalWaiter([SIGINT, SIGTERM]) { run.interrupt() }
        run.start()
    }

    private static func target(_ plan: LoadPlan, _ child: EmbeddedChild?) throws -> RunTarget {
        let embedded = child.map { child in
            (
                SocketAddress.loopback(last: 1, port: child.announcement.port),
                bytes(ofHexadecimal: child.announcement.sha256 ?? "")
            )
        }
        do throws(TransportFailure) { return try RunTarget(plan, embedded: embedded) } catch {
            throw CommandFailure(.notReachable, "muster: the target cannot be found: \(error)")
        }
    }

    private static func bytes(ofHexadecimal text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue).map { UInt8($0) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func pid(of choice: Target.ServerProcessChoice) -> Int32? {
        switch choice {
        case .auto: nil
        case .pid(let pid): pid
        case .pidFile(let path):
            (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
                Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
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
            cpu += interval.system.cpu ?? 0
            if let used = interval.system.server?.cpu { serverCPU = (serverCPU ?? 0) + used }
            description.add(interval.marks, stages: scenario.plan.stages.map(\.name))
            do throws(ResultError) { try folder.append(interval, description: description) } catch {
                noteWriteError(error)
            }
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
        let rules = (scenario.plan.thresholds.isEmpty ? [.defaultRule] : scenario.plan.thresholds).compactMap {
            Rule($0, stages: scenario.plan.stages)
        }
        let watched = outcome?.watchedSeconds ?? []
        let verdict = Verdict(rules, folder.totals, watchedSeconds: watched)
        let report = RunReport(
            folder: folder.path, totals: folder.totals, verdict: verdict, outcome: outcome,
            openStages: scenario.plan.stages.map(\.isOpen), cpu: cpu, serverCPU: serverCPU, writeError: firstWriteError,
            description: description)
        do throws(ResultError) { try folder.write(report.description) } catch { noteWriteError(error) }
        return report
    }
}

extension Rule {
    /// A threshold in terms of what was recorded; nil if it names a phase that nothing records.
    init?(_ threshold: Threshold, stages: [Stage]) {
        let stage = threshold.stage.flatMap { name in stages.firstIndex { $0.name == name } }.map { UInt16($0) }
        let limit =
            switch threshold.limit {
            case .duration(let duration): Double(duration.inNanoseconds)
            case .share(let share): share
            }
        switch threshold.measure {
        case .latency(let name, let statistic):
            guard let phase = Phase(named: name) else { return nil }
            self.init(text: threshold.text, measure: .latency(phase, Statistic(statistic)), limit: limit, stage: stage)
        case .failures: self.init(text: threshold.text, measure: .failures, limit: limit, stage: stage)
        case .disconnects: self.init(text: threshold.text, measure: .disconnects, limit: limit, stage: stage)
        }
    }
}

extension Rule.Statistic {
    init(_ statistic: Threshold.Statistic) {
        switch statistic {
        case .p50: self = .percentile(0.5)
        case .p90: self = .percentile(0.9)
        case .p95: self = .percentile(0.95)
        case .p99: self = .percentile(0.99)
        case .p999: self = .percentile(0.999)
        case .max: self = .maximum
        case .mean: self = .mean
        }
    }
}
