public import ResultFiles

extension Verdict {
    /// The whole verdict in one line: what `--quiet` prints.
    public var sentence: String {
        switch exit {
        case .passed: "passed muster: \(held)"
        case .failed: "did not pass muster: \(isCut ? "ended early by " : "")\(failures)"
        case .saturated: "not judged: \(doubts)"
        case .interrupted: "interrupted: \(soFar) until then"
        }
    }

    /// What holds of a run that did not come to its end.
    public var soFar: String { judgements.contains { $0.outcome == .failed } ? failures : held }

    private var held: String {
        let passed = judgements.filter(\.passed)
        guard judgements.count > 1 else { return judgements.first?.sentence ?? "nothing was judged" }
        guard passed.count < judgements.count else { return "all \(judgements.count) thresholds held" }
        return "\(passed.count) of \(judgements.count) thresholds held, \(judgements.count - passed.count) "
            + (judgements.contains { $0.outcome == .notJudged } ? "not judged" : "open")
    }

    /// Those that failed; where none did both ways, those that failed one way.
    private var failures: String {
        let failed = judgements.filter { $0.outcome == .failed }
        return Self.list(failed.isEmpty ? judgements.filter { $0.outcome == .notJudged } : failed, \.sentence)
    }

    private var doubts: String {
        let doubtful = judgements.filter { $0.outcome == .notJudged }
        guard doubtful.isEmpty else { return Self.list(doubtful, \.doubt) }
        return localFailures?.sentence ?? standing?.sentence ?? ""
    }

    private static func list(_ judgements: [Judgement], _ text: (Judgement) -> String) -> String {
        let first = judgements.first.map(text) ?? ""
        return judgements.count > 1 ? "\(first), and \(judgements.count - 1) more" : first
    }

    /// As `run.json` keeps it.
    public var stored: RunDescription.Verdict {
        RunDescription.Verdict(
            exitCode: Int(exit.rawValue), passed: exit == .passed, text: sentence, judgedSeconds: judgedSeconds,
            judgedMarkedSeconds: judgedMarkedSeconds, thresholds: judgements.map(\.stored))
    }
}

extension Verdict.Judgement {
    /// `failures < 0.1% (2.3 %)`, `login p99 < 2s over 5m (2.31 s at 1:02:03)`, `login p99 < 1s (1.8 s, 0.9 s without what
    /// was marked)`
    var sentence: String {
        "\(rule.text) (\(figureText)\(unmarkedText.map { ", \($0) without what was marked" } ?? ""))"
    }

    private var figureText: String {
        windowEnd.map { "\(figure.text) at \(Format.clock(nanoseconds: $0))" } ?? figure.text
    }

    /// Where it is another figure.
    private var unmarkedText: String? { unmarked.flatMap { $0 == figure ? nil : $0.text } }

    /// `login p99 < 1s is 1.8 s with the 12 seconds in which the load generator was the bottleneck, 0.9 s without them`
    var doubt: String {
        let seconds = markedSeconds == 1 ? "second" : "\(Format.count(markedSeconds)) seconds"
        let marked = "the \(seconds) in which the load generator was the bottleneck"
        guard outcomes.unmarked != nil, let unmarked else {
            return "\(rule.text) is \(figureText), and nothing is left of it without \(marked)"
        }
        if (outcomes.all == .failed) == (outcomes.unmarked == .failed), let restsOn {
            return "\(rule.text) is \(figureText), but only \(Format.share(restsOn)) of that is without \(marked)"
        }
        return
            "\(rule.text) is \(figureText) with \(marked), \(unmarked.text) without \(markedSeconds == 1 ? "it" : "them")"
    }

    /// Why it was not judged, or failed without a figure.
    private var reason: String? {
        if outcome == .notJudged { return doubt }
        if case .nothing(let reason) = figure { return reason }
        if case .undecided(let reason) = figure { return reason }
        return outcome == .open ? "it may be on either side of the limit: \(figureText)" : nil
    }

    var stored: RunDescription.Threshold {
        let isUndecided = outcome == .open || outcome == .notJudged
        var stored = RunDescription.Threshold(
            text: rule.text, figure: figureText, value: figure.value, passed: isUndecided ? nil : passed,
            stage: stageName, reason: reason)
        stored.outcome = outcome.rawValue
        stored.unmarkedFigure = unmarkedText
        stored.unmarkedValue = unmarkedText == nil ? nil : unmarked?.value
        return stored
    }
}

extension Figure {
    /// Microseconds, a share, bytes or how many; of a drift an hour.
    var value: Double? {
        switch self {
        case .nanoseconds(let value): value / 1000
        case .share(let value), .bytes(let value), .count(let value): value
        case .rate(let rate): rate.rate.value.storable
        case .regressions, .notReached, .nothing, .undecided: nil
        }
    }
}
