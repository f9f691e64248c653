public import Histogram

/// Latencies of one phase: an HdrHistogram of 3 significant digits from 1 µs to 1 h, and the exact moments beside it.
///
/// Values are nanoseconds. The memory is fixed (about 94 KiB), a record costs a few nanoseconds, merging is exact.
/// A login that never completed is recorded at the highest trackable value, above every success; minimum, maximum, mean
/// and standard deviation are over the completed ones only.
public struct LatencyHistogram: Sendable {
    /// 1 h in nanoseconds: where an unreached login stands.
    public static let highestTrackable: UInt64 = 3_600_000_000_000

    /// The buckets; `unreached` ones are in it, at the highest trackable value.
    public private(set) var buckets: Histogram<UInt32>
    /// Values recorded that were reached.
    public private(set) var reached: UInt64 = 0
    /// Values recorded that were never reached.
    public private(set) var unreached: UInt64 = 0
    /// The exact minimum and maximum of the reached; `minimum` is `UInt64.max` while there is none.
    public private(set) var minimum = UInt64.max
    public private(set) var maximum: UInt64 = 0
    private var average = 0.0
    private var squares = 0.0

    public init() {
        buckets = Histogram(
            lowestDiscernibleValue: 1000, highestTrackableValue: Self.highestTrackable,
            numberOfSignificantValueDigits: .three)
    }

    /// Everything recorded: reached and unreached.
    public var count: UInt64 { reached + unreached }

    /// Records a duration in nanoseconds; one above 1 h counts as 1 h.
    public mutating func record(_ nanoseconds: UInt64) {
        buckets.record(min(nanoseconds, Self.highestTrackable))
        reached += 1
        minimum = min(minimum, nanoseconds)
        maximum = max(maximum, nanoseconds)
        let distance = Double(nanoseconds) - average
        average += distance / Double(reached)
        squares += distance * (Double(nanoseconds) - average)
    }

    /// Records logins that did not complete: they rank above every success.
    public mutating func recordUnreached(_ logins: UInt32 = 1) {
        guard logins > 0 else { return }
        buckets.record(Self.highestTrackable, count: logins)
        unreached += UInt64(logins)
    }

    /// Adds the other's values; the result is as if they had been recorded here. O(buckets).
    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        buckets.add(other.buckets)
        unreached += other.unreached
        guard other.reached > 0 else { return }
        mergeMoments(other)
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }

    /// Mean and squares of two samples taken together (Chan, Golub and LeVeque 1979).
    private mutating func mergeMoments(_ other: LatencyHistogram) {
        let total = Double(reached + other.reached)
        let distance = other.average - average
        squares += other.squares + distance * distance * Double(reached) * Double(other.reached) / total
        average += distance * Double(other.reached) / total
        reached += other.reached
    }

    /// The value in nanoseconds that this share (0 to 1) of all recorded values does not exceed, to 3 digits;
    /// nil where it falls among the unreached, or nothing was recorded.
    public func percentile(_ share: Double) -> UInt64? {
        let rank = max(1, (share * Double(count)).rounded(.up))
        guard count > 0, rank <= Double(reached) else { return nil }
        let value = buckets.valueAtPercentile(min(share, 1) * 100)
        return max(minimum, min(value, maximum))
    }

    /// In nanoseconds, over the reached; nil without any.
    public var mean: Double? { reached > 0 ? average : nil }

    /// Of the population of the reached, in nanoseconds; nil without any.
    public var standardDeviation: Double? { reached > 0 ? (squares / Double(reached)).squareRoot() : nil }

    /// The buckets that hold a value, in ascending order, in nanoseconds from (inclusive) to (inclusive).
    public var recordedBuckets: [(from: UInt64, to: UInt64, count: UInt64)] {
        buckets.recordedValues().map { step in
            let width = Self.bucketWidth(at: step.value)
            return (step.value - step.value % width, step.value - step.value % width + width - 1, UInt64(step.count))
        }
    }

    /// The width of the bucket that holds a value: 512 ns up to 1 ms, doubling with each power of two above.
    static func bucketWidth(at value: UInt64) -> UInt64 {
        let unit: UInt64 = 512
        let subBuckets: UInt64 = 2048
        let scaled = value / unit
        guard scaled >= subBuckets else { return unit }
        let magnitude = (UInt64.bitWidth - scaled.leadingZeroBitCount) - 11
        return unit << UInt64(magnitude)
    }
}
