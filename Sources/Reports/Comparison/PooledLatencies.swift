import Metrics

/// The latencies of a phase in all blocks, laid out so that a percentile of any resample's merged histogram is found by
/// bisection: O(blocks · log buckets) instead of merging histograms of thousands of buckets.
///
/// For every bucket in use in any block it holds, block by block, how many values do not exceed it. A resample's merged
/// count up to a bucket is then one weighted sum, exact in whole numbers.
struct PooledLatencies {
    /// Where a value that was never reached stands, in nanoseconds.
    static let notReached = Double(LatencyHistogram.highestTrackable)

    private let blocks: Int
    /// Nanoseconds, ascending; the last one stands for the unreached.
    private let values: [Double]
    /// Value by value, each block's count up to it.
    private let cumulative: [UInt64]

    init(_ latencies: [BlockLatencies]) {
        blocks = latencies.count
        let tops = Set(latencies.lazy.flatMap(\.buckets).map(\.to)).sorted()
        let (minimum, maximum) = (latencies.map(\.minimum).min() ?? 0, latencies.map(\.maximum).max() ?? 0)
        values = tops.map { Double(max(minimum, min($0, maximum))) } + [Self.notReached]
        cumulative = Self.cumulative(latencies, tops: tops)
    }

    private static func cumulative(_ latencies: [BlockLatencies], tops: [UInt64]) -> [UInt64] {
        let blocks = latencies.count
        var counts = [UInt64](repeating: 0, count: (tops.count + 1) * blocks)
        for (block, latencies) in latencies.enumerated() {
            var (index, below) = (block, UInt64(0))
            var buckets = latencies.buckets[...]
            for top in tops {
                if buckets.first?.to == top { below += buckets.removeFirst().count }
                counts[index] = below
                index += blocks
            }
            counts[index] = below + latencies.unreached
        }
        return counts
    }

    /// The percentile of the blocks' merged histogram, each block as often as its weight, in nanoseconds;
    /// ``notReached`` where it falls among the unreached. It is the same figure as ``LatencyHistogram/percentile(_:)``
    /// of the merged histogram when every block counts once.
    func percentile(_ share: Double, weights: [UInt64]) -> Double {
        let total = merged(values.count - 1, weights)
        let rank = UInt64(max(1, (share.nextDown * Double(total)).rounded(.up)))
        var (low, high) = (0, values.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if merged(middle, weights) >= rank { high = middle } else { low = middle + 1 }
        }
        return values[low]
    }

    private func merged(_ row: Int, _ weights: [UInt64]) -> UInt64 {
        var (sum, index) = (UInt64(0), row * blocks)
        for weight in weights {
            sum &+= weight &* cumulative[index]
            index += 1
        }
        return sum
    }
}
