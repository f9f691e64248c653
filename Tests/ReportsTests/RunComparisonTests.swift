import Foundation
import Metrics
import TestSupport
import Testing

@testable import Reports

@Suite("comparison of two runs")
struct RunComparisonTests {
    /// Intervals of a run of which neighbours are alike: an autoregression of 0.6.
    private func run(
        _ intervals: Int, milliseconds: Double = 20, drift: Double = 0, seed: UInt64
    ) -> [VariantSample] {
        var chance = Chance(seed: seed)
        var state = chance.normal()
        return (0..<intervals).map { interval in
            state = 0.6 * state + 0.8 * chance.normal()
            let level = milliseconds * exp(0.05 * state + drift * Double(interval) / Double(intervals))
            return VariantSample(
                phases: [
                    .login: BlockLatencies(milliseconds: (0..<30).map { _ in level * exp(0.3 * chance.normal()) })
                ],
                logins: 30, costs: [.clientCPU: level * 30])
        }
    }

    private func judge(
        _ before: [VariantSample], _ after: [VariantSample], tolerance: Double = 0.05, resamples: Int = 2000
    ) -> RunComparison {
        RunComparison.judge(
            before: before, after: after, name: "tonight", tolerance: tolerance, seed: 1, resamples: resamples)
    }

    @Test("a run that is slower by more than the tolerance is a regression")
    func regression() {
        let comparison = judge(run(60, seed: 1), run(60, milliseconds: 26, seed: 2))
        #expect(comparison.regressions.contains { $0.measure == .latency(.login, .p50) && $0.verdict == .slower })
        #expect(comparison.regressions.contains { $0.measure == .cost(.clientCPU) && $0.verdict == .costsMore })
        #expect(comparison.rows.allSatisfy { $0.variant == "tonight" })
    }

    @Test("a change within the tolerance is no news, one for the better is no regression")
    func tolerance() {
        let (before, after) = (run(60, seed: 1), run(60, milliseconds: 26, seed: 2))
        #expect(judge(before, after, tolerance: 0.5).regressions.isEmpty)
        let better = judge(after, before)
        #expect(better.regressions.isEmpty)
        #expect(better.rows.contains { $0.verdict == .faster })
    }

    @Test("a run is no regression of itself")
    func same() {
        let run = run(40, seed: 3)
        #expect(judge(run, run, tolerance: 0).rows.allSatisfy { $0.verdict == .noDifferenceShown })
    }

    @Test("too few intervals conclude nothing", arguments: [0, 1, 19])
    func tooFew(count: Int) {
        let comparison = judge(run(count, seed: 1), run(60, milliseconds: 40, seed: 2))
        #expect(comparison.rows.allSatisfy { $0.verdict == .tooFewBlocks })
        #expect(comparison.rows.isEmpty == (count == 0))
    }

    @Test("intervals in which nothing was due are left out")
    func idle() {
        let before = run(40, seed: 1)
        #expect(judge(before + [VariantSample(), VariantSample()], before).rows == judge(before, before).rows)
    }

    @Test("of runs that are alike at most 6 % differ, though neighbouring intervals are alike and the server drifts")
    func falseRegressions() {
        let pairs = TestSize.pick(small: 300, long: 2000)
        var (shown, covered) = (0, 0)
        for pair in 0..<UInt64(pairs) {
            let comparison = judge(
                run(60, drift: 0.2, seed: 2 * pair), run(60, drift: 0.2, seed: 2 * pair + 1), tolerance: 0,
                resamples: 200)
            shown += comparison.rows.contains { $0.verdict != .noDifferenceShown } ? 1 : 0
            covered += comparison.rows[0].ratio?.interval?.contains(1) == true ? 1 : 0
        }
        #expect(Double(shown) <= 0.06 * Double(pairs))
        #expect(Double(covered) >= 0.93 * Double(pairs), "\(covered) of \(pairs)")
    }
}
