import Histogram
import LoadPlan
import Testing

@testable import Metrics

@Suite("latency histogram")
struct LatencyHistogramTests {
    /// The exact value of a share by the nearest rank.
    private func exact(_ share: Double, of sorted: [UInt64]) -> UInt64 {
        sorted[max(1, Int((share.nextDown * Double(sorted.count)).rounded(.up))) - 1]
    }

    /// Spread evenly over the orders of magnitude from 300 ns to 1 h.
    private func samples(_ count: Int, seed: UInt64) -> [UInt64] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let bits = UInt64.random(in: 8...41, using: &generator)
            return min(UInt64.random(in: (1 << bits)...(2 << bits), using: &generator), 3_600_000_000_000)
        }
    }

    @Test("percentiles are within 0.1 % or 512 ns of an exact sort", arguments: [1, 2, 10, 999, 20_000])
    func precision(count: Int) throws {
        let values = samples(count, seed: UInt64(count))
        var histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        let sorted = values.sorted()
        for share in [0.0001, 0.07, 0.29, 0.5, 0.9, 0.95, 0.99, 0.999, 1] {
            let found = try #require(histogram.percentile(share))
            let wanted = exact(share, of: sorted)
            #expect(found >= wanted, "share \(share)")
            #expect(found - wanted <= max(512, wanted / 1000), "share \(share)")
        }
    }

    @Test("several percentiles in one walk are those taken one by one")
    func oneWalk() {
        var histogram = LatencyHistogram()
        for value in samples(5000, seed: 3) { histogram.record(value) }
        histogram.recordUnreached(100)
        let shares = [0.1, 0.5, 0.5, 0.9, 0.99, 1]
        #expect(histogram.percentiles(shares) == shares.map { histogram.percentile($0) })
        #expect(LatencyHistogram().percentiles(shares) == shares.map { _ in nil })
    }

    @Test("a part taken away leaves the rest, as if the part had never been recorded")
    func removing() throws {
        var (whole, part, rest) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for (index, value) in samples(3000, seed: 9).enumerated() where value < 1 << 40 {
            whole.record(value)
            if index.isMultiple(of: 3) { part.record(value) } else { rest.record(value) }
        }
        whole.recordUnreached(50)
        part.recordUnreached(20)
        rest.recordUnreached(30)
        whole.remove(part)
        #expect(whole.countsByIndex == rest.countsByIndex)
        #expect((whole.reached, whole.unreached) == (rest.reached, rest.unreached))
        #expect(try abs(#require(whole.mean) - #require(rest.mean)) < 1e-6 * #require(rest.mean))
        #expect(try abs(#require(whole.standardDeviation) / #require(rest.standardDeviation) - 1) < 1e-6)
        whole.remove(rest)
        #expect(whole.count == 0)
        #expect(whole.percentile(0.5) == nil)
    }

    @Test("parts merged are the whole", arguments: 1...8)
    func merging(parts: Int) throws {
        var whole = LatencyHistogram()
        var split = Array(repeating: LatencyHistogram(), count: parts)
        for (index, value) in samples(3000, seed: UInt64(parts)).enumerated() {
            whole.record(value)
            split[index % parts].record(value)
            if index.isMultiple(of: 50) {
                whole.recordUnreached()
                split[(index / 50) % parts].recordUnreached()
            }
        }
        let merged = split.reduce(into: LatencyHistogram()) { $0.merge($1) }
        #expect(merged.buckets == whole.buckets)
        #expect((merged.reached, merged.unreached) == (whole.reached, whole.unreached))
        #expect((merged.minimum, merged.maximum) == (whole.minimum, whole.maximum))
        let (mean, deviation) = (try #require(whole.mean), try #require(whole.standardDeviation))
        #expect(abs(try #require(merged.mean) - mean) <= mean * 1e-9)
        #expect(abs(try #require(merged.standardDeviation) - deviation) <= deviation * 1e-9)
    }

    @Test("an empty histogram merged changes nothing")
    func mergingNothing() {
        var histogram = LatencyHistogram()
        histogram.record(5000)
        histogram.merge(LatencyHistogram())
        #expect((histogram.count, histogram.minimum, histogram.maximum) == (1, 5000, 5000))
    }

    @Test("mean and deviation are those of the population")
    func moments() throws {
        var histogram = LatencyHistogram()
        for value: UInt64 in [2000, 4000, 4000, 4000, 5000, 5000, 7000, 9000] { histogram.record(value) }
        #expect(try #require(histogram.mean) == 5000)
        #expect(abs(try #require(histogram.standardDeviation) - 2000) < 1e-6)
    }

    @Test("a bucket is as wide as the library's, up to 1 h")
    func widths() {
        let histogram = LatencyHistogram()
        for value in samples(20_000, seed: 9) + edges {
            #expect(LatencyHistogram.bucketWidth(at: value) == histogram.buckets.sizeOfEquivalentRangeForValue(value))
        }
    }

    private var edges: [UInt64] {
        (0...41).flatMap { [(UInt64(1) << $0) - 1, 1 << $0, (1 << $0) + 1] } + [LatencyHistogram.highestTrackable]
    }

    @Test("the buckets listed are the library's")
    func buckets() {
        var histogram = LatencyHistogram()
        for value in samples(2000, seed: 11) + edges where value <= LatencyHistogram.highestTrackable {
            histogram.record(value)
        }
        let library = histogram.buckets.recordedValues().map { ($0.value, UInt64($0.count)) }
        let listed = histogram.recordedBuckets
        #expect(listed.map(\.to) == library.map(\.0))
        #expect(listed.map(\.count) == library.map(\.1))
        for bucket in listed {
            #expect(histogram.buckets.equivalentRangeForValue(bucket.from) == bucket.from...bucket.to)
        }
    }

    @Test("the top bucket ends where the library says, just above 1 h")
    func topBucket() throws {
        var histogram = LatencyHistogram()
        histogram.recordUnreached(3)
        let top = try #require(histogram.recordedBuckets.first)
        #expect(top.to == histogram.buckets.highestEquivalentForValue(LatencyHistogram.highestTrackable))
        #expect((top.from...top.to).contains(LatencyHistogram.highestTrackable))
        #expect(top.count == 3)
    }

    @Test("a percentile among the unreached is none, one below them is unmoved")
    func unreached() {
        var histogram = LatencyHistogram()
        for _ in 0..<90 { histogram.record(1_000_000) }
        histogram.recordUnreached(10)
        #expect(histogram.percentile(0.9) == 1_000_000)
        #expect(histogram.percentile(0.91) == nil)
        #expect(histogram.percentile(1) == nil)
        #expect(histogram.mean == 1_000_000)
        #expect(histogram.maximum == 1_000_000)
        #expect(histogram.count == 100)
    }

    @Test("with only unreached there is no figure at all")
    func onlyUnreached() {
        var histogram = LatencyHistogram()
        histogram.recordUnreached()
        #expect(histogram.percentile(0.5) == nil)
        #expect(histogram.mean == nil)
        #expect(histogram.standardDeviation == nil)
    }

    @Test("seven million logins that were never reached are listed, not overflowed")
    func manyUnreached() {
        var histogram = LatencyHistogram()
        histogram.recordUnreached(7_000_000)
        #expect(histogram.recordedBuckets.map(\.count) == [7_000_000])
    }

    @Test("zero and more than an hour are kept")
    func extremes() {
        var histogram = LatencyHistogram()
        histogram.record(0)
        histogram.record(5_000_000_000_000)
        #expect(histogram.minimum == 0)
        #expect(histogram.maximum == 5_000_000_000_000)
        #expect(histogram.recordedBuckets.map(\.count) == [1, 1])
        #expect(histogram.percentile(0.5) == 511)
    }
}
