import Metrics
import Testing

@testable import Reports

@Suite("the parts of a comparison")
struct ComparisonPartsTests {
    @Test("a resample's percentile is the one of its merged histograms", arguments: 1...6)
    func pooled(seed: UInt64) {
        var chance = Chance(seed: seed)
        let histograms = (0..<7).map { _ in histogram(&chance) }
        let pool = PooledLatencies(histograms.map(BlockLatencies.init))
        for weights in Resamples(of: 7, count: 40, seed: seed).weights + [Resamples.asMeasured(7)] {
            var merged = LatencyHistogram()
            for (histogram, weight) in zip(histograms, weights) {
                for _ in 0..<weight { merged.merge(histogram) }
            }
            for share in [0.5, 0.9, 0.99, 1] {
                let expected = merged.percentile(share).map { Double($0) } ?? PooledLatencies.notReached
                let found = pool.percentile(share, weights: weights)
                #expect(abs(found - expected) <= expected / 1000, "p\(share) of \(weights)")
                if weights == Resamples.asMeasured(7) { #expect(found == expected) }
            }
        }
    }

    private func histogram(_ chance: inout Chance) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for _ in 0..<60 { histogram.record(UInt64(2_000_000 + 300_000 * abs(chance.normal()))) }
        histogram.recordUnreached(chance.uniform() < 0.3 ? 2 : 0)
        return histogram
    }

    @Test("latencies merged are those of the merged histograms")
    func merging() {
        var chance = Chance(seed: 1)
        var (first, second) = (histogram(&chance), histogram(&chance))
        second.recordUnreached(3)
        var merged = BlockLatencies(first)
        merged.merge(BlockLatencies(second))
        first.merge(second)
        #expect(merged == BlockLatencies(first))
        #expect(merged.count == first.count)
    }

    @Test("each resample draws as many blocks as there are")
    func resamples() {
        let weights = Resamples(of: 12, count: 500, seed: 3).weights
        #expect(weights.allSatisfy { $0.reduce(0, +) == 12 })
        for block in 0..<12 { #expect((350...650).contains(weights.reduce(0) { $0 + $1[block] })) }
    }

    @Test(
        "Student's points are those of the tables",
        arguments: [
            (0.05, 1, 12.706205), (0.05, 2, 4.302653), (0.05, 9, 2.262157), (0.05, 19, 2.093024), (0.01, 10, 3.169273),
            (0.001, 9, 4.780913), (0.05, 1000, 1.962339),
        ])
    func student(share: Double, degrees: Int, expected: Double) {
        #expect(abs(StudentT.distance(outside: share, degrees: degrees) - expected) < 1e-6)
        #expect(abs(StudentT.outside(expected, degrees: degrees) - share) < 1e-6)
        #expect(StudentT.outside(.infinity, degrees: degrees) == 0)
    }

    @Test("Holm's procedure goes from the smallest up and stops at the first that is too large")
    func holm() {
        let decisions = Holm.decisions([0.04, 0.001, 0.03, 0.02], share: 0.05)
        #expect(decisions.map(\.isRejected) == [false, true, false, false])
        #expect(decisions.map(\.share) == [0.05, 0.0125, 0.025, 0.05 / 3])
        #expect(Holm.decisions([0.04, 0.012, 0.024, 0.016], share: 0.05).allSatisfy { $0.isRejected })
        #expect(Holm.decisions([], share: 0.05).isEmpty)
    }
}
