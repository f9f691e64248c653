extension LatencyHistogram {
    /// In nanoseconds: values closer together than this are not told apart; a power of two is what the buckets use.
    public static let lowestDiscernible: UInt64 = 1000
    static let unitMagnitude: UInt64 = 9
    private static let halfSubBuckets: UInt64 = 1024

    /// The counts by index as HdrHistogram numbers its buckets, from 0 to the highest that holds a value.
    public var countsByIndex: [UInt64] {
        var counts: [UInt64] = []
        forEachBucket { from, _, count in
            let index = Self.index(of: from)
            counts.append(contentsOf: repeatElement(0, count: index - counts.count))
            counts.append(count)
            return true
        }
        return counts
    }

    static func index(of value: UInt64) -> Int {
        let scaled = value >> unitMagnitude
        guard scaled >= 2 * halfSubBuckets else { return Int(scaled) }
        let shift = UInt64(UInt64.bitWidth - scaled.leadingZeroBitCount - 11)
        return Int((shift << 10) + (scaled >> shift))
    }

    /// The highest value of the bucket with this index; what it holds is at most this.
    public static func highestValue(at index: Int) -> UInt64 {
        let index = UInt64(index)
        guard index >= 2 * halfSubBuckets else { return ((index + 1) << unitMagnitude) - 1 }
        let shift = (index >> 10) - 1
        let subBucket = index - (shift << 10)
        return ((subBucket + 1) << (shift + unitMagnitude)) - 1
    }

    /// How many indices there are.
    public static var indexLimit: Int { index(of: highestTrackable) + 1 }
}
