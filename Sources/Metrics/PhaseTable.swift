/// The phase records of a run, by scope: what a lane records into, what a snapshot carries, what a total is.
///
/// A value: a lane hands it over and goes on with an empty one. Recording is O(1) without allocation once a phase was
/// seen.
public struct PhaseTable: Sendable {
    public let names: ScopeNames
    @usableFromInline var records: [PhaseRecord]

    public init(names: ScopeNames) {
        self.names = names
        records = Array(repeating: PhaseRecord(), count: names.count * Phase.limit)
    }

    /// Inlined, because a coroutine of its own allocates a frame for each use.
    @inlinable public subscript(scope: Scope, phase: Phase) -> PhaseRecord {
        _read { yield records[slot(scope, phase)] }
        _modify { yield &records[slot(scope, phase)] }
    }

    /// All stages of a variant taken together.
    public func total(ofVariant variant: UInt16, phase: Phase) -> PhaseRecord {
        var total = PhaseRecord()
        for stage in names.stages.indices { total.merge(self[Scope(variant: variant, stage: UInt16(stage)), phase]) }
        return total
    }

    /// A phase over all variants, in one stage or, for nil, in all of them.
    public func record(of phase: Phase, inStage stage: Int? = nil) -> PhaseRecord {
        var total = PhaseRecord()
        for variant in names.variants.indices {
            for index in names.stages.indices where stage == nil || stage == index {
                total.merge(self[Scope(variant: UInt16(variant), stage: UInt16(index)), phase])
            }
        }
        return total
    }

    /// Adds the other's records. Both tables are of one run: other names are a programming error and trap.
    public mutating func merge(_ other: PhaseTable) {
        precondition(names == other.names, "tables of different runs do not merge")
        for slot in records.indices where !other.records[slot].isEmpty { records[slot].merge(other.records[slot]) }
    }

    /// Hands over what was recorded and starts anew.
    public mutating func take() -> PhaseTable {
        let full = self
        self = PhaseTable(names: names)
        return full
    }

    @inlinable func slot(_ scope: Scope, _ phase: Phase) -> Int {
        names.index(of: scope) * Phase.limit + Int(phase.index)
    }
}
