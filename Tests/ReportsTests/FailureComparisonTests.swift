import Metrics
import ResultFiles
import TestSupport
import Testing

@testable import Reports

@Suite("failures in a comparison of two runs")
struct FailureComparisonTests {
    private func part(_ logins: Int, failed: Int) -> VariantSample {
        VariantSample(
            logins: logins - failed, ends: VariantSample.Ends(count: UInt64(logins), unreached: UInt64(failed)))
    }

    /// A run of so many logins in 60 intervals, of which this share fails, so many at once.
    private func run(_ logins: Int, failing share: Double, together: Int = 1, _ chance: inout Chance) -> [VariantSample]
    {
        (0..<60).map { _ in
            let count = logins / 60
            let events = (0..<count / together).count { _ in chance.uniform() < share }
            return part(count, failed: events * together)
        }
    }

    private func judge(_ before: [VariantSample], _ after: [VariantSample]) -> ComparisonRow? {
        RunComparison.judge(before: before, after: after, name: "tonight", tolerance: 0.05, seed: 1, resamples: 40)
            .rows.first { $0.measure == .failures }
    }

    @Test(
        "of pairs that are alike at most 1 % differ, alone or ten at once",
        arguments: [0, 0.005, 0.05, 0.5], [1, 10])
    func alike(share: Double, together: Int) {
        let pairs = TestSize.pick(small: 200, long: 2000)
        var chance = Chance(seed: UInt64(share * 1000) + UInt64(together))
        let shown = (0..<pairs).count { _ in
            let (before, after) = (
                run(6000, failing: share, together: together, &chance),
                run(6000, failing: share, together: together, &chance)
            )
            return judge(before, after)?.verdict != .noDifferenceShown
        }
        #expect(Double(shown) <= 0.01 * Double(pairs), "\(shown)")
    }

    @Test(
        "what fails on one side is found in 95 of 100: 0.5 % of 6,000 logins, 5 % of 1,200, 50 % of 120",
        arguments: [(6000, 0, 0.005), (1200, 0, 0.05), (1200, 0.005, 0.05), (120, 0, 0.5)])
    func found(logins: Int, before: Double, after: Double) {
        let pairs = TestSize.pick(small: 200, long: 2000)
        var chance = Chance(seed: UInt64(logins) + UInt64(before * 1000))
        let missed = (0..<pairs).count { _ in
            let (one, other) = (run(logins, failing: before, &chance), run(logins, failing: after, &chance))
            return judge(one, other)?.verdict != .failsMore
        }
        #expect(Double(missed) <= 0.05 * Double(pairs), "\(missed)")
    }

    @Test("400 of 400 against none, in a run too short for anything else")
    func nothingLeft() {
        let all = (0..<8).map { _ in part(50, failed: 0) }
        let none = (0..<8).map { _ in part(50, failed: 50) }
        let row = judge(all, none)
        #expect(row?.verdict == .failsMore && row?.value.value == 100 && row?.baseline.value == 0)
        #expect(judge(none, all)?.verdict == .failsLess)
        #expect(judge(none, none)?.verdict == .noDifferenceShown)
    }

    @Test("a server that is gone for half of the run is found, though that is one event")
    func half() {
        let whole = (0..<50).map { _ in part(100, failed: 0) }
        let half = (0..<50).map { part(100, failed: $0 < 26 ? 0 : 100) }
        #expect(judge(whole, half)?.verdict == .failsMore)
    }

    @Test("what only one run has is a difference and no regression")
    func missing() {
        let sample = { (phases: [Phase]) in
            VariantSample(
                phases: Dictionary(uniqueKeysWithValues: phases.map { ($0, BlockLatencies(milliseconds: [1, 2, 3])) }),
                logins: 3)
        }
        let comparison = RunComparison.judge(
            before: (0..<20).map { _ in sample([.login, .roster]) }, after: (0..<20).map { _ in sample([.login]) },
            name: "tonight", tolerance: 0.05, seed: 1)
        let rows = comparison.rows.filter { $0.phase == .roster }
        #expect(rows.map(\.verdict) == [.onlyBefore] && rows.allSatisfy { $0.verdict.isDifference })
        #expect(comparison.regressions.isEmpty)
    }

    @Test("an experiment has the share of failures among its primary measures")
    func experiment() {
        let block = ComparisonBlock(variants: [part(100, failed: 0), part(100, failed: 20), part(100, failed: 0)])
        let rows = Comparison.judge(
            blocks: (0..<10).map { _ in block }, names: ["plain", "scram", "plain again"], seed: 1
        ).rows
        #expect(
            rows.map { "\($0.variant) \($0.measure.name) \($0.verdict)" }
                == ["scram failures fails more", "plain again failures no difference shown"])
        #expect(rows.allSatisfy { $0.isPrimary })
    }
}

@Suite("two results that are compared")
struct ComparedResultsTests {
    private func compare(_ before: StoredResult, _ after: StoredResult) -> ComparedRuns {
        ComparedRuns(before, after, tolerance: 0.05, seed: 1)
    }

    private var whole: StoredResult { SampleRun.finished(seed: 1).stored }

    private func slow() -> StoredResult {
        var slow = SampleRun()
        slow.append(intervals: 60, slowConnects: 20)
        slow.finish()
        return slow.stored
    }

    @Test("a run that did not end by itself is not comparable, and why is said")
    func unfinished() {
        for (state, words) in [
            (RunDescription.State.running, "was killed at 1:00"), (.interrupted, "was interrupted at 1:00"),
            (.cut, "was cut at 1:00"),
        ] {
            var run = SampleRun.finished(seed: 2).stored
            run.run?.state = state
            let compared = compare(whole, run)
            #expect(compared.outcome == .notComparable("\(run.folderName) \(words)"))
            #expect(compared.sentence.hasPrefix("not comparable: "))
        }
    }

    @Test("marked seconds are left out; where too few are left the runs are not comparable, with how many")
    func marked() {
        var run = slow()
        for index in run.system.indices { run.system[index].marked = index < 48 ? 1 : 0 }
        guard case .notComparable(let reason) = compare(whole, run).outcome else {
            Issue.record("it was compared")
            return
        }
        #expect(reason.contains("has 12 of 60 intervals left"))
        for index in run.system.indices { run.system[index].marked = index < 20 ? 1 : 0 }
        let compared = compare(whole, run)
        #expect(compared.outcome == .regression && compared.remarks.contains { $0.contains("20 marked intervals") })
    }

    @Test("what was marked is taken out of the figures: a run that was slow in marked logins alone is as before")
    func markedLogins() {
        var run = whole
        let plain = compare(whole, run).comparison.rows.first { $0.measure == .latency(.login, .p50) }
        run.marked = run.log.filter { $0.phase == "login" && $0.end <= 30 }
        let compared = compare(whole, run)
        #expect(compared.outcome == .noRegression)
        #expect(compared.comparison.rows.first { $0.measure == .latency(.login, .p50) }?.value != plain?.value)
    }

    @Test("what only a restart explains is blamed on nobody; failures still count, and a steady rest is compared")
    func restarted() {
        var (before, after) = (whole, SampleRun.finished(seed: 2).stored)
        before.run?.server.ageSeconds = 90_000
        after.run?.server.ageSeconds = 12
        // A virtual machine that warms up until the end.
        for index in after.system.indices {
            after.system[index].serverCPU = 310_000 * UInt64(240 - 3 * index) / 60
        }
        let compared = compare(before, after)
        #expect(
            compared.sentence.hasPrefix("not comparable: the server of \(after.folderName) was started 12 s before"))
        #expect(compared.comparison.regressions.isEmpty)
        for index in after.system.indices { after.system[index].serverCPU = index < 20 ? 1_500_000 : 311_000 }
        let rest = compare(before, after)
        #expect(rest.outcome == .noRegression && rest.remarks.contains { $0.contains("until it was steady") })
        before.run?.server.ageSeconds = 12
        let asWarm = compare(before, after)
        #expect(!asWarm.remarks.contains { $0.contains("was started") })
    }
}

@Suite("tonight beside the nights before")
struct NightSpreadTests {
    private func night(_ chance: inout Chance, slower: Double = 1) -> NightFigures {
        var night = NightFigures()
        for measure in NightFigures.Measure.allCases {
            night.figures[measure] = 20_000 * slower * (0.1 * chance.normal() + 1)
        }
        night.ends = VariantSample.Ends(count: 10_000, unreached: 10)
        return night
    }

    @Test("of nights that are alike at most one in 100 is blamed", arguments: [5, 10, 20])
    func alike(nights: Int) {
        let trials = TestSize.pick(small: 1000, long: 10_000)
        var chance = Chance(seed: UInt64(nights))
        let blamed = (0..<trials).count { _ in
            let spread = NightSpread((0..<nights).map { _ in night(&chance) })
            return !spread.regressions(night(&chance), tolerance: 0.05).isEmpty
        }
        #expect(Double(blamed) <= 0.012 * Double(trials), "\(blamed)")
    }

    @Test("what is far beyond their spread is found by name, and failures are")
    func found() {
        var chance = Chance(seed: 1)
        let spread = NightSpread((0..<10).map { _ in night(&chance) })
        let worse = spread.regressions(night(&chance, slower: 3), tolerance: 0.05)
        #expect(worse.contains { $0.hasPrefix("login p50 ") && $0.hasSuffix(" in the middle of 10 nights") })
        var failing = night(&chance)
        failing.ends.unreached = 500
        #expect(spread.regressions(failing, tolerance: 0.05).contains("failures fails more"))
    }
}
