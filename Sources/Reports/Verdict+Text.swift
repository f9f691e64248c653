public import ResultFiles

extension Verdict {
    /// The whole verdict in one line: what `--quiet` prints.
    public var sentence: String {
        switch exit {
        case .passed: "passed muster: \(held)"
        case .failed: "did not pass muster: \(failures)"
        case .saturated:
            "not judged: the load generator itself was the bottleneck in \(judgedMarkedSeconds) of "
                + "\(judgedSeconds) judged seconds"
        case .interrupted: "interrupted: \(judgements.allSatisfy(\.passed) ? held : failures) until then"
        }
    }

    private var held: String {
        judgements.count == 1 ? judgements[0].sentence : "all \(judgements.count) thresholds held"
    }

    private var failures: String {
        let failed = judgements.filter { !$0.passed }
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
    /// `failures < 0.1% (2.3 %)`
    var sentence: String { "\(rule.text) (\(figure.text))" }

    /// A latency that a saturated generator measured is no verdict on the server.
    func stored(_ exit: Verdict.Exit) -> RunDescription.Threshold {
        let isUnjudged = exit == .saturated && rule.measure.isLatency
        return RunDescription.Threshold(
            text: rule.text, figure: figure.text, value: value, passed: isUnjudged ? nil : passed, stage: stageName,
            reason: isUnjudged ? "the load generator was saturated" : reason)
    }

    /// Microseconds or a share.
    private var value: Double? {
        switch figure {
        case .nanoseconds(let value): value / 1000
        case .share(let value): value
        case .notReached, .nothing: nil
        }
    }

    private var reason: String? {
        if case .nothing(let reason) = figure { reason } else { nil }
    }
}
