/// What happened to one phase in one scope: how often it began, ended well and failed, and how long it took.
public struct PhaseRecord: Sendable {
    public var started: UInt64 = 0
    public var completed: UInt64 = 0
    public var failed: UInt64 = 0
    /// nil until something was recorded: an unused phase costs no memory.
    public private(set) var latencies: LatencyHistogram?

    public init() {}

    /// One that was read back from a file.
    public init(started: UInt64, completed: UInt64, failed: UInt64, latencies: LatencyHistogram?) {
        (self.started, self.completed, self.failed, self.latencies) = (started, completed, failed, latencies)
    }

    /// As ``LatencyHistogram/adopt(_:)``.
    public mutating func adopt(_ moments: Moments) { latencies?.adopt(moments) }

    public var isEmpty: Bool { started == 0 && completed == 0 && failed == 0 && latencies == nil }

    /// A phase that completed after this many nanoseconds.
    public mutating func complete(after nanoseconds: UInt64) {
        completed += 1
        record(nanoseconds)
    }

    public mutating func record(_ nanoseconds: UInt64) {
        if latencies == nil { latencies = LatencyHistogram() }
        latencies?.record(nanoseconds)
    }

    /// Logins of which nobody will ever see the end.
    public mutating func recordUnreached(_ logins: UInt32 = 1) {
        if latencies == nil { latencies = LatencyHistogram() }
        latencies?.recordUnreached(logins)
    }

    public mutating func merge(_ other: PhaseRecord) {
        started += other.started
        completed += other.completed
        failed += other.failed
        guard let others = other.latencies else { return }
        if latencies == nil { latencies = others } else { latencies?.merge(others) }
    }

    /// Takes away what is a part of this. More than was recorded is a programming error and traps.
    public mutating func remove(_ part: PhaseRecord) {
        started -= part.started
        completed -= part.completed
        failed -= part.failed
        guard let others = part.latencies else { return }
        latencies?.remove(others)
        if latencies?.count == 0 { latencies = nil }
    }
}
