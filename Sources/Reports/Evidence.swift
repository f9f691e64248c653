import Metrics
public import ResultFiles

/// What a run is judged by beside its totals.
public struct Evidence: Sendable {
    /// Of the same rules.
    public var watch: RuleWatch?
    public var drift: DriftReport?
    /// Without the intervals that hold a marked second; nil where there is none.
    public var unmarkedDrift: DriftReport?
    public var residue: RunDescription.Residue?
    public var server: RunDescription.Server?
    /// What followed the run's outages.
    public var storms: [RunDescription.Storm] = []
    /// What became worse since another run; nil where it was held against none.
    public var baseline: Baseline?
    /// The rule that ended the run.
    public var cutBy: Rule?
    /// The run was killed: what is looked at when it is over was not.
    var isCutShort = false

    public init() {}

    /// The outcome of a comparison with another run.
    public struct Baseline: Sendable, Equatable {
        /// Of its folder.
        public var name: String
        /// In words; empty where nothing did.
        public var regressions: [String]
        /// Why nothing can be said.
        public var reason: String?

        public init(name: String, regressions: [String], reason: String? = nil) {
            (self.name, self.regressions, self.reason) = (name, regressions, reason)
        }

        static let lead = "no regression from "

        var rule: Rule { Rule(text: Self.lead + name, measure: .regression, limit: 0) }
    }
}

extension Evidence {
    /// What the rule is judged by, of all that was recorded.
    ///
    /// - Parameter number: The rule's place among the rules.
    func figure(of rule: Rule, number: Int, stageName: String?, _ totals: RunTotals) -> WindowedFigure {
        switch rule.measure {
        case .latency, .failures, .disconnects:
            window(of: rule, number: number, .all) ?? WindowedFigure(figure: Figure(of: rule, in: totals))
        case .drift(let measure): WindowedFigure(figure: drift?.figure(measure, rule, stageName) ?? .noDrift(measure))
        case .residue(let measure):
            WindowedFigure(
                figure: residue?.figure(measure, of: server)
                    ?? (isCutShort
                        ? .undecided("the run was cut before its end")
                        : .nothing("the server was not watched at the end")))
        case .regression: WindowedFigure(figure: regressions)
        case .recovery(let stage):
            WindowedFigure(
                figure: storms.first { $0.recovery?.stage == stage }?.figure ?? .nothing("the stage was not reached"))
        }
    }

    /// The same without what was marked; nil where that is nothing, or is no part of the measure: what the server holds
    /// is what it is, whoever asks.
    func unmarkedFigure(of rule: Rule, number: Int, stageName: String?, _ totals: RunTotals) -> Figure? {
        switch rule.measure {
        case .latency, .failures, .disconnects:
            rule.window == nil
                ? totals.marked.map { _ in Figure(of: rule, in: totals, .unmarked) }
                : watch?.isMarked(number) == true ? window(of: rule, number: number, .unmarked)?.figure : nil
        case .drift(.serverMemory), .drift(.serverDescriptors), .drift(.serverThreads): nil
        case .drift(let measure): unmarkedDrift?.figure(measure, rule, stageName)
        case .residue, .regression: nil
        case .recovery(let stage): unmarkedRecovery(stage, totals)
        }
    }

    /// Who did not come back in time may have been kept by us.
    private func unmarkedRecovery(_ stage: String, _ totals: RunTotals) -> Figure? {
        guard let number = totals.names.stages.firstIndex(of: stage), totals.marks.seconds(inStage: number) > 0,
            storms.contains(where: { $0.recovery?.stage == stage && $0.recovery?.isComplete == false })
        else { return nil }
        return .nothing("the load generator was the bottleneck meanwhile")
    }

    private var regressions: Figure {
        baseline?.reason.map(Figure.undecided) ?? .regressions(baseline?.regressions ?? [])
    }

    private func window(of rule: Rule, number: Int, _ part: JudgedPart) -> WindowedFigure? {
        guard rule.window != nil else { return nil }
        return watch?.worst(number, part) ?? WindowedFigure(figure: .nothing("no window was full"))
    }
}

extension DriftReport {
    /// What decides a threshold: in its stage, or in the worst of all.
    func figure(_ measure: DriftMeasure, _ rule: Rule, _ stageName: String?) -> Figure {
        let everywhere = rows.filter { $0.measure == measure }
        let rows = everywhere.filter { (stageName ?? $0.stage) == $0.stage }
        let rates = rows.filter(\.verdict.isJudged).flatMap { $0.trend?.rates ?? [] }
        if let worst = rates.max(by: { $0.isBetter(than: $1, below: rule.limit) }) { return .rate(worst) }
        guard let row = rows.first else {
            return everywhere.isEmpty
                ? .noDrift(measure) : .undecided("\(DriftRow.Verdict.tooShort.rawValue): no interval of it")
        }
        return .undecided("\(row.verdict.rawValue): \(row.reason ?? "")")
    }
}

extension Figure {
    fileprivate static func noDrift(_ measure: DriftMeasure) -> Figure {
        .nothing(
            measure.isOfServer ? "the server's process was not read" : "no stage with a steady load was reached")
    }
}

extension DriftRate {
    /// A limit that is missed is worse than one that may be, that than one that is held; of two alike the lower one is
    /// better.
    fileprivate func isBetter(than other: DriftRate, below limit: Double) -> Bool {
        let ranks: [Verdict.Outcome] = [.passed, .open, .failed]
        let (own, others) = (
            ranks.firstIndex(of: outcome(below: limit)) ?? 0, ranks.firstIndex(of: other.outcome(below: limit)) ?? 0
        )
        return own == others ? rate.value < other.rate.value : own < others
    }
}
