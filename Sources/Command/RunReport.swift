import Engine
import Metrics
import Reports
import ResultFiles

/// What a finished run has to say, and by which code.
struct RunReport {
    private let folder: String
    private let totals: RunTotals
    private let verdict: Verdict
    private let ending: RunOutcome.Ending
    private let watchedSeconds: Int
    private let openStages: [Bool]
    private let cpu: UInt64
    private let serverCPU: UInt64?
    private let writeError: ResultError?
    private(set) var description: RunDescription

    init(
        folder: String, totals: RunTotals, verdict: Verdict, outcome: RunOutcome?, openStages: [Bool], cpu: UInt64,
        serverCPU: UInt64?, writeError: ResultError?, description: RunDescription
    ) {
        self.folder = folder
        self.totals = totals
        self.verdict = verdict
        ending = outcome?.ending ?? .interrupted
        watchedSeconds = outcome?.watchedSeconds.reduce(0, +) ?? 0
        self.openStages = openStages
        self.cpu = cpu
        self.serverCPU = serverCPU
        self.writeError = writeError
        self.description = description
        describe(outcome)
    }

    var status: ExitStatus {
        switch ending {
        case .unreachable: .notReachable
        case .interrupted: .interrupted
        case .completed where verdict.isGeneratorSaturated: .saturated
        case .completed: verdict.passed ? .passed : .failed
        }
    }

    /// The last line of the output.
    var verdictLine: String {
        let logins = totals.record(stage: nil, phase: .login)
        let counts = "\(Numbers.count(logins.completed)) logins, \(Numbers.count(logins.failed)) failed"
        switch status {
        case .passed: return "passed: \(counts) (\(folder))"
        case .failed: return "failed: \(counts); \(failedRules) (\(folder))"
        case .saturated:
            return """
                not judged: the generator was the bottleneck in \(verdict.judgedMarked) of \(verdict.judgedSeconds) judged \
                seconds; \(counts) (\(folder))
                """
        case .interrupted: return "interrupted: \(counts) (\(folder))"
        case .notReachable, .wrongUse: return "not reached: \(counts) (\(folder))"
        }
    }

    private var failedRules: String {
        verdict.judgements.filter { !$0.passed }
            .map { "\($0.rule.text) was \(TerminalSummary.words($0.figure))" }.joined(separator: ", ")
    }

    /// For standard error, where the run ended by something other than its plan.
    var errorLine: String? {
        if case .unreachable(let failure) = ending {
            let reason =
                failure.condition.isEmpty ? failure.kind.rawValue : "\(failure.kind.rawValue): \(failure.condition)"
            return "muster: no connection to \(description.target) was ever established: \(reason)"
        }
        return writeError.map { "muster: the result is not complete: \($0)" }
    }

    func summary(isColored: Bool) -> String {
        let completed = Double(max(1, totals.record(stage: nil, phase: .login).completed))
        let summary = TerminalSummary(
            totals, verdict, openStages: openStages, watchedSeconds: watchedSeconds, isColored: isColored)
        return summary.text(
            cpuPerLogin: Double(cpu) * 1000 / completed,
            serverCPUPerLogin: serverCPU.map { Double($0) * 1000 / completed })
            + "\n  result: \(folder)\n"
    }

    var json: String { String(decoding: description.encoded().dropLast(), as: UTF8.self) }

    private mutating func describe(_ outcome: RunOutcome?) {
        description.durationSeconds = outcome.map { Double($0.duration / 1_000_000) / 1000 }
        switch ending {
        case .completed: description.state = "completed"
        case .interrupted: description.state = "interrupted"
        case .unreachable: description.state = "unreachable"
        }
        for (number, start) in (outcome?.stageStarts ?? []).enumerated() {
            description.stages[number].startedAtSeconds = Double(start / 1_000_000) / 1000
        }
        description.watchedSeconds = watchedSeconds
        description.saturation = "generator saturated in \(totals.marks.count) of \(watchedSeconds) seconds"
        description.verdict = RunDescription.VerdictEntry(
            exitCode: status.rawValue, text: verdictLine,
            thresholds: verdict.judgements.map {
                RunDescription.ThresholdEntry(
                    threshold: $0.rule.text, figure: TerminalSummary.words($0.figure), passed: $0.passed)
            })
    }
}
