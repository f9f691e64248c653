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

    /// The phases that every run has, and what else the rows or the thresholds name: steps of the scenario's own.
    public var phases: PhaseNames {
        PhaseNames(
            seen: intervals.map(\.phase) + log.map(\.phase) + failures.map(\.phase)
                + (run?.rules ?? []).compactMap(\.phase))
    }

    /// The run's intervals as they left the engine, one after another, without failures, marks and system figures, which
    /// are rows already; but for how many were online. A row that names what is not among the names is left out.
    public func forEachInterval(_ names: ScopeNames, _ body: (_ interval: IntervalRecord) -> Void) {
        let rows = Dictionary(grouping: intervals) { Self.millisecond($0.at) }
        let lines = Dictionary(grouping: log) { Self.millisecond($0.end) }
        let parts = Dictionary(grouping: markedPart) { Self.millisecond($0.end) }
        let online = Dictionary(system.map { (Self.millisecond($0.at), $0.online) }, uniquingKeysWith: +)
        for at in Set(rows.keys).union(lines.keys).union(system.map { Self.millisecond($0.at) }).sorted() {
            body(
                IntervalRecord(
                    end: UInt64(at) * 1_000_000, phases: PhaseTable(rows[at] ?? [], lines[at] ?? [], names: names),
                    failures: FailureTable(), system: SystemSample(online: online[at] ?? 0),
                    marked: parts[at].map { PhaseTable(marked: $0, names: names) }))
        }
    }

    /// ``marked`` as far as the log holds it too, whatever became of the files.
    public var markedPart: [LoggedHistogram] {
        guard !marked.isEmpty else { return [] }
        let key = { (line: LoggedHistogram) in "\(Self.millisecond(line.end)) \(line.tag)" }
        let whole = Dictionary(log.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        return Dictionary(grouping: marked, by: key).compactMap { key, lines in
            LoggedHistogram(merging: lines)?.part(of: whole[key])
        }.filter { !$0.buckets.isEmpty }
    }

    /// What the run's recorders held at its end. Buckets and counts are exact; so are the moments where `summary.csv`
    /// tells them of just these values, else they are those of the buckets.
    public var totals: RunTotals { totals(names) }

    /// - Parameter names: Those of the run, or of several of which it is one.
    func totals(_ names: ScopeNames) -> RunTotals {
        var totals = RunTotals(names: names)
        var part = PhaseTable(names: names)
        forEachInterval(names) { interval in
            var interval = interval
            if let marked = interval.marked.take() { part.merge(marked) }
            totals.merge(interval)
        }
        for row in summary where row.stage != SummaryRow.allStages {
            guard let scope = totals.names.scope(row.variant, row.stage),
                let phase = totals.names.phases.phase(named: row.phase),
                let latencies = totals.phases[scope, phase].latencies, let moments = row.moments(of: latencies)
            else { continue }
            totals.adopt(moments, of: scope, phase)
        }
        totals.add(failures, marks: run?.marks ?? [], marked: marked.isEmpty ? nil : part.part(of: totals.phases))
        return totals
    }

    /// By which rows of one moment in different files are found.
    public static func millisecond(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
}

extension PhaseTable {
    /// The rows of intervals, and the lines of their histograms: each counts once, whichever rows it stands beside.
    init(_ rows: [IntervalRow], _ lines: [LoggedHistogram], names: ScopeNames) {
        self.init(names: names)
        var maxima: [String: Double] = [:]
        for row in rows {
            guard let scope = names.scope(row.variant, row.stage), let phase = names.phases.phase(named: row.phase)
            else { continue }
            maxima["\(StoredResult.millisecond(row.at)) \(row.tag)"] = row.max
            self[scope, phase].merge(
                PhaseRecord(started: row.started, completed: row.completed, failed: row.failed, latencies: nil))
        }
        add(lines, names) { line in
            let maximum = maxima["\(StoredResult.millisecond(line.end)) \(line.tag)"]
            return PhaseRecord(
                started: 0, completed: 0, failed: 0, latencies: LatencyHistogram(line, maximum: maximum))
        }
    }

    /// The lines of a part, which have no rows: what they tell is how many were measured.
    init(marked lines: [LoggedHistogram], names: ScopeNames) {
        self.init(names: names)
        add(lines, names) { line in
            let latencies = LatencyHistogram(line, maximum: nil)
            return PhaseRecord(
                started: latencies.count, completed: latencies.reached, failed: latencies.unreached,
                latencies: latencies)
        }
    }

    private mutating func add(
        _ lines: [LoggedHistogram], _ names: ScopeNames, _ record: (LoggedHistogram) -> PhaseRecord
    ) {
        for line in lines {
            guard let variant = HistogramLog.index(of: line.variant, in: names.variants),
                let stage = HistogramLog.index(of: line.stage, in: names.stages),
                let phase = names.phases.phase(named: line.phase)
            else { continue }
            self[Scope(variant: UInt16(variant), stage: UInt16(stage)), phase].merge(record(line))
        }
    }

    /// What of its counts is in the whole.
    fileprivate func part(of whole: PhaseTable) -> PhaseTable {
        var part = PhaseTable(names: names)
        for index in 0..<names.count {
            let scope = names.scope(at: index)
            for phase in names.phases.all where !self[scope, phase].isEmpty {
                let (mine, all) = (self[scope, phase], whole[scope, phase])
                part[scope, phase] = PhaseRecord(
                    started: min(mine.started, all.started), completed: min(mine.completed, all.completed),
                    failed: min(mine.failed, all.failed), latencies: mine.latencies)
            }
        }
        return part
    }
}

extension IntervalRow {
    fileprivate var tag: String { HistogramLog.tag(variant, phase, stage) }
}

extension LoggedHistogram {
    /// As it stands in the file.
    var tag: String { "\(variant)/\(phase)/\(stage)" }
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
    /// Failures and marks are told for the whole run, not by interval.
    fileprivate mutating func add(_ rows: [FailureRow], marks: [SaturationMark], marked: PhaseTable?) {
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
                end: 0, phases: PhaseTable(names: names), failures: table, system: SystemSample(), marks: marks,
                marked: marked))
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
