import Foundation
public import Metrics

/// Results of several injectors as one, exactly: histograms and counts are added, percentiles come of the sums.
///
/// Intervals are aligned by wall time, as each injector's machine told it when its load was started; results of before that
/// was kept are, by the time since each one's first arrival. What the system looked like is kept by injector.
public struct ResultMerge: Sendable {
    public let shards: [StoredResult]
    /// Nanoseconds by which each one's load was started after the first one's.
    let offsets: [UInt64]
    private let runs: [RunDescription]
    /// Of the whole: a step of the scenario's own that only some of them took is known to all.
    public let scopes: ScopeNames
    /// What the whole comes to and what moved in it; nil until somebody has judged it.
    public var verdict: RunDescription.Verdict?
    public var drift: [RunDescription.Drift]?

    /// Why results cannot become one.
    public struct Refusal: Error, Equatable, Sendable {
        public var reason: String
    }

    /// - Parameter shards: Two or more, of one scenario.
    public init(_ shards: [StoredResult]) throws(Refusal) {
        self.shards = shards
        runs = shards.compactMap(\.run)
        guard shards.count > 1 else { throw Refusal(reason: "one result is merged with nothing") }
        for shard in shards { try Self.check(shard) }
        try Self.checkTwice(shards)
        for (shard, run) in zip(shards, runs).dropFirst() {
            guard let difference = runs[0].difference(from: run) else { continue }
            throw Refusal(
                reason: "\(shards[0].path) and \(shard.path) are results of different scenarios: \(difference)")
        }
        for (shard, run) in zip(shards, runs) where !run.hasScopes(of: runs[0]) {
            throw Refusal(reason: "\(shards[0].path) and \(shard.path) have other stages or variants")
        }
        offsets = Self.offsets(runs)
        let first = shards[0].names
        scopes = ScopeNames(
            variants: first.variants, stages: first.stages,
            steps: PhaseNames(seen: shards.flatMap(\.phases.steps)).steps)
    }

    /// A result counts once, also where its folder was copied.
    private static func checkTwice(_ shards: [StoredResult]) throws(Refusal) {
        for (index, shard) in shards.enumerated() {
            guard let twin = shards[..<index].first(where: { $0.isSameRun(as: shard) }) else { continue }
            let places = twin.path == shard.path ? twin.path : "\(twin.path) and \(shard.path)"
            throw Refusal(reason: "\(places): the same result is given twice")
        }
    }

    /// In milliseconds: thirty years.
    private static let longestOffset: UInt64 = 1_000_000_000_000

    /// None where it is not known of all of them.
    private static func offsets(_ runs: [RunDescription]) -> [UInt64] {
        let starts = runs.compactMap(\.loadStartedAtUnixMs)
        guard let first = starts.min(), starts.count == runs.count else { return runs.map { _ in 0 } }
        return starts.map { min($0 - first, longestOffset) * 1_000_000 }
    }

    private static func check(_ shard: StoredResult) throws(Refusal) {
        if let file = [.run, .log, .intervals, .system].first(where: shard.missing.contains) as ResultFile? {
            throw Refusal(reason: "\(shard.path): \(file.rawValue) is missing")
        }
        if shard.run?.experiment != nil {
            throw Refusal(reason: "\(shard.path): a result of compare: stands for itself; its blocks are not merged")
        }
        if shard.isBeingWritten { throw Refusal(reason: "\(shard.path): its run goes on") }
    }

    /// What may make the sum meaningless though it is exact.
    public var warnings: [String] { sameShards + cuts + gaps + laterStarts }

    /// Those that began noticeably later than the first, and by how much.
    var laterStarts: [String] {
        zip(names, offsets).filter { $1 >= 100_000_000 }.map { "\($0) began \(seconds($1)) s after the first of them" }
    }

    private var sameShards: [String] {
        pairs.filter { runs[$0].seed == runs[$1].seed && runs[$0].planHash == runs[$1].planHash }.map {
            "\(names[$0]) and \(names[$1]) are the same shard: the same seed made the same plan (seed \(runs[$0].seed))"
        }
    }

    var apart: [String] {
        let times = runs.map(\.times)
        return pairs.compactMap { one, other in
            guard let first = times[one], let second = times[other], !first.overlaps(second) else { return nil }
            return "\(names[one]) and \(names[other]) did not run at the same time"
        }
    }

    private var pairs: [(Int, Int)] {
        shards.indices.flatMap { one in shards.indices.filter { $0 > one }.map { (one, $0) } }
    }

    /// The folders' names, by which injectors are told apart; the same names get numbers.
    var names: [String] {
        let plain = shards.map(\.folderName)
        return plain.enumerated().map { index, name in
            plain.count { $0 == name } > 1 ? "\(name)#\(index + 1)" : name
        }
    }
}

// MARK: What becomes of them

extension ResultMerge {
    /// What all recorded, with the moments that their summaries know.
    public var totals: RunTotals {
        var totals = RunTotals(names: scopes)
        for (shard, offset) in zip(shards, offsets) {
            var shard = shard
            for index in shard.failures.indices {
                shard.failures[index].firstAt += seconds(offset)
                shard.failures[index].lastAt += seconds(offset)
            }
            totals.merge(shard.totals(scopes))
        }
        totals.merge(
            IntervalRecord(
                end: 0, phases: PhaseTable(names: scopes), failures: FailureTable(), system: SystemSample(),
                marks: marks))
        return totals
    }

    /// Of the whole: the first one's scenario and machine, the earliest begin, the longest time.
    public var description: RunDescription {
        var whole = runs[0]
        whole.startedAt = runs.map(\.startedAt).min() ?? whole.startedAt
        whole.loadStartedAtUnixMs = runs.compactMap(\.loadStartedAtUnixMs).min()
        whole.durationSeconds = end
        whole.state = runs.allSatisfy { $0.state == .finished } ? .finished : .interrupted
        whole.verdict = verdict
        whole.embedded = []
        whole.notes = Array(Set(runs.flatMap(\.notes))).sorted() + warnings
        whole.server = watcher.map { runs[$0].server } ?? whole.server
        whole.injectors = zip(parts, runs).flatMap { $1.injectors ?? [RunDescription.Injector($0, $1)] }
        whole.stages = mergedStages
        whole.saturation = saturation
        whole.drift = drift
        whole.residue = residue
        whole.storms = storms
        return whole
    }

    private var end: Double { zip(shards, offsets).map { $0.end + seconds($1) }.max() ?? 0 }

    private var mergedStages: [RunDescription.Stage] {
        runs[0].stages.enumerated().map { index, first in
            var stage = first
            let all = zip(runs, offsets).map { run, offset in
                var stage = run.stages[index]
                stage.startsAtSeconds = stage.startsAtSeconds.map { $0 + seconds(offset) }
                return stage
            }
            stage.startsAtSeconds = all.compactMap(\.startsAtSeconds).min()
            let ends = all.compactMap { stage in
                stage.startsAtSeconds.flatMap { at in stage.lengthSeconds.map { at + $0 } }
            }
            stage.lengthSeconds = stage.startsAtSeconds.flatMap { start in ends.max().map { $0 - start } }
            return stage
        }
    }

    /// The first part that read the server's process.
    var watcher: Int? { runs.firstIndex { $0.server.pid != nil } }

    /// As the server stood before the first part and after the last one.
    private var residue: RunDescription.Residue? {
        let pid = watcher.flatMap { runs[$0].server.pid }
        let read = runs.indices.filter { runs[$0].residue != nil && runs[$0].server.pid == pid }
        let ends = read.map { shards[$0].end + seconds(offsets[$0]) }
        guard let first = read.min(by: { offsets[$0] < offsets[$1] }),
            let last = zip(read, ends).max(by: { $0.1 < $1.1 })?.0, var residue = runs[last].residue
        else { return nil }
        residue.before = runs[first].residue?.before ?? residue.before
        return residue
    }

    private var saturation: RunDescription.Saturation {
        var log = SaturationLog()
        log.add(marks)
        return RunDescription.Saturation(log, stages: runs[0].stages.map(\.name), end: UInt64(end * 1e9))
    }

    /// A second in which one of the injectors was saturated is one for all.
    private var marks: [SaturationMark] {
        runs.indices.flatMap { index in
            runs[index].marks.map { mark in
                SaturationMark(
                    second: mark.second, stage: mark.stage, reason: "\(mark.reason) (\(names[index]))",
                    isStandstill: mark.isStandstill
                ).placed(after: offsets[index])
            }
        }
    }
}

extension RunDescription {
    /// One of those whose results were merged.
    public struct Injector: Codable, Sendable, Equatable {
        /// The name of its folder, as in `system.csv`.
        public var name: String
        public var seed: UInt64
        public var startedAt: String
        public var durationSeconds: Double
        public var state: State
        public var machine: Machine
        /// `was killed at 0:42`; nil where it ended by its plan.
        public var unfinished: String?
        /// What it came to by itself; nil where it was not judged.
        public var exitCode: Int?
        public var text: String?

        init(_ part: (name: String, shard: StoredResult), _ run: RunDescription) {
            name = part.name
            (seed, startedAt, durationSeconds) = (run.seed, run.startedAt, run.durationSeconds)
            (state, machine) = (run.state, run.machine)
            unfinished = part.shard.unfinished
            (exitCode, text) = (run.verdict?.exitCode, run.verdict?.text)
        }
    }

    fileprivate func hasScopes(of other: RunDescription) -> Bool {
        stages.map(\.name) == other.stages.map(\.name) && variants == other.variants
    }

    /// From its begin to its end, in seconds of wall time.
    fileprivate var times: ClosedRange<Double>? {
        if let start = loadStartedAtUnixMs.map({ Double($0) / 1000 }) {
            return start...(start + max(0, durationSeconds))
        }
        guard let start = WallTime(iso8601: startedAt).map({ Double($0.secondsSince1970) }) else { return nil }
        return start...(start + max(0, durationSeconds))
    }
}

extension WallTime {
    /// Reads what ``iso8601`` wrote.
    public init?(iso8601 text: String) {
        guard let date = ISO8601DateFormatter().date(from: text) else { return nil }
        self.init(secondsSince1970: Int(date.timeIntervalSince1970))
    }
}

extension StoredResult {
    /// The same folder, or a copy of it.
    fileprivate func isSameRun(as other: StoredResult) -> Bool {
        if path == other.path { return true }
        guard let run, let twin = other.run, let start = run.loadStartedAtUnixMs else { return false }
        return start == twin.loadStartedAtUnixMs && run.seed == twin.seed && run.planHash == twin.planHash
    }

    /// The folder's own name.
    public var folderName: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The end of the last interval that is told, in seconds since the first arrival.
    public var end: Double { max(system.last?.at ?? 0, intervals.last?.at ?? 0) }
}
