/// How often something happened in each second since an instant of the monotonic clock, for a limited time.
public struct CountsBySecond: Sendable {
    public let since: UInt64
    /// The last one is not 0. Never more than the limit.
    public private(set) var counts: [UInt32] = []
    private let limit: Int

    /// - Parameter limit: in seconds; what happens later is not counted.
    public init(since: UInt64, limit: Int) {
        self.since = since
        self.limit = limit
    }

    /// - Parameter instant: of the monotonic clock; before `since` it is of the first second.
    public mutating func note(at instant: UInt64) {
        let second = Int((instant - min(instant, since)) / 1_000_000_000)
        guard second < limit else { return }
        while counts.count <= second { counts.append(0) }
        counts[second] += 1
    }
}
