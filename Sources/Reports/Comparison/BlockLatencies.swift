public import Metrics
public import ResultFiles

/// The latencies of one phase in one block: the buckets in use of its histogram, a few KiB instead of its 94.
public struct BlockLatencies: Sendable, Equatable {
    struct Bucket: Sendable, Equatable {
        /// Nanoseconds, inclusive.
        var to: UInt64
        var count: UInt64
    }

    /// Ascending; only values that were reached.
    var buckets: [Bucket] = []
    var unreached: UInt64 = 0
    var minimum = UInt64.max
    var maximum: UInt64 = 0

    /// Everything recorded: reached and unreached.
    public var count: UInt64 { buckets.reduce(unreached) { $0 + $1.count } }

    public init() {}

    /// O(buckets in use).
    public init(_ histogram: LatencyHistogram) {
        unreached = histogram.unreached
        (minimum, maximum) = (histogram.minimum, histogram.maximum)
        histogram.forEachBucket { _, to, count in
            buckets.append(Bucket(to: to, count: count))
            return true
        }
        dropUnreached()
    }

    /// Of a line of `latency.hlog`: what stands at the highest trackable value was not reached. The extremes are those of
    /// the buckets.
    public init(_ logged: LoggedHistogram) {
        for bucket in logged.buckets {
            let to = LatencyHistogram.highestValue(at: bucket.index)
            if to >= LatencyHistogram.highestTrackable {
                unreached += bucket.count
            } else {
                buckets.append(Bucket(to: to, count: bucket.count))
            }
        }
        minimum = buckets.first?.to ?? .max
        maximum = buckets.last?.to ?? 0
    }

    /// The histogram keeps unreached logins in its highest bucket in use; here they stand apart.
    private mutating func dropUnreached() {
        guard unreached > 0, let last = buckets.popLast(), last.count > unreached else { return }
        buckets.append(Bucket(to: last.to, count: last.count - unreached))
    }

    /// Adds the other's values. O(buckets in use of both).
    public mutating func merge(_ other: BlockLatencies) {
        if buckets.isEmpty { buckets = other.buckets } else { merge(other.buckets) }
        unreached += other.unreached
        (minimum, maximum) = (min(minimum, other.minimum), max(maximum, other.maximum))
    }

    /// Takes the values of a part of this away, as far as they are here. O(buckets in use of both).
    public mutating func remove(_ part: BlockLatencies) {
        let taken = Dictionary(part.buckets.map { ($0.to, $0.count) }, uniquingKeysWith: +)
        buckets = buckets.compactMap { bucket in
            let left = bucket.count - min(bucket.count, taken[bucket.to] ?? 0)
            return left > 0 ? Bucket(to: bucket.to, count: left) : nil
        }
        unreached -= min(unreached, part.unreached)
        (minimum, maximum) = (max(minimum, buckets.first?.to ?? .max), min(maximum, buckets.last?.to ?? 0))
    }

    private mutating func merge(_ others: [Bucket]) {
        var merged: [Bucket] = []
        merged.reserveCapacity(buckets.count + others.count)
        var next = 0
        for bucket in buckets {
            while next < others.count, others[next].to < bucket.to {
                merged.append(others[next])
                next += 1
            }
            merged.append(bucket)
            guard next < others.count, others[next].to == bucket.to else { continue }
            merged[merged.count - 1].count += others[next].count
            next += 1
        }
        buckets = merged + others[next...]
    }

    /// The percentile of this share (0 to 1), by the rule of ``LatencyHistogram/percentile(_:)``, in microseconds; 1 h
    /// where it falls among the unreached. O(buckets in use).
    func microseconds(at share: Double) -> Double {
        let rank = UInt64(max(1, (share.nextDown * Double(count)).rounded(.up)))
        var below: UInt64 = 0
        for bucket in buckets {
            below += bucket.count
            if below >= rank { return Double(max(minimum, min(bucket.to, maximum))) / 1000 }
        }
        return Double(LatencyHistogram.highestTrackable) / 1000
    }
}
