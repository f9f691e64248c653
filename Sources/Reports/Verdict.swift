public import Metrics

/// Whether a run passed muster, threshold by threshold.
///
/// Each is judged twice: by all that was recorded, and without the seconds in which the load generator was the bottleneck.
/// What comes out the same both ways is decided.
public struct Verdict: Sendable, Equatable {
    public var judgements: [Judgement]
    public var exit: Exit
    /// Seconds of the stages that a latency rule judges, and how many of them are marked.
    public var judgedSeconds: Int
    public var judgedMarkedSeconds: Int
    /// A rule ended the run; its judgement is a failed one.
    public var isCut = false
    /// Of the stages that a rule judges.
    var localFailures: LocalFailures?
    var standing: Standing?

    public struct Judgement: Sendable, Equatable {
        public var rule: Rule
        public var stageName: String?
        public var figure: Figure
        /// The end of the window that the figure is of, in nanoseconds since the first arrival.
        public var windowEnd: UInt64?
        /// Without what was marked; nil where nothing of it was.
        public var unmarked: Figure?
        public var outcome: Outcome
        /// Of the stages that the rule is about.
        var markedSeconds = 0
        /// How it comes out by all that was recorded, and without what was marked; of the latter nil where nothing is left.
        var outcomes: (all: Outcome, unmarked: Outcome?)
        /// The share that is not marked of what a latency rule judges; nil where nothing was marked.
        var restsOn: Double?

        public var passed: Bool { outcome == .passed }

        public static func == (left: Self, right: Self) -> Bool {
            left.rule == right.rule && left.figure == right.figure && left.unmarked == right.unmarked
                && left.outcome == right.outcome && left.windowEnd == right.windowEnd
        }
    }

    public enum Outcome: String, Sendable, Equatable {
        case passed, failed
        /// What was measured may be on either side of the limit, or is too little to say: no reason to fail.
        case open
        /// The seconds in which the load generator was the bottleneck decide.
        case notJudged = "not judged"
    }

    /// The exit codes of a run that was judged.
    public enum Exit: Int32, Sendable {
        case passed = 0
        case failed = 1
        /// What the load generator itself did to the run could have decided.
        case saturated = 4
        case interrupted = 130
    }

    /// Judges what was measured.
    ///
    /// - Parameters:
    ///   - rules: Never none: a plan without thresholds has the default one.
    ///   - stageSeconds: How long each stage lasted.
    ///   - isComparison: Every open stage is judged: its latencies are compared.
    ///   - interrupted: By a signal; its exit code precedes the others.
    ///   - evidence: What the totals do not say.
    public static func judge(
        _ totals: RunTotals, by rules: [Rule], stageSeconds: [Double], isComparison: Bool = false,
        interrupted: Bool = false, evidence: Evidence = Evidence()
    ) -> Verdict {
        let rules =
            rules.completed + evidence.storms.compactMap(\.rule) + (evidence.baseline.map { [$0.rule] } ?? [])
        var verdict = Verdict(
            judgements: rules.enumerated().map { Judgement($0.element, number: $0.offset, by: totals, evidence) },
            exit: .passed, judgedSeconds: 0, judgedMarkedSeconds: 0, isCut: evidence.cutBy != nil,
            localFailures: LocalFailures(totals, judgedBy: rules),
            standing: Standing(totals, stageSeconds: stageSeconds))
        for stage in stageSeconds.indices where isComparison || isJudged(stage, by: rules) {
            verdict.judgedSeconds += Int(stageSeconds[stage].rounded(.up))
            verdict.judgedMarkedSeconds += totals.marks.seconds(inStage: stage)
        }
        verdict.exit = interrupted ? .interrupted : verdict.exitOfTheRun
        return verdict
    }

    /// Whether a rule judges the stage's latency.
    private static func isJudged(_ stage: Int, by rules: [Rule]) -> Bool {
        rules.contains { $0.measure.isLatency && ($0.stage == nil || $0.stage == stage) }
    }

    /// What failed both ways failed, whatever the generator did meanwhile; what it could have decided is no pass.
    private var exitOfTheRun: Exit {
        let fails = (
            all: judgements.contains { $0.outcomes.all == .failed },
            unmarked: judgements.contains { $0.outcomes.unmarked == .failed }
        )
        if isCut || (fails.all && fails.unmarked) { return .failed }
        let isDecided = !judgements.contains { $0.outcome == .notJudged }
        return isDecided && localFailures == nil && standing == nil ? .passed : .saturated
    }
}

extension Verdict.Judgement {
    init(_ rule: Rule, number: Int, by totals: RunTotals, _ evidence: Evidence) {
        let stageName = rule.stage.map { totals.names.stages[$0] }
        let found = evidence.figure(of: rule, number: number, stageName: stageName, totals)
        self.rule = rule
        self.stageName = stageName
        (figure, windowEnd) = (found.figure, found.end)
        unmarked = evidence.unmarkedFigure(of: rule, number: number, stageName: stageName, totals)
        markedSeconds = rule.stage.map { totals.marks.seconds(inStage: $0) } ?? totals.marks.seconds
        let all = Self.outcome(of: figure, rule)
        let isRead = found.figure.isMeasured || rule.measure.isRecovery
        let isLeft = unmarked.map { $0.isMeasured || !isRead } ?? true
        // No lateness of ours makes a login succeed: where all was counted and holds, it holds.
        let stands = isLeft || (rule.measure.isShare && all == .passed)
        outcomes = (all, stands ? unmarked.flatMap { isLeft ? Self.outcome(of: $0, rule) : nil } ?? all : nil)
        // What ended the run may have changed its figure since.
        if evidence.cutBy == rule { outcomes = (.failed, .failed) }
        outcome = Self.outcome(outcomes.all, outcomes.unmarked)
        restsOn = Self.unmarkedShare(of: rule, totals)
        if outcome == .passed, restsOn.map({ $0 < 0.5 }) ?? false { outcome = .notJudged }
    }

    /// Of the logins, or whatever a latency rule judges, how many were not marked; nil where nothing was, or
    /// nothing is counted.
    private static func unmarkedShare(of rule: Rule, _ totals: RunTotals) -> Double? {
        guard case .latency(let phase, _) = rule.measure, totals.marked != nil else { return nil }
        let all = totals.record(of: phase, inStage: rule.stage).latencies?.count ?? 0
        let left = totals.unmarkedRecord(of: phase, inStage: rule.stage).latencies?.count ?? 0
        return all > 0 ? Double(left) / Double(all) : nil
    }

    private static func outcome(of figure: Figure, _ rule: Rule) -> Verdict.Outcome {
        let outcome = figure.outcome(below: rule.limit)
        return outcome == .open && rule.mustBeShown ? .failed : outcome
    }

    /// Of both ways: they decide where both fail, or neither does.
    private static func outcome(_ all: Verdict.Outcome, _ unmarked: Verdict.Outcome?) -> Verdict.Outcome {
        guard let unmarked, (all == .failed) == (unmarked == .failed) else { return .notJudged }
        return all == unmarked ? all : .open
    }
}

/// Logins that failed at the load generator itself, in stages that are judged.
struct LocalFailures: Sendable, Equatable {
    private(set) var count: UInt64 = 0
    /// What most of them failed by.
    private(set) var condition = ""
    private var most: UInt64 = 0

    /// nil where there are none.
    init?(_ totals: RunTotals, judgedBy rules: [Rule]) {
        for (key, entry) in totals.failures.entries where key.kind == .local {
            guard rules.contains(where: { $0.judges(stage: Int(key.scope.stage)) }) else { continue }
            count += entry.count
            if entry.count > most { (most, condition) = (entry.count, key.condition) }
        }
        if count == 0 { return nil }
    }

    /// `12 logins failed at the load generator itself (out of descriptors)`
    var sentence: String {
        "\(Format.count(count)) \(count == 1 ? "login" : "logins") failed at the load generator itself"
            + (condition.isEmpty ? "" : " (\(condition))")
    }
}

/// For more than half of the time the load generator stood still, or its files waited for a disk: what is left is too little
/// to pass by, however good it is.
struct Standing: Sendable, Equatable {
    private let seconds: Int
    private let ofSeconds: Int

    /// nil where it is not so.
    init?(_ totals: RunTotals, stageSeconds: [Double]) {
        (seconds, ofSeconds) = (totals.marks.standstillSeconds, Int(stageSeconds.reduce(0, +).rounded(.up)))
        guard seconds * 2 > ofSeconds else { return nil }
    }

    /// `the load generator, or a part of it, stood still in 4 of 7 seconds`
    var sentence: String {
        "the load generator, or a part of it, stood still in \(Format.count(seconds)) of "
            + "\(Format.count(max(seconds, ofSeconds))) seconds"
    }
}

extension Rule {
    func judges(stage: Int) -> Bool { self.stage.map { $0 == stage } ?? true }
}
