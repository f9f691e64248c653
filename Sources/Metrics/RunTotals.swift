/// Everything recorded since a run began, in memory that does not grow with the run.
public struct RunTotals: Sendable {
    public private(set) var phases: PhaseTable
    /// The part of them that ``IntervalRecord/marked`` tells of; nil while no second was marked.
    public private(set) var marked: PhaseTable?
    public private(set) var failures = FailureTable()
    public private(set) var marks = SaturationLog()
    /// The end of the last interval, in nanoseconds since the first arrival.
    public private(set) var end: UInt64 = 0
    public private(set) var intervals = 0
    /// Processor time in microseconds of this process and of the server's; nil while none could be read.
    public private(set) var clientCPU: UInt64?
    public private(set) var serverCPU: UInt64?

    public init(names: ScopeNames) { phases = PhaseTable(names: names) }

    public var names: ScopeNames { phases.names }

    /// Adds an interval. O(phases that occurred in it × buckets).
    public mutating func merge(_ interval: IntervalRecord) {
        phases.merge(interval.phases)
        addMarked(interval.marked)
        failures.merge(interval.failures)
        marks.add(interval.marks)
        end = max(end, interval.end)
        intervals += 1
        clientCPU = Self.sum(clientCPU, interval.system.cpu)
        serverCPU = Self.sum(serverCPU, interval.system.server?.cpu)
    }

    /// Adds what another run with the same names recorded, as if it had been one run. Its marks are not added: seconds in
    /// which both were saturated are the same seconds.
    public mutating func merge(_ other: RunTotals) {
        phases.merge(other.phases)
        addMarked(other.marked)
        failures.merge(other.failures)
        end = max(end, other.end)
        intervals = max(intervals, other.intervals)
        clientCPU = Self.sum(clientCPU, other.clientCPU)
        serverCPU = Self.sum(serverCPU, other.serverCPU)
    }

    private mutating func addMarked(_ part: PhaseTable?) {
        guard let part else { return }
        if marked == nil { marked = part } else { marked?.merge(part) }
    }

    /// As ``LatencyHistogram/adopt(_:)``.
    public mutating func adopt(_ moments: Moments, of scope: Scope, _ phase: Phase) {
        phases[scope, phase].adopt(moments)
    }

    private static func sum(_ known: UInt64?, _ next: UInt64?) -> UInt64? {
        guard let next else { return known }
        return (known ?? 0) + next
    }

    /// A phase over all variants, in one stage or, for nil, in all of them.
    public func record(of phase: Phase, inStage stage: Int? = nil) -> PhaseRecord {
        phases.record(of: phase, inStage: stage)
    }

    /// The same without what was marked.
    public func unmarkedRecord(of phase: Phase, inStage stage: Int? = nil) -> PhaseRecord {
        var record = record(of: phase, inStage: stage)
        if let marked { record.remove(marked.record(of: phase, inStage: stage)) }
        return record
    }
}
