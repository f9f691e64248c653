import Metrics
import ResultFiles
import Testing

@testable import Reports

@Suite("verdict on drift, residue and the run before")
struct EvidenceTests {
    private func verdict(_ rules: [Rule], _ evidence: Evidence, marks: [SaturationMark] = []) -> Verdict {
        var totals = RunTotals(names: ScopeNames(stages: ["night"]))
        totals.merge(
            IntervalRecord(
                end: 1, phases: PhaseTable(names: totals.names), failures: FailureTable(), system: SystemSample(),
                marks: marks))
        return Verdict.judge(totals, by: rules, stageSeconds: [3600], evidence: evidence)
    }

    /// An hour in which the memory grows by 20 MiB, give or take 0.1.
    private func drift(
        server: RunDescription.Server = RunDescription.Server(), intervals: Int = 360, stage: String = "night"
    ) -> DriftReport {
        var chance = Chance(seed: 1)
        let points = (0..<intervals).map {
            DriftSeries.Point(
                at: Double($0) * 10, value: (200 + 20 * Double($0) / 360 + 0.1 * chance.normal()) * 1_048_576)
        }
        let stage = DriftStage(name: stage, isSteady: true, series: [DriftSeries(.serverMemory, points)])
        return DriftReport.judge([stage], server: server)
    }

    private func memory(below mebibytes: Double) -> Rule {
        Rule(
            text: "server memory drift < \(mebibytes)MiB/h", measure: .drift(.serverMemory),
            limit: mebibytes * 1_048_576)
    }

    @Test(
        "a drift threshold holds where the whole interval is below it, misses where all of it is beyond, else it is open",
        arguments: [(19.0, Verdict.Outcome.failed), (20, .open), (22, .passed)])
    func limits(mebibytes: Double, outcome: Verdict.Outcome) {
        var evidence = Evidence()
        evidence.drift = drift()
        let verdict = verdict([memory(below: mebibytes)], evidence)
        #expect(verdict.judgements[0].outcome == outcome, "\(verdict.judgements[0].figure)")
        #expect(verdict.exit == (outcome == .failed ? .failed : .passed))
        #expect(verdict.judgements[0].figure.text.contains(/^20.* MiB\/h, 1[0-9.]+ to 2[0-9.]+/), "\(verdict.sentence)")
        #expect(verdict.stored.thresholds[0].passed == (outcome == .open ? nil : outcome == .passed))
    }

    @Test("one that must be shown to hold passes nowhere else", arguments: [(19.0, false), (20, false), (22, true)])
    func shown(mebibytes: Double, passes: Bool) {
        var evidence = Evidence()
        evidence.drift = drift()
        var rule = memory(below: mebibytes)
        rule.mustBeShown = true
        #expect(verdict([rule], evidence).exit == (passes ? .passed : .failed))
        evidence.drift = drift(intervals: 20)
        #expect(verdict([rule], evidence).exit == .failed)
    }

    @Test("a drift that only marked seconds show is not judged; what the server holds is judged whoever asks")
    func markedDrift() {
        var evidence = Evidence()
        let slow = Rule(text: "drift p50 < 5%/h", measure: .drift(.p50), limit: 0.05)
        evidence.drift = latency(slowing: 0.5)
        evidence.unmarkedDrift = latency(slowing: 0)
        #expect(verdict([slow], evidence).exit == .saturated)
        evidence.unmarkedDrift = latency(slowing: 0.6)
        #expect(verdict([slow], evidence).exit == .failed)
        evidence.drift = drift()
        evidence.unmarkedDrift = drift(intervals: 20)
        #expect(verdict([memory(below: 19)], evidence).exit == .failed)
    }

    /// An hour in which the latency grows by this share, give or take a hundredth.
    private func latency(slowing: Double) -> DriftReport {
        var chance = Chance(seed: 1)
        let points = (0..<360).map {
            DriftSeries.Point(
                at: Double($0) * 10, value: 20_000 * (1 + slowing * Double($0) / 360 + 0.01 * chance.normal()))
        }
        return DriftReport.judge(
            [DriftStage(name: "night", isSteady: true, series: [DriftSeries(.p50, points)])])
    }

    @Test("those who did not come back in a stage in which the load generator was the bottleneck are not judged")
    func recovery() {
        var storm = RunDescription.Storm(
            stage: "outage", onlineBefore: 100, lost: 100, left: 0, secondsDown: 1, attemptsMax: 1, peakRatePerS: 1)
        storm.recovery = .init(stage: "night", wantedShare: 1, withinS: 10, share: 0.5)
        var evidence = Evidence()
        evidence.storms = [storm]
        #expect(verdict([], evidence).exit == .failed)
        #expect(verdict([], evidence, marks: [SaturationMark(second: 3, stage: 0, reason: "cpu")]).exit == .saturated)
    }

    @Test("what is too short or inconclusive is not judged, which fails nothing and is said")
    func notJudged() {
        var evidence = Evidence()
        evidence.drift = drift(intervals: 20)
        let short = verdict([memory(below: 1)], evidence)
        #expect(short.exit == .passed && short.judgements[0].outcome == .open)
        #expect(
            short.sentence
                == "passed muster: server memory drift < 1.0MiB/h (too short to judge: 18 of the 24 intervals that it "
                + "takes)")
        #expect(short.stored.thresholds[0].passed == nil)
        evidence.server = RunDescription.Server(pid: 1)
        evidence.server?.maximumHeapBytes = 1 << 30
        evidence.drift = drift(server: evidence.server ?? RunDescription.Server())
        #expect(verdict([memory(below: 1)], evidence).judgements[0].outcome == .open)
    }

    @Test("a stage that a run never came to is not judged for the drift of its server, which was read in others")
    func unreached() {
        var evidence = Evidence()
        evidence.drift = drift(stage: "evening")
        var rule = memory(below: 1)
        rule.stage = 0
        let judgement = verdict([rule], evidence).judgements[0]
        #expect(judgement.outcome == .open)
        #expect(judgement.figure.text == "too short to judge: no interval of it")
    }

    @Test("a server that was not read passes no threshold about it")
    func unread() {
        let verdict = verdict(
            [memory(below: 1), Rule(text: "residue threads < 1", measure: .residue(.threads), limit: 1)], Evidence())
        #expect(verdict.judgements.map(\.outcome) == [.failed, .failed])
    }

    @Test("the residue is what is there more than before; of a JVM its heap after a collection, or nothing")
    func residue() {
        let rules = [
            Rule(text: "residue memory < 1MiB", measure: .residue(.memory), limit: 1_048_576),
            Rule(text: "residue descriptors < 5", measure: .residue(.descriptors), limit: 5),
            Rule(text: "residue sessions < 1", measure: .residue(.sessions), limit: 1),
        ]
        var evidence = Evidence()
        evidence.server = RunDescription.Server(pid: 1)
        evidence.residue = RunDescription.Residue(
            before: .init(sessions: 3, memoryBytes: 100 << 20, descriptors: 20),
            after: .init(sessions: 4, memoryBytes: 130 << 20, descriptors: 19),
            watchedSeconds: 5)
        #expect(verdict(rules, evidence).judgements.map(\.outcome) == [.failed, .passed, .failed])
        #expect(verdict(rules, evidence).judgements.map(\.figure.text) == ["30.0 MiB", "-1", "1"])
        evidence.residue?.after.sessions = 3
        evidence.server?.maximumHeapBytes = 1 << 30
        #expect(verdict(rules, evidence).judgements.map(\.outcome) == [.open, .passed, .passed])
        evidence.residue?.before.heapBytes = 40 << 20
        evidence.residue?.after.heapBytes = 40 << 20
        #expect(verdict(rules, evidence).judgements.map(\.outcome) == [.passed, .passed, .passed])
    }

    @Test("a regression against the run before fails the run and is named")
    func baseline() {
        let rule = Rule(text: "residue threads < 5", measure: .residue(.threads), limit: 5)
        var evidence = Evidence()
        evidence.residue = RunDescription.Residue(
            before: .init(threads: 4), after: .init(threads: 4), watchedSeconds: 1)
        evidence.baseline = Evidence.Baseline(name: "night-1", regressions: [])
        #expect(verdict([rule], evidence).exit == .passed)
        evidence.baseline?.regressions = ["login p50 slower"]
        let failed = verdict([rule], evidence)
        #expect(failed.exit == .failed)
        #expect(failed.sentence == "did not pass muster: no regression from night-1 (login p50 slower)")
        #expect(failed.stored.thresholds.last?.passed == false)
        evidence.baseline?.reason = "too few intervals to compare"
        #expect(verdict([rule], evidence).judgements.last?.outcome == .open)
    }
}
