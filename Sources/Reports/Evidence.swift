public import ResultFiles

/// What a run is judged by beside its totals.
public struct Evidence: Sendable {
    /// Of the same rules.
    public var watch: RuleWatch?
    public var drift: DriftReport?
    public var residue: RunDescription.Residue?
    public var server: RunDescription.Server?
    /// What followed the run's outages.
    public var storms: [RunDescription.Storm] = []
    /// What became worse since another run; nil where it was held against none.
    public var baseline: Baseline?
    /// The rule that ended the run.
    public var cutBy: Rule?

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

        var rule: Rule { Rule(text: "no regression from \(name)", measure: .regression, limit: 0) }
    }
}

extension Evidence {
    /// What the run's totals do not say; nil where they do.
    ///
    /// - Parameter number: The rule's place among the rules.
    func figure(of rule: Rule, number: Int, stageName: String?) -> WindowedFigure? {
        switch rule.measure {
        case .latency, .failures, .disconnects: window(of: rule, number: number)
        case .drift(let measure): WindowedFigure(figure: drift(measure, stageName))
        case .residue(let measure):
            WindowedFigure(
                figure: residue?.figure(measure, of: server) ?? .nothing("the server was not watched at the end"))
        case .regression: WindowedFigure(figure: regressions)
        case .recovery(let stage):
            WindowedFigure(
                figure: storms.first { $0.recovery?.stage == stage }?.figure ?? .nothing("the stage was not reached"))
        }
    }

    private var regressions: Figure {
        baseline?.reason.map(Figure.undecided) ?? .regressions(baseline?.regressions ?? [])
    }

    private func window(of rule: Rule, number: Int) -> WindowedFigure? {
        guard rule.window != nil else { return nil }
        return watch?.worst(number) ?? WindowedFigure(figure: .nothing("no window was full"))
    }

    /// In the rule's stage, or the worst of all.
    private func drift(_ measure: DriftMeasure, _ stageName: String?) -> Figure {
        let everywhere = (drift?.rows ?? []).filter { $0.measure == measure }
        let rows = everywhere.filter { (stageName ?? $0.stage) == $0.stage }
        let judged = rows.filter(\.verdict.isJudged).compactMap(\.trend?.rate).map { Figure.rate(measure, $0) }
        if let worst = judged.max(by: { $0.isBelow($1) }) { return worst }
        guard let row = rows.first else {
            return everywhere.isEmpty
                ? .nothing(missing(measure)) : .undecided("\(DriftRow.Verdict.tooShort.rawValue): no interval of it")
        }
        return .undecided("\(row.verdict.rawValue): \(row.reason ?? "")")
    }

    private func missing(_ measure: DriftMeasure) -> String {
        measure.isOfServer ? "the server's process was not read" : "no stage with a steady load was reached"
    }
}
