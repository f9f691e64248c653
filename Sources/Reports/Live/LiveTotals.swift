public import Metrics

/// What was recorded until the last interval's end, as a scrape wants it: small, however much was recorded.
public struct LiveTotals: Sendable {
    /// Upper bounds of the buckets, in seconds.
    static let bounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    /// How long a phase took, in one variant and all of its stages.
    struct Latencies: Sendable {
        var variant: String
        var phase: String
        /// Up to each bound, the bounds before it included; to the resolution of the histogram.
        var cumulative: [UInt64]
        /// With those that were never completed.
        var count: UInt64
        /// Of the completed, in seconds.
        var sum: Double
    }

    var latencies: [Latencies] = []
    /// In seconds.
    var clientCPU: Double?
    var serverCPU: Double?
    var markedSeconds = 0
    var system = SystemSample()

    public init() {}

    /// O(buckets in use).
    public init(_ totals: RunTotals, system: SystemSample) {
        latencies = totals.names.variants.indices.flatMap { Self.latencies(of: UInt16($0), in: totals) }
        clientCPU = totals.clientCPU.map { Double($0) / 1e6 }
        serverCPU = totals.serverCPU.map { Double($0) / 1e6 }
        markedSeconds = totals.marks.seconds
        self.system = system
    }

    private static func latencies(of variant: UInt16, in totals: RunTotals) -> [Latencies] {
        totals.names.phases.all.compactMap { phase in
            let record = totals.phases.total(ofVariant: variant, phase: phase)
            guard phase != .online, let histogram = record.latencies, histogram.count > 0 else { return nil }
            return Latencies(
                variant: totals.names.variants[Int(variant)], phase: totals.names.phases.name(of: phase),
                cumulative: cumulative(histogram),
                count: histogram.count, sum: (histogram.mean ?? 0) * Double(histogram.reached) / 1e9)
        }
    }

    private static func cumulative(_ histogram: LatencyHistogram) -> [UInt64] {
        var counts = bounds.map { _ in UInt64(0) }
        var (below, next) = (UInt64(0), 0)
        histogram.forEachBucket { from, _, count in
            while next < bounds.count, Double(from) > bounds[next] * 1e9 {
                counts[next] = below
                next += 1
            }
            below += count
            return next < bounds.count
        }
        while next < bounds.count {
            counts[next] = below
            next += 1
        }
        return counts
    }
}
