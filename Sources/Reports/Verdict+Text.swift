public import ResultFiles

extension Verdict {
    /// The whole verdict in one line: what `--quiet` prints.
    public var sentence: String {
        switch exit {
        case .passed: "passed muster: \(held)"
        case .failed: "did not pass muster: \(isCut ? "ended early by " : "")\(failures)"
        case .saturated:
            "not judged: the load generator itself was the bottleneck in \(judgedMarkedSeconds) of "
                + "\(judgedSeconds) judged seconds"
        case .interrupted:
            "interrupted: \(judgements.contains { $0.outcome == .failed } ? failures : held) until then"
        }
    }

    private var held: String {
        let passed = judgements.filter(\.passed)
        guard judgements.count > 1 else { return judgements[0].sentence }
        guard passed.count < judgements.count else { return "all \(judgements.count) thresholds held" }
        return "\(passed.count) of \(judgements.count) thresholds held, \(judgements.count - passed.count) not judged"
    }

    private var failures: String {
        let failed = judgements.filter { $0.outcome == .failed }
        let first = failed.first?.sentence ?? ""
        return failed.count > 1 ? "\(first), and \(failed.count - 1) more" : first
    }

    /// As `run.json` keeps it.
    public var stored: RunDescription.Verdict {
        RunDescription.Verdict(
            exitCode: Int(exit.rawValue), passed: exit == .passed, text: sentence, judgedSeconds: judgedSeconds,
            judgedMarkedSeconds: judgedMarkedSeconds, thresholds: judgements.map { $0.stored(exit) })
    }
}

extension Verdict.Judgement {
    /// `failures < 0.1% (2.3 %)`, `login p99 < 2s over 5m (2.31 s at 1:02:03)`
    var sentence: String { "\(rule.text) (\(figureText))" }

    private var figureText: String {
        windowEnd.map { "\(figure.text) at \(Format.clock(nanoseconds: $0))" } ?? figure.text
    }

    /// A latency that a saturated generator measured is no verdict on the server.
    func stored(_ exit: Verdict.Exit) -> RunDescription.Threshold {
        let isSaturated = exit == .saturated && rule.measure.isLatency
        let isUnjudged = isSaturated || outcome == .notJudged
        return RunDescription.Threshold(
            text: rule.text, figure: figureText, value: value, passed: isUnjudged ? nil : passed, stage: stageName,
            reason: isSaturated ? "the load generator was saturated" : reason)
    }

    /// Microseconds, a share, bytes or how many; of a drift an hour.
    private var value: Double? {
        switch figure {
        case .nanoseconds(let value): value / 1000
        case .share(let value), .bytes(let value), .count(let value): value
        case .rate(_, let rate): rate.value
        case .regressions, .notReached, .nothing, .undecided: nil
        }
    }

    private var reason: String? {
        switch figure {
        case .nothing(let reason), .undecided(let reason): reason
        default: nil
        }
    }
}
