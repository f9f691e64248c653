import Metrics
import Testing

@testable import Reports

@Suite("comparison")
struct ComparisonTests {
    private let names = ["plain", "scram", "plain again"]

    /// Logins around so many milliseconds, with a little luck in each block; CPU in microseconds a login.
    private func sample(
        _ milliseconds: Double, luck: Double = 0, cpu: Double = 100, phases: [Phase] = [.login]
    ) -> VariantSample {
        var histogram = LatencyHistogram()
        for step in -20...20 {
            histogram.record(UInt64((milliseconds * (1 + luck) + Double(step) * 0.05) * 1_000_000))
        }
        let latencies = BlockLatencies(histogram)
        return VariantSample(
            phases: Dictionary(uniqueKeysWithValues: phases.map { ($0, latencies) }), logins: 41,
            costs: [.clientCPU: cpu * (1 + luck) * 41])
    }

    private func blocks(
        _ count: Int, scram: Double = 20, again: Double = 20, cpu: Double = 100, phases: [Phase] = [.login]
    ) -> [ComparisonBlock] {
        var chance = Chance(seed: 7)
        return (0..<count).map { _ in
            ComparisonBlock(
                variants: [(20, 100), (scram, cpu), (again, 100)].map {
                    sample($0.0, luck: 0.01 * chance.normal(), cpu: $0.1, phases: phases)
                })
        }
    }

    private func row(
        _ blocks: [ComparisonBlock], _ measure: ComparisonMeasure = .latency(.login, .p50), variant: String = "scram"
    ) throws -> ComparisonRow {
        let comparison = Comparison.judge(blocks: blocks, names: names, seed: 1)
        return try #require(comparison.rows.first { $0.variant == variant && $0.measure == measure })
    }

    @Test("a login that takes 2 ms more is slower, one that takes 2 ms less is faster")
    func latencies() throws {
        let slower = try row(blocks(12, scram: 22))
        #expect(slower.verdict == .slower)
        #expect(slower.moreBlocks == nil)
        let (difference, ratio) = (try #require(slower.difference), try #require(slower.ratio))
        #expect(difference.interval?.contains(2000) == true)
        #expect(ratio.interval?.contains(1.1) == true)
        #expect(difference.value == slower.value.value - slower.baseline.value)
        #expect((slower.unit, slower.phase.name, slower.measure.name) == ("us", "login", "p50"))
        #expect(try row(blocks(12, scram: 18)).verdict == .faster)
    }

    @Test("CPU costs more or less")
    func costs() throws {
        #expect(try row(blocks(12, cpu: 120), .cost(.clientCPU)).verdict == .costsMore)
        let less = try row(blocks(12, cpu: 80), .cost(.clientCPU))
        #expect(less.verdict == .costsLess)
        #expect(less.isPrimary)
        #expect(less.ratio?.interval?.contains(0.8) == true)
    }

    @Test("the computations of a handshake cost, more logins in a second are faster")
    func words() {
        #expect(ComparisonMeasure.latency(.clientSASL, .p50).verdict(rose: true) == .costsMore)
        #expect(ComparisonMeasure.cost(.throughput).verdict(rose: true) == .faster)
        #expect(ComparisonMeasure.cost(.serverMemoryGrowth).verdict(rose: false) == .costsLess)
        #expect(ComparisonVerdict.noDifferenceShown.description == "no difference shown")
    }

    @Test("the same is no difference, and it says how many blocks more might show one")
    func same() throws {
        let row = try row(blocks(12))
        #expect(row.verdict == .noDifferenceShown)
        let more = try #require(row.moreBlocks)
        #expect(more > 0)
    }

    @Test("nine blocks are too few, whatever they show", arguments: [1, 2, 9])
    func tooFew(count: Int) throws {
        let blocks = blocks(count, scram: 40)
        let rows = Comparison.judge(blocks: blocks, names: names, seed: 1).rows
        #expect(rows.allSatisfy { $0.verdict == .tooFewBlocks && $0.moreBlocks ?? 0 >= 10 - count })
        #expect(rows.allSatisfy { ($0.value.interval == nil) == (count == 1) })
        #expect(try row(blocks).moreBlocks == 10 - count)
        #expect(Comparison.judge(blocks: [], names: names, seed: 1).rows.isEmpty)
    }

    @Test("a difference smaller than that between the baseline and its copy is none")
    func yardstick() throws {
        #expect(try row(blocks(12, scram: 22, again: 18.5)).verdict == .slower)
        #expect(try row(blocks(12, scram: 22, again: 17.5)).verdict == .noDifferenceShown)
        #expect(try row(blocks(12, scram: 22, again: 22.5)).verdict == .noDifferenceShown)
        #expect(try row(blocks(12, again: 22), variant: "plain again").verdict == .noDifferenceShown)
    }

    @Test("a difference within one bucket of the histogram is none")
    func resolution() throws {
        let same = sample(20)
        let block = ComparisonBlock(variants: [same, sample(20.01), same])
        #expect(try row(Array(repeating: block, count: 12)).verdict == .noDifferenceShown)
    }

    @Test("blocks that are alike leave nothing open")
    func alike() throws {
        let block = ComparisonBlock(variants: [sample(20), sample(25), sample(20)])
        let row = try row(Array(repeating: block, count: 12))
        let difference = try #require(row.difference)
        for estimate in [row.value, row.baseline, difference] {
            let interval = try #require(estimate.interval)
            #expect(interval.width <= 1e-6)
        }
        #expect(row.verdict == .slower)
    }

    @Test("the same seed gives the same rows")
    func seed() {
        let blocks = blocks(12)
        let first = Comparison.judge(blocks: blocks, names: names, seed: 5)
        #expect(first == Comparison.judge(blocks: blocks, names: names, seed: 5))
        #expect(first.rows != Comparison.judge(blocks: blocks, names: names, seed: 6).rows)
        #expect((first.seed, first.resamples, first.blocks) == (5, 2000, 12))
    }

    @Test("what one block could not read has no row")
    func missing() {
        var blocks = blocks(12)
        blocks[3].variants[1].costs = [:]
        let rows = Comparison.judge(blocks: blocks, names: names, seed: 1).rows
        #expect(rows.filter { $0.variant == "scram" }.map(\.measure.name) == ["p50", "p90", "p99"])
        #expect(rows.filter { $0.variant != "scram" }.count == 4)
    }

    @Test("other measures do not weaken the primary ones")
    func families() throws {
        let few = try row(blocks(12, scram: 20.3))
        let many = try row(blocks(12, scram: 20.3, phases: [.connect, .tls, .sasl, .bind, .roster, .login]))
        #expect(few.verdict == many.verdict)
        #expect(few.difference == many.difference)
        #expect(few.moreBlocks == many.moreBlocks)
    }

    @Test("a percentile among the unreached is infinite, and slower")
    func unreached() throws {
        var dead = BlockLatencies()
        dead.unreached = 41
        var blocks = blocks(12, phases: [.due])
        for index in blocks.indices { blocks[index].variants[1].phases[.due] = dead }
        let row = try row(blocks, .latency(.due, .p50))
        #expect(row.value.value == .infinity)
        #expect(row.difference?.value == .infinity)
        #expect(row.ratio == nil)
        #expect(row.verdict == .slower)
    }
}

extension ClosedRange<Double> {
    fileprivate var width: Double { upperBound - lowerBound }
}
