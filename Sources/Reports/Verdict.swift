public import Metrics

/// Whether a run passed muster, threshold by threshold.
public struct Verdict: Sendable, Equatable {
    public var judgements: [Judgement]
    public var exit: Exit
    /// Seconds of the stages that a latency rule judges, and how many of them are marked.
    public var judgedSeconds: Int
    public var judgedMarkedSeconds: Int

    public struct Judgement: Sendable, Equatable {
        public var rule: Rule
        public var stageName: String?
        public var figure: Figure
        public var passed: Bool
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
    public static func judge(
        _ totals: RunTotals, by rules: [Rule], stageSeconds: [Double], isComparison: Bool = false,
        interrupted: Bool = false
    ) -> Verdict {
        let rules = rules.isEmpty ? [.fallback] : rules
        var verdict = Verdict(
            judgements: rules.map { Judgement($0, by: totals) }, exit: .passed, judgedSeconds: 0,
            judgedMarkedSeconds: 0)
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
        return judgements.allSatisfy(\.passed) ? .passed : .failed
    }
}

extension Verdict.Judgement {
    init(_ rule: Rule, by totals: RunTotals) {
        self.rule = rule
        stageName = rule.stage.map { totals.names.stages[$0] }
        figure = Figure(of: rule.measure, in: totals, stage: rule.stage)
        passed = figure.isBelow(rule.limit)
    }
}

extension Figure {
    init(of measure: Rule.Measure, in totals: RunTotals, stage: Int?) {
        switch measure {
        case .latency(let phase, let statistic):
            self.init(
                statistic, of: totals.record(of: phase, inStage: stage), phase: totals.names.phases.name(of: phase))
        case .failures:
            let due = totals.record(of: .due, inStage: stage)
            self.init(due.latencies?.unreached ?? 0, of: due.latencies?.count ?? 0, none: "no login was due")
        case .disconnects:
            let died = totals.record(of: .online, inStage: stage).failed
            let completed = totals.record(of: .login, inStage: stage).completed
            self.init(died, of: completed, none: "no login completed")
        }
    }

    private init(_ part: UInt64, of whole: UInt64, none: String) {
        self = whole > 0 ? .share(Double(part) / Double(whole)) : .nothing(none)
    }

    private init(_ statistic: Rule.Statistic, of record: PhaseRecord, phase: String) {
        guard let latencies = record.latencies, latencies.count > 0 else {
            self = .nothing("no \(phase) was measured")
            return
        }
        if let share = statistic.share {
            self = latencies.percentile(share).map { .nanoseconds(Double($0)) } ?? .notReached
        } else if let mean = latencies.mean {
            self = .nanoseconds(statistic == .mean ? mean : Double(latencies.maximum))
        } else {
            self = .notReached
        }
    }
}
