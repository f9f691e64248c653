extension IntervalRecord {
    /// The interval of a run with one variant, as one of an experiment: `offset` nanoseconds later, under the variant.
    public func placed(variant: UInt16, of names: ScopeNames, after offset: UInt64) -> IntervalRecord {
        IntervalRecord(
            end: end + offset, phases: phases.placed(variant: variant, of: names),
            failures: failures.placed(variant: variant, after: offset), system: system,
            marks: marks.map { $0.placed(after: offset) }, marked: marked?.placed(variant: variant, of: names))
    }
}

extension SaturationMark {
    /// The mark of a run that began so many nanoseconds into another one.
    public func placed(after offset: UInt64) -> SaturationMark {
        var mark = self
        mark.second += Int((offset + 500_000_000) / 1_000_000_000)
        return mark
    }
}

extension PhaseTable {
    /// The table's only variant as one of several.
    func placed(variant: UInt16, of names: ScopeNames) -> PhaseTable {
        var table = PhaseTable(names: names)
        for stage in names.stages.indices {
            for phase in names.phases.all {
                let record = self[Scope(stage: UInt16(stage)), phase]
                if !record.isEmpty { table[Scope(variant: variant, stage: UInt16(stage)), phase].merge(record) }
            }
        }
        return table
    }
}

extension FailureTable {
    /// The failures of a run with one variant, as one of an experiment.
    public func placed(variant: UInt16, after offset: UInt64) -> FailureTable {
        var table = FailureTable()
        for (key, entry) in ordered {
            var (key, entry) = (key, entry)
            key.scope.variant = variant
            entry.first += offset
            entry.last += offset
            table.add(entry, for: key)
        }
        return table
    }
}
