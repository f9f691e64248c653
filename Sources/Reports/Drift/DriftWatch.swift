public import Metrics
public import ResultFiles

/// Watches every stage of a run for drift, interval by interval, live or from the files of its folder.
///
/// An interval belongs to the stage whose logins were due in it, or were last; one with those of several stages to none.
public struct DriftWatch: Sendable {
    private let stages: [RunDescription.Stage]
    private var ledgers: [DriftLedger]
    /// The same without the intervals that hold a marked second; nil while there is none.
    private var unmarked: [DriftLedger]?
    private var current: Int?
    private var end = 0.0

    public init(stages: [RunDescription.Stage]) {
        self.stages = stages
        ledgers = stages.map { _ in DriftLedger() }
    }

    /// Adds an interval of a run that is no experiment.
    public mutating func add(_ interval: IntervalRecord) {
        let records = stages.indices.map { interval.phases[Scope(stage: UInt16($0)), .due] }
        let isMarked = !interval.marks.isEmpty || interval.marked != nil
        add(end: Double(interval.end) / 1e9, isMarked: isMarked, due: records.map { ($0.started, $0.failed) }) {
            stage in
            let logins = interval.phases[Scope(stage: UInt16(stage)), .login].latencies
            return (logins.map(BlockLatencies.init) ?? BlockLatencies(), DriftInterval.Server(interval.system.server))
        }
    }

    /// What drifted so far.
    public func report(server: RunDescription.Server) -> DriftReport { report(ledgers, server) }

    /// The same without what was marked; nil where nothing was.
    public func unmarkedReport(server: RunDescription.Server) -> DriftReport? {
        unmarked.map { report($0, server) }
    }

    private func report(_ ledgers: [DriftLedger], _ server: RunDescription.Server) -> DriftReport {
        let stages = zip(stages, ledgers).map {
            DriftStage(name: $0.name, isSteady: $0.isSteady, series: $1.all)
        }
        return DriftReport.judge(stages, server: server)
    }

    private mutating func add(
        end: Double, isMarked: Bool, due: [(started: UInt64, failed: UInt64)],
        _ measured: (Int) -> (BlockLatencies, DriftInterval.Server)
    ) {
        let began = self.end
        self.end = end
        let stages = due.indices.filter { due[$0].started > 0 }
        current = stages.last ?? current
        if isMarked, unmarked == nil { unmarked = ledgers }
        guard stages.count < 2, let stage = current else { return }
        let (latencies, server) = measured(stage)
        let interval = DriftInterval(
            began: began, end: end, latencies: latencies, due: due[stage].started, unreached: due[stage].failed,
            server: server)
        ledgers[stage].add(interval)
        if !isMarked { unmarked?[stage].add(interval) }
    }
}

extension DriftWatch {
    /// A run as its files tell, also one that goes on or was killed.
    public init(_ stored: StoredResult) {
        self.init(stages: stored.run?.experiment == nil ? stored.run?.stages ?? [] : [])
        let due = Dictionary(grouping: stored.intervals.filter { $0.phase == Phase.due.name }) { Self.key($0.at) }
        let logins = Dictionary(grouping: stored.log.filter { $0.phase == Phase.login.name }) { Self.key($0.end) }
        let names = stages.map(\.name)
        for row in stored.system {
            let key = Self.key(row.at)
            let rows = names.map { name in due[key]?.first { $0.stage == name } }
            add(end: row.at, isMarked: row.marked > 0, due: rows.map { ($0?.started ?? 0, $0?.failed ?? 0) }) { stage in
                let logged = logins[key]?.first { $0.stage == names[stage] }
                return (logged.map(BlockLatencies.init) ?? BlockLatencies(), DriftInterval.Server(row))
            }
        }
    }

    /// Times in files are in milliseconds.
    private static func key(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
}

extension RunDescription.Stage {
    /// The load asks the same of the server from its begin to its end; its first word says of what kind it is.
    var isSteady: Bool { load.hasPrefix("hold ") || load.hasPrefix("crowd ") }
}

extension DriftInterval.Server {
    init(_ sample: SystemSample.ServerSample?) {
        cpu = sample?.cpu
        residentBytes = sample?.residentBytes
        descriptors = sample?.descriptors
        threads = sample?.threads
    }

    init(_ row: SystemRow) {
        cpu = row.serverCPU
        residentBytes = row.serverResidentBytes
        descriptors = row.serverDescriptors
        threads = row.serverThreads
    }
}
