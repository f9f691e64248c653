import Metrics
import TestSupport
import Testing

@testable import Reports

/// The promises of a comparison, counted over simulated experiments whose truth is known: at most 6 % false
/// differences, intervals that hold the truth at least 93 times in 100. The seeds are fixed, so a count is the same on
/// every machine. A small run draws 200 resamples, which waver more than a user's 2,000: the promises are harder to keep.
@Suite("comparison, over simulated experiments")
struct ComparisonSimulationTests {
    private typealias Effect = SimulatedExperiment.Effect
    private let resamples = TestSize.pick(small: 200, long: 2000)

    @Test("in 2,000 experiments without a difference at most 6 % show one in latencies, and the truth is covered")
    func latencies() async {
        let experiment = SimulatedExperiment(costs: [])
        let tally = await tally(experiment, experiments: 2000)
        #expect(tally.share("any false") <= 0.06, "\(tally)")
        #expect(tally.coverage.allSatisfy { $0.share >= 0.93 }, "\(tally)")
    }

    @Test(
        "in 2,000 experiments at most 6 % show a false difference in CPU, and the truth is covered, also a difference")
    func costs() async {
        let experiment = SimulatedExperiment(effects: [Effect(), Effect(factor: 1.1, shift: 1)], phases: [])
        let tally = await tally(experiment, experiments: 2000)
        #expect(tally.share("any false") <= 0.06, "\(tally)")
        #expect(tally.coverage.allSatisfy { $0.share >= 0.93 }, "\(tally)")
    }

    @Test("a difference of latencies is covered")
    func effects() async {
        let experiment = SimulatedExperiment(effects: [Effect(factor: 1.1, shift: 2)], costs: [])
        let tally = await tally(experiment, experiments: TestSize.pick(small: 300, long: 2000))
        #expect(tally.coverage.allSatisfy { $0.share >= 0.93 }, "\(tally)")
    }

    @Test("2 ms more of 20 are found by 20 blocks of 100 logins")
    func detection() async {
        let experiment = SimulatedExperiment(blocks: 20, logins: 100, effects: [Effect(shift: 2)], costs: [])
        let tally = await tally(experiment, experiments: TestSize.pick(small: 20, long: 2000))
        #expect(tally.share("variant 1 p50 shown") >= 0.9, "\(tally)")
    }

    @Test("many measures of many variants show no more false differences than few")
    func many() async {
        let experiment = SimulatedExperiment(
            blocks: 12, effects: [Effect(), Effect(), Effect()], phases: [.connect, .tls, .sasl, .login])
        let tally = await tally(experiment, experiments: TestSize.pick(small: 20, long: 2000))
        #expect(tally.share("any false") <= 0.06, "\(tally)")
    }

    private func tally(_ experiment: SimulatedExperiment, experiments: Int) async -> Tally {
        let resamples = resamples
        return await withTaskGroup(of: Tally.self) { group in
            for part in 0..<4 {
                group.addTask {
                    stride(from: part, to: experiments, by: 4).reduce(into: Tally()) { tally, seed in
                        tally.add(experiment, seed: UInt64(seed), resamples: resamples)
                    }
                }
            }
            return await group.reduce(into: Tally()) { $0.merge($1) }
        }
    }
}

/// In how many experiments what happened.
private struct Tally: CustomStringConvertible {
    private var experiments = 0
    private var counts: [String: Int] = [:]

    mutating func add(_ experiment: SimulatedExperiment, seed: UInt64, resamples: Int) {
        let outcome = experiment.run(seed: seed)
        let comparison = Comparison.judge(
            blocks: outcome.blocks, names: experiment.names, seed: seed, resamples: resamples)
        experiments += 1
        let effects = Dictionary(uniqueKeysWithValues: zip(experiment.names.dropFirst(), experiment.effects))
        var isAnyFalse = false
        for row in comparison.rows {
            guard let effect = effects[row.variant] else { continue }
            add(row, baseline: experiment.truth(row.measure, levels: outcome.levels), effect: effect)
            isAnyFalse = isAnyFalse || (effect.isNone && row.verdict != .noDifferenceShown)
        }
        count("any false", isAnyFalse)
    }

    private mutating func add(_ row: ComparisonRow, baseline: Double, effect: SimulatedExperiment.Effect) {
        let (truth, name) = (effect(baseline), "\(row.variant) \(row.measure.name)")
        count("\(name) shown", row.verdict != .noDifferenceShown)
        count("\(name) difference", row.difference?.holds((truth - baseline) * 1000))
        count("\(name) ratio", row.ratio?.holds(truth / baseline))
        // Of 400 logins four are above the p99: with fewer than 2,000 resamples its own interval is too rough.
        guard row.measure != .latency(.login, .p99) else { return }
        count("\(name) value", row.value.holds(truth * 1000))
    }

    private mutating func count(_ what: String, _ happened: Bool?) {
        counts[what, default: 0] += happened == true ? 1 : 0
    }

    mutating func merge(_ other: Tally) {
        experiments += other.experiments
        counts.merge(other.counts, uniquingKeysWith: +)
    }

    func share(_ what: String) -> Double { Double(counts[what] ?? 0) / Double(experiments) }

    var coverage: [(what: String, share: Double)] {
        counts.keys.filter { !$0.hasSuffix("shown") && $0 != "any false" }.sorted().map { ($0, share($0)) }
    }

    var description: String {
        counts.keys.sorted().map { "\($0): \(share($0))" }.joined(separator: ", ")
    }
}

extension Estimate {
    fileprivate func holds(_ truth: Double) -> Bool { interval?.contains(truth) ?? false }
}

extension SimulatedExperiment {
    /// In milliseconds.
    fileprivate func truth(_ measure: ComparisonMeasure, levels: [Double]) -> Double {
        switch measure {
        case .latency(_, let percentile): truth(percentile.share, levels: levels)
        case .failures: 0
        case .cost: costTruth(levels: levels)
        }
    }
}
