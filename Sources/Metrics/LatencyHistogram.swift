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

    /// Copied for each: the library fills a new one bucket by bucket, which takes twenty times as long.
    private static let empty = Histogram<UInt32>(
        lowestDiscernibleValue: 1000, highestTrackableValue: highestTrackable, numberOfSignificantValueDigits: .three)

    public init() { buckets = Self.empty }

    /// Everything recorded: reached and unreached.
    public var count: UInt64 { reached + unreached }

    /// Records a duration in nanoseconds; one above 1 h stands in the bucket of 1 h, its moments stay exact.
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

    /// What was read back from a file: the buckets are exact, the moments those of the buckets' middles.
    ///
    /// - Parameters:
    ///   - counts: By index, as ``highestValue(at:)`` numbers them; what stands at the highest trackable value was not
    ///     reached.
    ///   - maximum: Of the reached, where it is known.
    public init(counts: some Sequence<(index: Int, count: UInt64)>, maximum known: UInt64? = nil) {
        self.init()
        for (index, count) in counts where count > 0 { add(UInt32(clamping: count), toBucket: index) }
        if let known, reached > 0 { maximum = known }
    }

    private mutating func add(_ count: UInt32, toBucket index: Int) {
        let top = Self.highestValue(at: index)
        guard top < Self.highestTrackable else { return recordUnreached(count) }
        let bottom = index > 0 ? Self.highestValue(at: index - 1) + 1 : 0
        buckets.record(bottom, count: count)
        addMoments(
            Moments(count: UInt64(count), minimum: bottom, maximum: top, mean: Double(bottom + top) / 2, squares: 0))
    }

    /// Puts what is known exactly in the place of what buckets tell; of another number of values it is not of these.
    public mutating func adopt(_ moments: Moments) {
        guard moments.count == reached, reached > 0 else { return }
        (minimum, maximum, average) = (moments.minimum, moments.maximum, moments.mean)
        squares = moments.squares
    }

    /// Adds the other's values; the result is as if they had been recorded here. O(buckets).
    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        buckets.add(other.buckets)
        unreached += other.unreached
        addMoments(other.moments)
    }

    /// Takes the values of a part of this away: counts and mean are exact, minimum and maximum within a bucket.
    ///
    /// A bucket that the part holds more often than the whole is a programming error and traps. O(buckets).
    public mutating func remove(_ part: LatencyHistogram) {
        guard part.count > 0 else { return }
        let (whole, taken) = (countsByIndex, part.countsByIndex)
        let rest = whole.enumerated().map { ($0.offset, $0.element - ($0.offset < taken.count ? taken[$0.offset] : 0)) }
        let moments = moments.removing(part.moments)
        self = LatencyHistogram(counts: rest.map { (index: $0.0, count: $0.1) })
        adopt(
            Moments(
                count: moments.count, minimum: max(minimum, moments.minimum), maximum: min(maximum, moments.maximum),
                mean: moments.mean, squares: moments.squares))
    }

    /// Of the reached.
    var moments: Moments {
        Moments(count: reached, minimum: minimum, maximum: maximum, mean: average, squares: squares)
    }

    /// The mean and squares of two samples taken together (Chan, Golub and LeVeque 1979).
    private mutating func addMoments(_ other: Moments) {
        guard other.count > 0 else { return }
        let total = Double(reached + other.count)
        let distance = other.mean - average
        squares += other.squares + distance * distance * Double(reached) * Double(other.count) / total
        average += distance * Double(other.count) / total
        reached += other.count
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }

    /// The value in nanoseconds that this share (0 to 1) of all recorded values does not exceed, to 3 digits;
    /// nil where it falls among the unreached, or nothing was recorded. O(buckets in use).
    public func percentile(_ share: Double) -> UInt64? { percentiles([share])[0] }

    /// The percentiles of these shares, which ascend, in one walk over the buckets in use.
    public func percentiles(_ shares: [Double]) -> [UInt64?] {
        var values: [UInt64?] = []
        values.reserveCapacity(shares.count)
        let ranks = shares.map(rank(of:))
        var below: UInt64 = 0
        forEachBucket { _, to, count in
            below += count
            while values.count < ranks.count, ranks[values.count] <= min(below, reached) {
                values.append(max(minimum, min(to, maximum)))
            }
            return values.count < ranks.count
        }
        while values.count < shares.count { values.append(nil) }
        return values
    }

    /// Which value in ascending order, counted from 1, a share stands for. The share gives way by its last bit, so that
    /// 7 % of 100 values are 7 values whatever the product rounds to.
    private func rank(of share: Double) -> UInt64 {
        UInt64(max(1, (min(share, 1).nextDown * Double(count)).rounded(.up)))
    }

    /// In nanoseconds, over the reached; nil without any.
    public var mean: Double? { reached > 0 ? average : nil }

    /// Of the population of the reached, in nanoseconds; nil without any.
    public var standardDeviation: Double? { reached > 0 ? (squares / Double(reached)).squareRoot() : nil }

    /// The buckets that hold a value, in ascending order, in nanoseconds from (inclusive) to (inclusive). O(buckets in use).
    public var recordedBuckets: [(from: UInt64, to: UInt64, count: UInt64)] {
        var found: [(from: UInt64, to: UInt64, count: UInt64)] = []
        forEachBucket { from, to, count in
            found.append((from, to, count))
            return true
        }
        return found
    }

    /// Walks the buckets that hold a value, in ascending order, until the body returns false.
    ///
    /// The library's own iterator sums value times count and overflows after 5.1 million logins at 1 h; a night against
    /// a dead server has more.
    public func forEachBucket(_ body: (_ from: UInt64, _ to: UInt64, _ count: UInt64) -> Bool) {
        guard count > 0 else { return }
        var from = buckets.lowestEquivalentForValue(min(minimum, Self.highestTrackable))
        while from <= buckets.maxRecorded {
            let next = from + Self.bucketWidth(at: from)
            let held = buckets.countForValue(from)
            if held > 0, !body(from, next - 1, UInt64(held)) { return }
            from = next
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
