import Metrics
import ResultFiles
import Testing

@testable import Reports

@Suite("verdict on drift, residue and the run before")
struct EvidenceTests {
    private func verdict(_ rules: [Rule], _ evidence: Evidence) -> Verdict {
        Verdict.judge(
            RunTotals(names: ScopeNames(stages: ["night"])), by: rules, stageSeconds: [3600], evidence: evidence)
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
        return DriftReport.judge([stage], server: server, seed: 1)
    }

    private func memory(below mebibytes: Double) -> Rule {
        Rule(
            text: "server memory drift < \(mebibytes)MiB/h", measure: .drift(.serverMemory),
            limit: mebibytes * 1_048_576)
    }

    @Test("a drift threshold fails only when the whole interval is beyond it", arguments: [(19.0, false), (20, true)])
    func limits(mebibytes: Double, passes: Bool) {
        var evidence = Evidence()
        evidence.drift = drift()
        let judgement = verdict([memory(below: mebibytes)], evidence).judgements[0]
        #expect(judgement.passed == passes, "\(judgement)")
        #expect(judgement.figure.text.hasSuffix(" MiB/h"))
    }

    @Test("what is too short or inconclusive is not judged, which fails nothing and is said")
    func notJudged() {
        var evidence = Evidence()
        evidence.drift = drift(intervals: 20)
        let short = verdict([memory(below: 1)], evidence)
        #expect(short.exit == .passed && short.judgements[0].outcome == .notJudged)
        #expect(
            short.sentence
                == "passed muster: server memory drift < 1.0MiB/h (too short to judge: 18 of the 24 intervals that it "
                + "takes)")
        #expect(short.stored.thresholds[0].passed == nil)
        evidence.server = RunDescription.Server(pid: 1)
        evidence.server?.maximumHeapBytes = 1 << 30
        evidence.drift = drift(server: evidence.server ?? RunDescription.Server())
        #expect(verdict([memory(below: 1)], evidence).judgements[0].outcome == .notJudged)
    }

    @Test("a stage that a run never came to is not judged for the drift of its server, which was read in others")
    func unreached() {
        var evidence = Evidence()
        evidence.drift = drift(stage: "evening")
        var rule = memory(below: 1)
        rule.stage = 0
        let judgement = verdict([rule], evidence).judgements[0]
        #expect(judgement.outcome == .notJudged)
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
        #expect(verdict(rules, evidence).judgements.map(\.outcome) == [.notJudged, .passed, .passed])
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
        #expect(verdict([rule], evidence).judgements.last?.outcome == .notJudged)
    }
}
