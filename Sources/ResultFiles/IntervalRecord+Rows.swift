public import Metrics

extension IntervalRecord {
    /// The interval's part of `intervals.csv`: by variant, stage and phase.
    public var intervalRows: [IntervalRow] {
        let names = phases.names
        var rows: [IntervalRow] = []
        for index in 0..<names.count {
            let scope = names.scope(at: index)
            for phase in names.phases.all where !phases[scope, phase].isEmpty {
                rows.append(IntervalRow(phases[scope, phase], at: end, scope: scope, phase: phase, names: names))
            }
        }
        return rows
    }

    /// The interval's row of `system.csv`.
    public var systemRow: SystemRow {
        SystemRow(
            at: seconds(end), online: system.online, inFlight: system.inFlight, cpu: system.cpu,
            residentBytes: system.residentBytes, descriptors: system.descriptors,
            descriptorLimit: system.descriptorLimit, threads: system.threads, lagP99: system.lagP99,
            arrivalsLate: system.arrivalsLate, marked: Set(marks.map(\.second)).count,
            serverPID: system.server?.pid, serverCPU: system.server?.cpu,
            serverResidentBytes: system.server?.residentBytes, serverDescriptors: system.server?.descriptors,
            serverThreads: system.server?.threads)
    }
}

extension IntervalRow {
    init(_ record: PhaseRecord, at end: UInt64, scope: Scope, phase: Phase, names: ScopeNames) {
        let latencies = record.latencies
        let percentiles = latencies.figures([0.5, 0.9, 0.99])
        self.init(
            at: seconds(end), variant: names.variants[Int(scope.variant)], phase: names.phases.name(of: phase),
            started: record.started, completed: record.completed, failed: record.failed, p50: percentiles[0],
            p90: percentiles[1], p99: percentiles[2],
            max: (latencies?.reached ?? 0) > 0 ? latencies.map { microseconds($0.maximum) } : nil,
            stage: names.stages[Int(scope.stage)])
    }
}
