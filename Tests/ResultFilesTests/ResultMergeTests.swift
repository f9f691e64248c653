import Foundation
import Metrics
import ResultSupport
import TestSupport
import Testing

@testable import ResultFiles

@Suite("results of several injectors as one")
struct ResultMergeTests {
    private let results: TemporaryDirectory

    init() throws { results = try TemporaryDirectory() }

    /// An injector's result: logins of so many milliseconds each, over intervals that end a little late.
    private func shard(
        _ milliseconds: [[UInt64]], seed: UInt64, late: UInt64 = 0, startedAt second: Int = 0,
        change: (inout RunDescription) -> Void = { _ in }, intervals: () -> [IntervalRecord] = { [] }
    ) throws -> StoredResult {
        let start = WallTime(secondsSince1970: Samples.start.secondsSince1970 + second)
        var description = Samples.description()
        description.startedAt = start.iso8601
        description.seed = seed
        description.planHash = "plan \(seed)"
        description.state = .finished
        description.rules = [Self.rule()]
        description.verdict = Self.verdict(0)
        change(&description)
        let folder = try ResultFolder.create(in: results.path, name: "rush", startedAt: start)
        try folder.begin(description, names: Samples.names)
        for (index, values) in milliseconds.enumerated() {
            try folder.append(interval(UInt64(index + 1), values, late: late))
        }
        for interval in intervals() { try folder.append(interval) }
        try folder.finish(description)
        return try ResultReader.read(folder.path).closed
    }

    private func interval(_ number: UInt64, _ milliseconds: [UInt64], late: UInt64) -> IntervalRecord {
        var phases = PhaseTable(names: Samples.names)
        let scope = Scope(stage: number.isMultiple(of: 2) ? 1 : 0)
        for value in milliseconds {
            phases[scope, .login].started += 1
            phases[scope, .login].complete(after: value * 1_000_000 + 77)
            phases[scope, .due].started += 1
            phases[scope, .due].complete(after: value * 1_000_000 + 99)
        }
        phases[scope, .due].recordUnreached()
        phases[scope, .due].failed += 1
        phases[scope, .sasl].failed += 1
        var failures = FailureTable()
        failures.record(Failure(phase: .sasl, kind: .timeout), scope: scope, at: number * 1_000_000_000)
        return IntervalRecord(
            end: number * 1_000_000_000 + late, phases: phases, failures: failures, system: Samples.system())
    }

    private func merged(_ shards: [StoredResult]) throws -> StoredResult {
        let path = results.path("merged-\(UUID().uuidString)")
        try ResultMerge(shards).write(to: path)
        let result = try ResultReader.read(path)
        #expect(ResultSums(result).disagreements == [])
        #expect(try ResultRepair.repair(path) == [])
        return result
    }

    @Test("a stage that begins in one interval and ends in the next counts once, however the intervals meet")
    func apart() throws {
        let shards = try [UInt64(1), 2, 3].map { seed in
            try shard([], seed: seed) {
                $0.seed = seed
            } intervals: {
                straddling(late: seed * 70_000_000)
            }
        }
        let result = try merged(shards)
        for phase in ["login", "due"] {
            #expect(result.summary.first { $0.phase == phase && $0.stage == "all" }?.count == 90, "\(phase)")
        }
        #expect(result.intervals.filter { $0.phase == "login" }.reduce(0) { $0 + $1.started } == 90)
    }

    /// Thirty logins of the second stage: begun in one interval, completed in the next, which is the rest of the run.
    private func straddling(late: UInt64) -> [IntervalRecord] {
        let scope = Scope(stage: 1)
        var (begun, ended) = (PhaseTable(names: Samples.names), PhaseTable(names: Samples.names))
        for _ in 0..<30 {
            for phase in [Phase.login, .due] {
                begun[scope, phase].started += 1
                ended[scope, phase].complete(after: 3_000_000)
            }
        }
        return [(begun, UInt64(1_000_000_000)), (ended, 1_180_000_000)].map { phases, end in
            IntervalRecord(end: end + late, phases: phases, failures: FailureTable(), system: Samples.system())
        }
    }

    @Test("counts are the sums, and every percentile and moment is that of the union")
    func exact() throws {
        let first: [[UInt64]] = [[1, 2, 3, 400], [5, 6], [7, 7, 7]]
        let second: [[UInt64]] = [[100, 90], [80, 2500, 3, 3, 3], [1]]
        let union = try shard(zip(first, second).map { $0 + $1 }, seed: 9)
        let result = try merged([shard(first, seed: 1), shard(second, seed: 2)])
        for row in union.summary where row.phase == "login" {
            let sum = try #require(result.summary.first { ($0.phase, $0.stage) == (row.phase, row.stage) })
            #expect(sum.count == row.count)
            #expect([sum.p50, sum.p90, sum.p95, sum.p99, sum.p999] == [row.p50, row.p90, row.p95, row.p99, row.p999])
            #expect(sum.min == row.min && sum.max == row.max)
            #expect(abs((sum.mean ?? 0) - (row.mean ?? 1)) < 0.01)
            #expect(abs((sum.standardDeviation ?? 0) - (row.standardDeviation ?? 1)) < 0.01)
        }
        let logins = union.histogram.filter { $0.phase == "login" }
        #expect(result.histogram.filter { $0.phase == "login" } == logins)
        #expect(result.failures.reduce(0) { $0 + $1.count } == 6)
        #expect(result.summary.first { $0.phase == "due" && $0.stage == "all" }?.p999 == .infinity)
    }

    @Test("intervals are aligned by the time since each one's first arrival, though they end a little late")
    func alignment() throws {
        let result = try merged([
            shard([[1], [2], [3]], seed: 1, late: 4_000_000), shard([[4], [5], [6], [7]], seed: 2, late: 180_000_000),
        ])
        let logins = result.intervals.filter { $0.phase == "login" }
        #expect(logins.map(\.completed) == [2, 2, 2, 1])
        #expect(logins.map(\.at) == [1.18, 2.18, 3.18, 4.18])
        #expect(Set(result.log.map { StoredResult.millisecond($0.end) }) == [1180, 2180, 3180, 4180])
        #expect(result.run?.durationSeconds == 4.18)
    }

    @Test("what the system looked like is kept for each injector, under its folder's name")
    func system() throws {
        let shards = [try shard([[1], [2]], seed: 1), try shard([[3], [4]], seed: 2)]
        let result = try merged(shards)
        #expect(result.system.map(\.at) == [1, 1, 2, 2])
        #expect(Set(result.system.map(\.injector)) == Set(shards.map(\.folderName)))
        #expect(result.run?.injectors?.map(\.seed) == [1, 2])
    }

    @Test("a step of the scenario's own that only one injector took is in the sum")
    func ownSteps() throws {
        let names = ScopeNames(stages: ["ramp", "hold"], steps: ["vcard"])
        var phases = PhaseTable(names: names)
        phases[Scope(stage: 0), .own(0)].complete(after: 5_000_000)
        phases[Scope(stage: 0), .login].complete(after: 9_000_000)
        let folder = try ResultFolder.create(in: results.path, name: "rush", startedAt: Samples.start)
        try folder.begin(Samples.description(), names: names)
        try folder.append(
            IntervalRecord(end: 1_000_000_000, phases: phases, failures: FailureTable(), system: Samples.system()))
        let own = try ResultReader.read(folder.path).closed
        let result = try merged([shard([[1, 2]], seed: 1), own])
        #expect(result.summary.first { $0.phase == "vcard" && $0.stage == "all" }?.count == 1)
        #expect(result.summary.first { $0.phase == "login" && $0.stage == "all" }?.count == 3)
        #expect(result.log.contains { $0.phase == "vcard" })
    }

    @Test("the same shard twice, and runs that did not overlap, are warned of")
    func warnings() throws {
        let first = try shard([[1], [2]], seed: 1)
        let again = try shard([[1], [2]], seed: 1)
        let later = try shard([[1], [2]], seed: 3, startedAt: 3600)
        #expect(try ResultMerge([first, again]).warnings.first?.contains("are the same shard") == true)
        #expect(try ResultMerge([first, later]).warnings.map { $0.suffix(28) } == ["did not run at the same time"])
        #expect(try ResultMerge([first, try shard([[1]], seed: 2)]).warnings == [])
    }

    private static func verdict(_ code: Int) -> RunDescription.Verdict {
        RunDescription.Verdict(
            exitCode: code, passed: code == 0, text: code == 0 ? "passed muster: all held" : "why \(code)",
            judgedSeconds: 3, judgedMarkedSeconds: 0, thresholds: [])
    }

    private static func rule(_ text: String = "login p99 < 1s") -> RunDescription.Rule {
        RunDescription.Rule(
            text: text, measure: "login p99", limit: 1e9, stage: nil, windowSeconds: nil, aborts: false,
            mustBeShown: false, isDefault: false)
    }

    @Test("parts that are not all of what was wanted, or are judged by other thresholds, are named")
    func gaps() throws {
        let part = { (seed: UInt64, code: Int, state: RunDescription.State) in
            try self.shard([[1], [2]], seed: seed) {
                $0.state = state
                $0.verdict = state == .running ? nil : Self.verdict(code)
            }
        }
        let good = try part(1, 0, .finished)
        #expect(try ResultMerge([good, part(2, 1, .finished)]).gaps == [])
        for (bad, words) in try [
            (part(3, 4, .finished), "was not judged: why 4"), (part(4, 0, .running), "was killed at 0:02"),
            (part(5, 130, .interrupted), "was interrupted at 0:02"),
            (part(6, 3, .unreachable), "did not reach its target"),
            (shard([[1], [2]], seed: 7) { $0.rules = nil }, "does not say by what it is judged"),
            (
                shard([[1], [2]], seed: 8) { $0.rules = [Self.rule("login p99 < 2s")] },
                "was judged by login p99 < 2s, \(good.folderName) by login p99 < 1s"
            ),
            (
                shard([[1], [2]], seed: 9) { $0.rules?.append(Self.rule("bind p99 < 2s")) },
                "was judged by bind p99 < 2s, \(good.folderName) by none"
            ),
        ] {
            #expect(try ResultMerge([good, bad]).gaps == ["\(bad.folderName) \(words)"])
        }
        let cut = try ResultMerge([good, part(10, 1, .cut)])
        #expect(cut.gaps == [] && cut.cuts.map { $0.suffix(23) } == [" was cut at 0:02: why 1"])
        #expect(cut.description.injectors?.map(\.unfinished) == [nil, "was cut at 0:02"])
        #expect(cut.description.injectors?.map(\.exitCode) == [0, 1])
    }

    @Test("who lost their session in an outage is counted in all parts, and the curves are one")
    func storms() throws {
        let shards = try [(UInt64(1), 10, 4.0), (2, 30, 8.0)].map { seed, lost, last in
            try shard([[1]], seed: seed) {
                var storm = RunDescription.Storm(
                    stage: "hold", onlineBefore: lost + 5, lost: lost, left: 0, secondsDown: last, attemptsMax: lost,
                    peakRatePerS: lost)
                storm.curve = [.init(s: 2, share: 0.5), .init(s: last, share: 1)]
                (storm.back50S, storm.backAllS, storm.backShare, storm.attemptsMean) = (2, last, 1, Double(lost))
                storm.recovery = .init(stage: "hold", wantedShare: 0.9, withinS: 60, share: lost == 10 ? 1 : 0.8)
                $0.storms = [storm]
            }
        }
        let storm = try #require(try ResultMerge(shards).description.storms?.first)
        #expect(storm.lost == 40 && storm.onlineBefore == 50 && storm.attemptsMax == 30 && storm.attemptsMean == 25)
        #expect(storm.back50S == 2 && storm.back95S == 8 && storm.backAllS == 8 && storm.backShare == 1)
        #expect(storm.curve.map(\.s) == [2, 2, 4, 8] && storm.curve.map(\.share) == [0.125, 0.5, 0.625, 1])
        #expect(storm.recovery?.share == 0.85)
    }

    @Test("the same result is refused, given twice or as a copy")
    func twice() throws {
        let first = try shard([[1], [2]], seed: 1) { $0.loadStartedAtUnixMs = 1_772_388_245_250 }
        var copy = first
        copy.path = "/elsewhere"
        for twin in [first, copy] {
            let refusal = #expect(throws: ResultMerge.Refusal.self) { try ResultMerge([first, twin]) }
            #expect(refusal?.reason.hasSuffix("the same result is given twice") == true)
        }
    }

    @Test("injectors that began apart are merged at the time of the clock, and by how much they were apart is said")
    func offsets() throws {
        let start: UInt64 = 1_772_388_245_250
        let shards = try [UInt64(0), 2000].enumerated().map { index, later in
            try shard([[1], [2], [3]], seed: UInt64(index)) {
                $0.loadStartedAtUnixMs = start + later
            }
        }
        let merge = try ResultMerge(shards)
        #expect(merge.warnings == ["\(shards[1].folderName) began 2.0 s after the first of them"])
        let result = try merged(shards)
        let logins = result.intervals.filter { $0.phase == "login" }
        #expect(Set(logins.map(\.at)) == [1, 2, 3, 4, 5])
        let counts = Dictionary(grouping: logins, by: \.at).mapValues { $0.reduce(0) { $0 + $1.completed } }
        #expect(counts == [1: 1, 2: 1, 3: 2, 4: 1, 5: 1])
        #expect(result.run?.durationSeconds == 5 && result.failures.map(\.lastAt).max() == 5)
    }

    @Test("results of different scenarios are refused, with the key that differs")
    func different() throws {
        let other = try shard([[1]], seed: 2) {
            $0.scenarioHash = "ff"
            $0.scenario = "name: rush\nsession:\n  stay: 5s\n"
        }
        let refusal = #expect(throws: ResultMerge.Refusal.self) { try ResultMerge([shard([[1]], seed: 1), other]) }
        #expect(refusal?.reason.contains("different scenarios: password: ") == true, "\(refusal?.reason ?? "")")
    }

    @Test("a comparison, one result alone, and a folder without its log are refused")
    func refused() throws {
        let plain = try shard([[1]], seed: 1)
        let experiment = try shard([[1]], seed: 2) {
            $0.experiment = .init(baseline: "run", blocks: 1, resampleSeed: 1, comparesLatencies: true)
        }
        let cut = try shard([[1]], seed: 3)
        try FileManager.default.removeItem(atPath: "\(cut.path)/latency.hlog")
        for (shards, words) in [
            ([plain], "one result"), ([plain, experiment], "compare:"),
            ([plain, try ResultReader.read(cut.path).closed], "latency.hlog is missing"),
        ] {
            let refusal = #expect(throws: ResultMerge.Refusal.self) { try ResultMerge(shards) }
            #expect(refusal?.reason.contains(words) == true)
        }
    }

    @Test("a folder that is there is not written into")
    func taken() throws {
        let merge = try ResultMerge([shard([[1]], seed: 1), shard([[1]], seed: 2)])
        try results.makeDirectory("mine")
        #expect(throws: ResultError.self) { try merge.write(to: results.path("mine")) }
    }

    @Test("a merged result may be merged again, compared and read as any other")
    func again() throws {
        let once = try merged([shard([[1], [2]], seed: 1), shard([[3], [4]], seed: 2)])
        let twice = try merged([once, shard([[5], [6]], seed: 3)])
        #expect(twice.summary.first { $0.phase == "login" && $0.stage == "all" }?.count == 6)
        #expect(twice.missing.isEmpty)
    }
}

extension StoredResult {
    /// As if its run were over: in a test the same process has it open.
    fileprivate var closed: StoredResult {
        var result = self
        result.isBeingWritten = false
        return result
    }
}
