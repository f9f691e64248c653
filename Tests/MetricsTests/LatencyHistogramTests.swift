import Metrics
import Testing

@Suite("A latency histogram")
struct LatencyHistogramTests {
    private func samples(_ count: Int) -> [UInt64] {
        (0..<count).map { _ in UInt64(exp2(Double.random(in: 10...35))) }
    }

    private func exp2(_ value: Double) -> Double {
        (0..<Int(value)).reduce(1) { total, _ in total * 2 } * (1 + value.truncatingRemainder(dividingBy: 1))
    }

    private func filled(_ samples: [UInt64]) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for sample in samples { histogram.record(sample) }
        return histogram
    }

    @Test(
        "agrees with a sort of everything, within 0.1 % or half a microsecond", arguments: [0.5, 0.9, 0.99, 0.999, 1])
    func percentiles(_ share: Double) {
        let samples = samples(5000)
        let exact = samples.sorted()[Int((share * 5000).rounded(.up)) - 1]
        let found = filled(samples).percentile(share) ?? 0
        #expect(found + 512 >= exact)
        #expect(Double(found) <= Double(exact) * 1.001 + 512)
    }

    @Test("two merged are one that saw everything")
    func merge() {
        let samples = samples(3000)
        var parts = filled(Array(samples[..<1000]))
        parts.merge(filled(Array(samples[1000...])))
        let whole = filled(samples)
        #expect(parts.count == whole.count && parts.minimum == whole.minimum && parts.maximum == whole.maximum)
        for share in [0.1, 0.5, 0.99] { #expect(parts.percentile(share) == whole.percentile(share)) }
        #expect(abs((parts.mean ?? 0) - (whole.mean ?? 0)) < 1)
        #expect(abs((parts.standardDeviation ?? 0) / (whole.standardDeviation ?? 1) - 1) < 1e-9)
    }

    @Test("a login that never completed ranks above every success, and changes no mean")
    func unreached() {
        var histogram = filled([1_000_000, 2_000_000, 3_000_000])
        histogram.recordUnreached()
        #expect(histogram.percentile(0.75) != nil)
        #expect(histogram.percentile(0.76) == nil)
        #expect(histogram.mean == 2_000_000)
        #expect(histogram.count == 4)
    }

    @Test("its buckets hold every value, next to each other and never overlapping")
    func buckets() {
        let samples = samples(2000) + [LatencyHistogram.highestTrackable]
        let buckets = filled(samples).recordedBuckets
        #expect(buckets.reduce(0) { $0 + $1.count } == UInt64(samples.count))
        for (left, right) in zip(buckets, buckets.dropFirst()) { #expect(left.to < right.from) }
        for sample in samples { #expect(buckets.contains { $0.from <= sample && sample <= $0.to }) }
    }
}

@Suite("A verdict")
struct VerdictTests {
    private func totals(completed: [UInt64], unreached: UInt32 = 0, marks: Int = 0) -> RunTotals {
        let names = ScopeNames(stages: ["one"])
        var phases = PhaseTable(names: names)
        let scope = Scope(stage: 0)
        for value in completed {
            phases[scope, .login].complete(after: value)
            phases[scope, .due].complete(after: value)
        }
        phases[scope, .due].recordUnreached(unreached)
        var totals = RunTotals(names: names)
        let marked = (0..<marks).map { SaturationMark(second: $0, stage: 0, reason: "test") }
        totals.add(
            IntervalRecord(end: 1, phases: phases, failures: FailureTable(), system: SystemSample(), marks: marked))
        return totals
    }

    private let failures = Rule(text: "failures < 100%", measure: .failures, limit: 1)
    private let latency = Rule(text: "due p50 < 1s", measure: .latency(.due, .percentile(0.5)), limit: 1e9, stage: 0)

    @Test("a run in which nobody logged in never passes")
    func nobody() {
        #expect(!Verdict([failures], totals(completed: [], unreached: 5), watchedSeconds: [1]).passed)
        #expect(!Verdict([failures], totals(completed: []), watchedSeconds: [1]).passed)
        #expect(Verdict([failures], totals(completed: [1], unreached: 5), watchedSeconds: [1]).passed)
    }

    @Test("a percentile that falls among failures is not reached, and fails")
    func notReached() {
        let verdict = Verdict([latency], totals(completed: [1, 2], unreached: 3), watchedSeconds: [1])
        #expect(verdict.judgements[0].figure == .notReached)
        #expect(!verdict.passed)
    }

    @Test("only marked seconds of stages that a latency judges count against the generator")
    func saturation() {
        let marked = totals(completed: [1], marks: 6)
        #expect(Verdict([latency], marked, watchedSeconds: [100]).isGeneratorSaturated)
        #expect(!Verdict([latency], marked, watchedSeconds: [120]).isGeneratorSaturated)
        #expect(!Verdict([failures], marked, watchedSeconds: [10]).isGeneratorSaturated)
    }
}
