public import Metrics

extension StoredResult {
    /// The variants and stages of the run; of one without `run.json` those of its rows.
    public var names: ScopeNames {
        let steps = phases.steps
        if let run { return ScopeNames(variants: run.variants, stages: run.stages.map(\.name), steps: steps) }
        var (variants, stages): ([String], [String]) = ([], [])
        for row in intervals {
            if !variants.contains(row.variant) { variants.append(row.variant) }
            if !stages.contains(row.stage) { stages.append(row.stage) }
        }
        return ScopeNames(variants: variants, stages: stages, steps: steps)
    }

    /// The phases that every run has, and what else the rows name: steps of the scenario's own.
    public var phases: PhaseNames {
        PhaseNames(seen: intervals.map(\.phase) + log.map(\.phase) + failures.map(\.phase))
    }

    /// The run's intervals as they left the engine, one after another, without failures and system figures: those are rows
    /// already. A row that names what is not among the names is left out.
    func forEachInterval(_ names: ScopeNames, _ body: (_ interval: IntervalRecord) -> Void) {
        let rows = Dictionary(grouping: intervals) { Self.millisecond($0.at) }
        let lines = Dictionary(grouping: log) { Self.millisecond($0.end) }
        for at in Set(rows.keys).union(lines.keys).union(system.map { Self.millisecond($0.at) }).sorted() {
            body(
                IntervalRecord(
                    end: UInt64(at) * 1_000_000, phases: PhaseTable(rows[at] ?? [], lines[at] ?? [], names: names),
                    failures: FailureTable(), system: SystemSample()))
        }
    }

    /// What the run's recorders held at its end. Buckets and counts are exact; so are the moments where `summary.csv`
    /// tells them of just these values, else they are those of the buckets.
    public var totals: RunTotals { totals(names) }

    /// - Parameter names: Those of the run, or of several of which it is one.
    func totals(_ names: ScopeNames) -> RunTotals {
        var totals = RunTotals(names: names)
        forEachInterval(names) { totals.merge($0) }
        for row in summary where row.stage != SummaryRow.allStages {
            guard let scope = totals.names.scope(row.variant, row.stage),
                let phase = totals.names.phases.phase(named: row.phase),
                let latencies = totals.phases[scope, phase].latencies, let moments = row.moments(of: latencies)
            else { continue }
            totals.adopt(moments, of: scope, phase)
        }
        totals.add(failures)
        return totals
    }

    /// By which rows of one moment in different files are found.
    public static func millisecond(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
}

extension PhaseTable {
    /// The rows of one interval and their histograms.
    init(_ rows: [IntervalRow], _ lines: [LoggedHistogram], names: ScopeNames) {
        self.init(names: names)
        var latencies: [String: LoggedHistogram] = [:]
        for line in lines { latencies["\(line.variant)/\(line.phase)/\(line.stage)"] = line }
        for row in rows {
            guard let scope = names.scope(row.variant, row.stage), let phase = names.phases.phase(named: row.phase)
            else { continue }
            let tag = HistogramLog.tag(row.variant, row.phase, row.stage)
            self[scope, phase].merge(
                PhaseRecord(
                    started: row.started, completed: row.completed, failed: row.failed,
                    latencies: latencies[tag].map { LatencyHistogram($0, maximum: row.max) }))
        }
    }
}

extension LatencyHistogram {
    /// - Parameter maximum: In microseconds.
    fileprivate init(_ line: LoggedHistogram, maximum: Double?) {
        self.init(
            counts: line.buckets.lazy.map { (index: $0.index, count: $0.count) },
            maximum: maximum.map { UInt64(($0 * 1000).rounded()) })
    }
}

extension SummaryRow {
    /// In nanoseconds; nil where the row does not tell of just these values, or none was reached.
    fileprivate func moments(of latencies: LatencyHistogram) -> Moments? {
        guard let min, let max, let mean, let standardDeviation, count == latencies.count else { return nil }
        let deviation = standardDeviation * 1000
        return Moments(
            count: latencies.reached, minimum: UInt64((min * 1000).rounded()),
            maximum: UInt64((max * 1000).rounded()), mean: mean * 1000,
            squares: deviation * deviation * Double(latencies.reached))
    }
}

extension ScopeNames {
    fileprivate func scope(_ variant: String, _ stage: String) -> Scope? {
        guard let variant = variants.firstIndex(of: variant), let stage = stages.firstIndex(of: stage) else {
            return nil
        }
        return Scope(variant: UInt16(variant), stage: UInt16(stage))
    }
}

extension RunTotals {
    /// Failures are told for the whole run, not by interval.
    fileprivate mutating func add(_ rows: [FailureRow]) {
        var table = FailureTable()
        for row in rows {
            guard let scope = names.scope(row.variant, row.stage), let phase = names.phases.phase(named: row.phase),
                let kind = Failure.Kind(rawValue: row.kind)
            else { continue }
            table.add(
                FailureTable.Entry(
                    count: row.count, first: UInt64(max(0, row.firstAt) * 1e9), last: UInt64(max(0, row.lastAt) * 1e9),
                    example: row.example),
                for: FailureTable.Key(scope: scope, phase: phase, kind: kind, condition: row.condition))
        }
        merge(
            IntervalRecord(
                end: 0, phases: PhaseTable(names: names), failures: table, system: SystemSample()))
    }
}

extension PhaseNames {
    /// Of rows: what no run has by itself is a step of its scenario's own.
    public init(seen names: some Sequence<String>) {
        var steps: [String] = []
        for name in names where Phase(named: name) == nil && !steps.contains(name) { steps.append(name) }
        self.init(steps: Array(steps.prefix(Phase.mostOwn)))
    }
}
