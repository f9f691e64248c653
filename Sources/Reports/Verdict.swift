public import Metrics

/// Whether a run passed muster, threshold by threshold.
public struct Verdict: Sendable, Equatable {
    public var judgements: [Judgement]
    public var exit: Exit
    /// Seconds of the stages that a latency rule judges, and how many of them are marked.
    public var judgedSeconds: Int
    public var judgedMarkedSeconds: Int
    /// A rule ended the run; its judgement is a failed one.
    public var isCut = false

    public struct Judgement: Sendable, Equatable {
        public var rule: Rule
        public var stageName: String?
        public var figure: Figure
        /// The end of the window that the figure is of, in nanoseconds since the first arrival.
        public var windowEnd: UInt64?
        public var outcome: Outcome

        public var passed: Bool { outcome == .passed }
    }

    public enum Outcome: Sendable, Equatable {
        case passed, failed
        /// There is not enough to say which: no reason to fail.
        case notJudged
    }

    /// The exit codes of a run that was judged.
    public enum Exit: Int32, Sendable {
        case passed = 0
        case failed = 1
        /// The load generator itself was the bottleneck in what is being judged.
        case saturated = 4
        case interrupted = 130
    }

    /// More than this share of the judged seconds marked, and the latencies say nothing of the server.
    public static let tolerableMarkedShare = 0.05

    /// Judges what was measured.
    ///
    /// - Parameters:
    ///   - rules: The thresholds; none stands for ``Rule/fallback``.
    ///   - stageSeconds: How long each stage lasted.
    ///   - isComparison: Every open stage is judged: its latencies are compared.
    ///   - interrupted: By a signal; its exit code precedes the others.
    ///   - evidence: What the totals do not say.
    public static func judge(
        _ totals: RunTotals, by rules: [Rule], stageSeconds: [Double], isComparison: Bool = false,
        interrupted: Bool = false, evidence: Evidence = Evidence()
    ) -> Verdict {
        let rules =
            (rules.isEmpty ? [.fallback] : rules) + evidence.storms.compactMap(\.rule)
            + (evidence.baseline.map { [$0.rule] } ?? [])
        var verdict = Verdict(
            judgements: rules.enumerated().map { Judgement($0.element, number: $0.offset, by: totals, evidence) },
            exit: .passed, judgedSeconds: 0, judgedMarkedSeconds: 0, isCut: evidence.cutBy != nil)
        for stage in stageSeconds.indices where isComparison || isJudged(stage, by: rules) {
            verdict.judgedSeconds += Int(stageSeconds[stage].rounded(.up))
            verdict.judgedMarkedSeconds += totals.marks.seconds(inStage: stage)
        }
        verdict.exit = verdict.exit(interrupted: interrupted)
        return verdict
    }

    /// Whether a rule judges the stage's latency.
    private static func isJudged(_ stage: Int, by rules: [Rule]) -> Bool {
        rules.contains { $0.measure.isLatency && ($0.stage == nil || $0.stage == stage) }
    }

    private func exit(interrupted: Bool) -> Exit {
        if interrupted { return .interrupted }
        if Double(judgedMarkedSeconds) > Self.tolerableMarkedShare * Double(judgedSeconds) { return .saturated }
        return isCut || judgements.contains { $0.outcome == .failed } ? .failed : .passed
    }
}

extension Verdict.Judgement {
    init(_ rule: Rule, number: Int, by totals: RunTotals, _ evidence: Evidence) {
        let stageName = rule.stage.map { totals.names.stages[$0] }
        let found =
            evidence.figure(of: rule, number: number, stageName: stageName)
            ?? WindowedFigure(figure: Figure(of: rule.measure, in: totals, stage: rule.stage))
        self.rule = rule
        self.stageName = stageName
        (figure, windowEnd) = (found.figure, found.end)
        // What ended the run may have changed its figure since.
        let holds = figure.isBelow(rule.limit) && evidence.cutBy != rule
        outcome = holds ? .passed : .failed
        if case .undecided = figure { outcome = .notJudged }
    }
}
