public import Metrics

/// What the live view remembers of the seconds before. Bounded, however long the run.
public struct LiveHistory: Sendable {
    /// Seconds kept.
    public static let capacity = 60

    /// The p99 of `login` of each second in nanoseconds, the newest last; nil where no login was completed.
    public private(set) var p99: [UInt64?] = []

    public init() {}

    /// Adds a second.
    public mutating func add(_ status: LiveStatus) {
        if p99.count == Self.capacity { p99.removeFirst() }
        p99.append(status.loginP99)
    }
}
