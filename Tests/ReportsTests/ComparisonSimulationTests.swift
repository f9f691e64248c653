import Foundation
import Metrics
import Testing

@testable import Reports

/// The promises of a comparison, counted over 2,000 experiments of known truth. The seeds are fixed: a figure is the same
/// on every machine. Fewer resamples than a user's 2,000 waver more, which makes the promises harder to keep.
@Suite("comparison, over 2,000 simulated experiments")
struct ComparisonSimulationTests {
    private static let experiments = 2000
    private static let resamples = 200

    /// How often something happened in the experiments, on all processors.
    private func share(
        _ experiment: SimulatedExperiment, of events: [@Sendable (Comparison, [Double]) -> Bool]
    ) async -> [Double] {
        let counts = await withTaskGroup(of: [Int].self) { group in
            for part in 0..<8 {
                group.addTask {
                    stride(from: part, to: Self.experiments, by: 8).reduce(into: events.map { _ in 0 }) {
                        counts, seed in
                        let outcome = experiment.run(seed: UInt64(seed))
                        let comparison = Comparison.judge(
                            blocks: outcome.blocks, names: experiment.names, seed: UInt64(seed),
                            resamples: Self.resamples)
                        for (index, event) in events.enumerated() where event(comparison, outcome.levels) {
                            counts[index] += 1
                        }
                    }
                }
            }
            return await group.reduce(into: events.map { _ in 0 }) { sums, counts in
                for index in counts.indices { sums[index] += counts[index] }
            }
        }
        return counts.map { Double($0) / Double(Self.experiments) }
    }

    @Test("probe")
    func probe() async {
        let clock = ContinuousClock()
        let experiment = SimulatedExperiment()
        var shares: [Double] = []
        let time = await clock.measure {
            shares = await share(
                experiment,
                of: [
                    { c, _ in c.rows.contains { $0.verdict != .noDifferenceShown && $0.isPrimary } },
                    { c, _ in c.rows.contains { $0.verdict != .noDifferenceShown } },
                    { c, _ in c.rows[0].difference?.interval?.contains(0) ?? false },
                    { c, _ in c.rows[0].ratio?.interval?.contains(1) ?? false },
                    { c, _ in c.rows[2].difference?.interval?.contains(0) ?? false },
                    { c, _ in c.rows[3].difference?.interval?.contains(0) ?? false },
                    { c, l in c.rows[0].value.interval?.contains(experiment.truth(0.5, levels: l) * 1000) ?? false },
                ])
        }
        print("PROBE", shares, time)
    }
}
