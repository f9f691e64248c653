import Engine
import Foundation
import LoadPlan
import Metrics
import Reports
import ResultFiles
import ScenarioFile

extension Scenario {
    /// What is run: the plan, or those of an experiment's variants.
    var plans: [RunPlan] { experiment?.variants.map(\.plan) ?? [plan] }

    /// What the run is judged by.
    var rules: [Rule] { plan.rules.compactMap { Rule($0, stages: plan.stages, names.phases) } }

    var names: ScopeNames { experiment.map { ScopeNames($0) } ?? ScopeNames(plan) }
}

extension ExperimentLedger {
    init(_ plan: ExperimentPlan) {
        self.init(
            variants: plan.variants.map(\.name), comparesLatencies: plan.comparesLatencies,
            seed: plan.variants[0].plan.seed)
    }
}

extension CapacityEstimates {
    /// nil where logins are not due at a rate.
    init?(_ plan: ExperimentPlan) {
        guard plan.comparesLatencies else { return nil }
        self.init(variants: plan.variants.map(\.name), processors: ProcessInfo.processInfo.activeProcessorCount)
    }
}

extension RunDescription.Experiment {
    init(_ plan: ExperimentPlan) {
        self.init(
            baseline: plan.variants[0].name, blocks: plan.blocks, resampleSeed: plan.variants[0].plan.seed,
            comparesLatencies: plan.comparesLatencies)
    }

    mutating func note(_ warmUp: Metrics.WarmUp) {
        let costs = warmUp.costs.sorted { $0.key < $1.key }.map(\.value).max { ($0.first ?? 0) < ($1.first ?? 0) }
        self.warmUp = WarmUp(serverCpuPerLoginUs: costs ?? [], blocks: warmUp.blocks, isSteady: !warmUp.isFalling)
    }

    mutating func note(_ comparison: Comparison, _ phases: PhaseNames) {
        blocksDone = comparison.blocks
        resamples = comparison.resamples
        let open = comparison.rows.compactMap { row in
            row.moreBlocks.map { ("\(row.variant) \(phases.name(of: row.phase)) \(row.measure.name)", $0) }
        }
        moreBlocks = Dictionary(open, uniquingKeysWith: { first, _ in first })
    }
}
