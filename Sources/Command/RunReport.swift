import Engine
import Metrics
import Reports
import ResultFiles

/// What a finished run has to say, and by which code.
struct RunReport {
    private let folder: String
    private let totals: RunTotals
    private let verdict: Verdict
    private let comparison: Comparison?
    private let ending: RunOutcome.Ending
    private let writeError: ResultError?
    private(set) var description: RunDescription

    init(
        folder: String, totals: RunTotals, verdict: Verdict, comparison: Comparison?, outcome: RunOutcome?,
        writeError: ResultError?, description: RunDescription
    ) {
        self.folder = folder
        self.totals = totals
        self.verdict = verdict
        self.comparison = comparison
        ending = outcome?.ending ?? .interrupted
        self.writeError = writeError
        self.description = description
        describe(outcome)
    }

    /// A pass needs the result on disk.
    var status: ExitStatus { writeError == nil ? judged : max(judged, .notReachable) }

    private var judged: ExitStatus {
        switch ending {
        case .unreachable, .variantFailed: return .notReachable
        case .outageFailed: return .failed
        case .completed, .interrupted, .cut: return ExitStatus(rawValue: verdict.exit.rawValue) ?? .failed
        }
    }

    /// The last line of the output.
    var verdictLine: String {
        let logins = totals.record(of: .login)
        let failed = logins.failed > 0 ? ", \(Format.count(logins.failed)) failed" : ""
        return "\(sentence); \(Format.count(logins.completed)) logins\(failed) (\(folder))"
    }

    /// How it ended, in a sentence.
    var sentence: String {
        switch ending {
        case .unreachable(let failure): return "not reached: \(Self.words(failure))"
        case .outageFailed(let reason): return "did not pass muster: the outage failed: \(reason)"
        case .variantFailed(let name, let failure): return "not compared: \(Self.words(failure, of: name))"
        case .completed, .interrupted, .cut: break
        }
        if writeError != nil, judged == .passed { return "did not pass muster: the result is not complete" }
        return verdict.sentence
    }

    private static func words(_ failure: Failure) -> String {
        failure.condition.isEmpty ? failure.kind.rawValue : "\(failure.kind.rawValue): \(failure.condition)"
    }

    private static func words(_ failure: Failure, of variant: String) -> String {
        "nobody logged in as variant \(variant) while it warmed up: \(failure.phase): \(words(failure))"
    }

    /// For standard error, where the run ended by something other than its plan.
    var errorLine: String? {
        switch ending {
        case .unreachable(let failure):
            "muster: no connection to \(description.target) was ever established: \(Self.words(failure))"
        case .outageFailed(let reason): "muster: the outage failed: \(reason)"
        case .variantFailed(let name, let failure): "muster: \(Self.words(failure, of: name))"
        case .completed, .interrupted, .cut: writeError.map { "muster: the result is not complete: \($0)" }
        }
    }

    func summary(isColored: Bool) -> String {
        TerminalSummary(
            totals: totals, description: description, verdict: verdict, comparison: comparison, color: isColored
        ).text
    }

    /// The text of run.json.
    func json() throws(ResultError) -> String { String(decoding: try description.json.dropLast(), as: UTF8.self) }

    private mutating func describe(_ outcome: RunOutcome?) {
        switch ending {
        case .completed: description.state = .finished
        case .interrupted: description.state = .interrupted
        case .cut, .outageFailed, .variantFailed: description.state = .cut
        case .unreachable: description.state = .unreachable
        }
        let starts = outcome?.stageStarts ?? []
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1] : totals.end
            description.stages[number].startsAtSeconds = Self.seconds(start)
            description.stages[number].lengthSeconds = Self.seconds(max(start, end) - start)
        }
        description.durationSeconds = Self.seconds(totals.end)
        var stored = verdict.stored
        stored.exitCode = Int(status.rawValue)
        stored.text = sentence
        stored.passed = status == .passed
        description.verdict = stored
    }

    private static func seconds(_ nanoseconds: UInt64) -> Double { (Double(nanoseconds) / 1_000_000).rounded() / 1000 }
}
