import Engine
import LoadPlan
import Metrics
import Reports
import ResultFiles
import ScenarioFile

/// Judges a run: at each interval's end what can be judged by then, the rest when it is over.
struct RunJudge {
    private let rules: [Rule]
    private let isComparison: Bool
    private var watch: RuleWatch
    /// nil of an experiment, which compares and does not last.
    private var drift: DriftWatch?
    private var evidence = Evidence()

    init(_ scenario: Scenario, _ description: RunDescription) {
        let plan = scenario.plan
        rules = scenario.rules
        isComparison = scenario.experiment?.comparesLatencies == true
        watch = RuleWatch(rules, interval: plan.interval.inSeconds)
        drift = scenario.experiment == nil ? DriftWatch(stages: description.stages) : nil
        evidence.server = description.server
    }

    /// Adds an interval.
    ///
    /// - Returns: The rule that ends the run here, the first time one does.
    mutating func add(_ interval: IntervalRecord, totals: RunTotals) -> Rule? {
        drift?.add(interval)
        guard let rule = watch.add(interval, totals: totals), evidence.cutBy == nil else { return nil }
        evidence.cutBy = rule
        return rule
    }

    /// Whether a rule is about what is left of the load.
    var asksForResidue: Bool {
        rules.contains { if case .residue = $0.measure { true } else { false } }
    }

    /// - Parameter outcome: nil where the run never ended.
    func judge(
        _ totals: RunTotals, _ outcome: RunOutcome?, residue: RunDescription.Residue?,
        storms: [RunDescription.Storm], baseline: Evidence.Baseline?
    ) -> (verdict: Verdict, drift: DriftReport?) {
        var evidence = evidence
        evidence.watch = watch
        let server = evidence.server ?? RunDescription.Server()
        evidence.drift = drift?.report(server: server)
        evidence.unmarkedDrift = drift?.unmarkedReport(server: server)
        evidence.residue = residue
        evidence.storms = storms
        evidence.baseline = baseline
        // A run that ended before it was cut was not cut.
        if outcome?.ending != .cut { evidence.cutBy = nil }
        let verdict = Verdict.judge(
            totals, by: rules, stageSeconds: outcome?.watchedSeconds ?? [],
            isComparison: isComparison, interrupted: outcome?.ending.isByPlan != true, evidence: evidence)
        return (verdict, evidence.drift)
    }
}

extension RunOutcome.Ending {
    /// By no signal, and at a target that was reached.
    fileprivate var isByPlan: Bool {
        switch self {
        case .completed, .cut, .outageFailed, .variantFailed: true
        case .interrupted, .unreachable: false
        }
    }
}
