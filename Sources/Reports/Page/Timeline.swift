import Metrics
import ResultFiles

/// A run in the order of time, as its files tell it.
struct Timeline: Sendable {
    var slots: [Slot]

    /// What happened in an interval, or in several that were joined.
    struct Slot: Sendable {
        /// Seconds since the first arrival.
        var began: Double
        var end: Double
        /// Logins due, begun, completed and failed.
        var wanted: UInt64 = 0
        var begun: UInt64 = 0
        var completed: UInt64 = 0
        var failed: UInt64 = 0
        /// The most that were seen; of several injectors together.
        var online = 0
        var inFlight = 0
        /// Microseconds of processor time.
        var clientCPU: UInt64?
        var serverCPU: UInt64?
        var clientMemory: UInt64?
        var serverMemory: UInt64?
        var latencies: [String: BlockLatencies] = [:]

        var length: Double { max(end - began, 0.001) }
        var middle: Double { (began + end) / 2 }

        /// The percentile of a phase in microseconds; nil where it was not reached, or nothing was measured.
        func microseconds(_ phase: Phase, _ share: Double) -> Double? {
            guard let latencies = latencies[phase.name], latencies.count > 0 else { return nil }
            let value = latencies.microseconds(at: share)
            return value < Double(LatencyHistogram.highestTrackable) / 1000 ? value : nil
        }

        /// The same for people.
        func words(_ phase: Phase, _ share: Double) -> String {
            guard let latencies = latencies[phase.name], latencies.count > 0 else { return "-" }
            return microseconds(phase, share).map { Format.duration(microseconds: $0) } ?? "not reached"
        }
    }

    /// The end of the last interval in seconds.
    var end: Double { slots.last?.end ?? 0 }

    /// Neighbours joined so that at most this many are left: counts and histograms are added, of what is held at once
    /// the most is kept.
    func joined(to limit: Int) -> Timeline {
        guard slots.count > limit else { return self }
        let width = (slots.count + limit - 1) / limit
        return Timeline(
            slots: stride(from: 0, to: slots.count, by: width).map { start in
                let part = slots[start..<min(start + width, slots.count)]
                return part.dropFirst().reduce(into: part[start]) { $0.append($1) }
            })
    }
}

extension Timeline.Slot {
    fileprivate mutating func append(_ next: Timeline.Slot) {
        end = next.end
        wanted += next.wanted
        begun += next.begun
        completed += next.completed
        failed += next.failed
        online = max(online, next.online)
        inFlight = max(inFlight, next.inFlight)
        clientCPU = Self.combined(clientCPU, next.clientCPU, by: +)
        serverCPU = Self.combined(serverCPU, next.serverCPU, by: +)
        clientMemory = Self.combined(clientMemory, next.clientMemory, by: max)
        serverMemory = Self.combined(serverMemory, next.serverMemory, by: max)
        for (phase, latencies) in next.latencies { self.latencies[phase, default: BlockLatencies()].merge(latencies) }
    }

    private static func combined(
        _ one: UInt64?, _ other: UInt64?, by combine: (UInt64, UInt64) -> UInt64
    ) -> UInt64? {
        guard let one, let other else { return one ?? other }
        return combine(one, other)
    }
}

extension Timeline {
    /// The phases whose latencies are kept moment by moment.
    static let phases = [Phase.login.name, Phase.due.name]

    /// O(rows of the result).
    init(_ result: StoredResult) {
        let system = Dictionary(grouping: result.system) { StoredResult.millisecond($0.at) }
        let rows = Dictionary(grouping: result.intervals.filter { Self.phases.contains($0.phase) }) {
            StoredResult.millisecond($0.at)
        }
        let log = Dictionary(grouping: result.log.filter { Self.phases.contains($0.phase) }) {
            StoredResult.millisecond($0.end)
        }
        var began = 0.0
        slots = Set(system.keys).union(rows.keys).sorted().map { at in
            let end = Double(at) / 1000
            var slot = Slot(began: began, end: end)
            began = end
            for row in rows[at] ?? [] { slot.add(row) }
            slot.add(system[at] ?? [])
            for line in log[at] ?? [] {
                slot.latencies[line.phase, default: BlockLatencies()].merge(BlockLatencies(line))
            }
            return slot
        }
    }
}

extension Timeline.Slot {
    fileprivate mutating func add(_ row: IntervalRow) {
        if row.phase == Phase.due.name {
            wanted += row.started
        } else {
            begun += row.started
            completed += row.completed
            failed += row.failed
        }
    }

    fileprivate mutating func add(_ moment: [SystemRow]) {
        online = moment.reduce(0) { $0 + $1.online }
        inFlight = moment.reduce(0) { $0 + $1.inFlight }
        (clientCPU, serverCPU) = (moment.clientCPU, moment.serverCPU)
        (clientMemory, serverMemory) = (moment.clientMemory, moment.serverMemory)
    }
}

extension StoredResult {
    /// The stages with their times: where the run did not live to tell them, by the logins that were due in them.
    var stageSpans: [TimeChart.Stage] {
        guard let run else { return [] }
        let end = system.last?.at ?? run.durationSeconds
        let starts = run.stages.map { $0.startsAtSeconds ?? start(ofStage: $0.name) }
        return run.stages.indices.compactMap { index in
            guard let start = starts[index] else { return nil }
            let next = starts[(index + 1)...].compactMap { $0 }.first ?? end
            let stop = run.stages[index].lengthSeconds.map { start + $0 } ?? next
            return TimeChart.Stage(name: run.stages[index].name, span: start...max(start, stop))
        }
    }

    /// The begin of the first interval in which a login was due in it.
    private func start(ofStage name: String) -> Double? {
        guard
            let first = intervals.first(where: { $0.stage == name && $0.phase == Phase.due.name && $0.started > 0 })
        else { return nil }
        return system.last { $0.at < first.at - 0.0005 }?.at ?? 0
    }
}
