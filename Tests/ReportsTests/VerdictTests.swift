import Metrics
import ResultFiles
import Testing

@testable import Reports

@Suite("verdict")
struct VerdictTests {
    /// 100 logins due in each of two stages; those that complete take 10 ms, in the second stage 30 ms.
    private func totals(
        unreached: [UInt32] = [0, 0], died: UInt64 = 0, marks: [SaturationMark] = [], due: Int = 100
    ) -> RunTotals {
        var phases = PhaseTable(names: ScopeNames(stages: ["ramp", "hold"]))
        for stage in 0..<2 {
            let scope = Scope(stage: UInt16(stage))
            for _ in 0..<(due - Int(unreached[stage])) {
                phases[scope, .login].complete(after: UInt64(stage * 2 + 1) * 10_000_000)
                phases[scope, .due].complete(after: UInt64(stage * 2 + 1) * 10_000_000)
            }
            phases[scope, .due].failed = UInt64(unreached[stage])
            phases[scope, .due].recordUnreached(unreached[stage])
        }
        phases[Scope(stage: 0), .online].failed = died
        return self.totals(of: phases, marks: marks)
    }

    private func totals(
        of phases: PhaseTable, marked: PhaseTable? = nil, failures: FailureTable = FailureTable(),
        marks: [SaturationMark] = []
    ) -> RunTotals {
        var totals = RunTotals(names: phases.names)
        totals.merge(
            IntervalRecord(
                end: 60_000_000_000, phases: phases, failures: failures, system: SystemSample(), marks: marks,
                marked: marked))
        return totals
    }

    /// Logins that took so long, and those that never came.
    private struct Logins {
        var milliseconds: UInt64 = 10
        var count = 1000
        var failed = 0

        func add(to table: inout PhaseTable, stage: Int = 1) {
            let scope = Scope(stage: UInt16(stage))
            for _ in 0..<count {
                table[scope, .login].complete(after: milliseconds * 1_000_000)
                table[scope, .due].complete(after: milliseconds * 1_000_000)
            }
            table[scope, .due].started += UInt64(count + failed)
            table[scope, .due].failed += UInt64(failed)
            table[scope, .due].recordUnreached(UInt32(failed))
        }
    }

    /// Of the second stage; some were under way in one of twelve marked seconds.
    private func totals(_ unmarked: [Logins], marked: [Logins]) -> RunTotals {
        var (phases, part) = (PhaseTable(names: ScopeNames(stages: ["ramp", "hold"])), PhaseTable?.none)
        for logins in unmarked + marked { logins.add(to: &phases) }
        for logins in marked {
            var table = part ?? PhaseTable(names: phases.names)
            logins.add(to: &table)
            part = table
        }
        return totals(of: phases, marked: part, marks: marks(1..<13, stage: 1))
    }

    private func latency(
        _ phase: Phase, _ statistic: Rule.Statistic, below milliseconds: Double, stage: Int? = nil
    ) -> Rule {
        Rule(
            text: "\(phase) \(statistic) < \(Int(milliseconds))ms", measure: .latency(phase, statistic),
            limit: milliseconds * 1_000_000, stage: stage)
    }

    private func marks(_ seconds: Range<Int>, stage: UInt16) -> [SaturationMark] {
        seconds.map { SaturationMark(second: $0, stage: stage, reason: "cpu") }
    }

    private func judge(_ totals: RunTotals, _ rules: Rule..., interrupted: Bool = false) -> Verdict {
        Verdict.judge(totals, by: rules, stageSeconds: [20, 40], interrupted: interrupted)
    }

    private func failures(below percent: Double, stage: Int? = nil) -> Rule {
        Rule(text: "failures < \(percent)%", measure: .failures, limit: percent / 100, stage: stage)
    }

    @Test("failures are judged by their share of what was due, and without anything due nothing passes")
    func failures() {
        #expect(judge(totals(), failures(below: 1)).exit == .passed)
        #expect(judge(totals(unreached: [0, 1]), failures(below: 1)).exit == .passed)
        #expect(judge(totals(unreached: [1, 1]), failures(below: 1)).exit == .failed)
        #expect(judge(totals(due: 0), failures(below: 1)).exit == .failed)
        #expect(judge(totals(due: 0), failures(below: 1)).judgements.map(\.figure.text) == ["no login was due"])
    }

    @Test(
        "those who were not reached rank above all others in a latency, whatever its statistic",
        arguments: Rule.Statistic.allCases)
    func unreachedRank(statistic: Rule.Statistic) {
        let died = totals(unreached: [0, 99])
        let verdict = judge(died, latency(.login, statistic, below: 800))
        let falls = statistic != .p50
        #expect(verdict.judgements[0].figure == (falls ? .notReached : verdict.judgements[0].figure))
        #expect(verdict.exit == (falls ? .failed : .passed))
    }

    @Test(
        "a threshold of the scenario's own on failures judges them, and the latency those who came; the default does not"
    )
    func unreachedAreJudgedElsewhere() {
        let (slow, died) = (latency(.login, .p99, below: 800), totals(unreached: [0, 30]))
        #expect(judge(died, slow, failures(below: 50)).exit == .passed)
        #expect(judge(died, slow, failures(below: 50, stage: 1)).judgements[0].figure == .notReached)
        var inTheStage = slow
        inTheStage.stage = 1
        #expect(judge(died, inTheStage, failures(below: 50, stage: 1)).exit == .passed)
        var byDefault = failures(below: 50)
        byDefault.isDefault = true
        #expect(judge(died, slow, byDefault).judgements.map(\.outcome) == [.failed, .passed])
    }

    @Test("of a step those who failed in it rank above those who came through")
    func failedSteps() {
        var phases = PhaseTable(names: ScopeNames(stages: ["ramp", "hold"]))
        for _ in 0..<90 { phases[Scope(stage: 0), .tls].complete(after: 5_000_000) }
        phases[Scope(stage: 0), .tls].failed = 10
        let measured = totals(of: phases)
        #expect(
            judge(measured, latency(.tls, .p50, below: 10), latency(.tls, .p95, below: 10)).judgements.map(\.outcome)
                == [.passed, .failed])
    }

    @Test("a limit is what a figure must stay below", arguments: [(29.0, false), (30, false), (31, true)])
    func limit(milliseconds: Double, passes: Bool) {
        let verdict = judge(totals(), latency(.login, .max, below: milliseconds))
        #expect(verdict.judgements.map(\.passed) == [passes])
        #expect(verdict.exit == (passes ? .passed : .failed))
    }

    @Test("every statistic has its figure", arguments: Rule.Statistic.allCases)
    func statistics(statistic: Rule.Statistic) {
        let figure = Figure(of: latency(.login, statistic, below: 1), in: totals())
        let expected: Double =
            switch statistic {
            case .p50: 10_000_000
            case .mean: 20_000_000
            case .p90, .p95, .p99, .p999, .max: 30_000_000
            }
        guard case .nanoseconds(let value) = figure else {
            Issue.record("\(figure)")
            return
        }
        #expect(abs(value - expected) <= expected / 1000)
    }

    @Test("a rule with a stage looks at that stage alone")
    func stages() {
        let verdict = judge(
            totals(), latency(.login, .p99, below: 20, stage: 0), latency(.login, .p99, below: 20, stage: 1))
        #expect(verdict.judgements.map(\.passed) == [true, false])
        #expect(verdict.judgements.map(\.stageName) == ["ramp", "hold"])
    }

    @Test("a percentile that falls among logins that never came is not reached and fails")
    func notReached() {
        let verdict = judge(totals(unreached: [0, 10]), latency(.due, .p90, below: 40), latency(.due, .p99, below: 40))
        #expect(verdict.judgements.map(\.passed) == [true, false])
        #expect(verdict.judgements[1].figure == .notReached)
    }

    @Test("what was never measured does not pass")
    func nothing() {
        let verdict = judge(totals(), latency(.tls, .p99, below: 1000))
        #expect(verdict.judgements.map(\.figure) == [.nothing("no tls was measured")])
        #expect(verdict.exit == .failed)
    }

    @Test("failures are a share of the arrivals due, disconnects of the logins completed")
    func shares() {
        let measured = totals(unreached: [0, 20], died: 9)
        let disconnects = Rule(text: "disconnects < 1%", measure: .disconnects, limit: 0.01)
        #expect(Figure(of: failures(below: 1), in: measured) == .share(0.1))
        #expect(Figure(of: failures(below: 1, stage: 1), in: measured) == .share(0.2))
        #expect(Figure(of: failures(below: 1, stage: 0), in: measured) == .share(0))
        #expect(Figure(of: disconnects, in: measured) == .share(0.05))
        #expect(Figure(of: disconnects, in: totals(unreached: [100, 100])).text == "no login completed")
    }

    @Test("what the marked seconds decide is not judged, and both figures are told in one sentence")
    func judgedTwice() {
        let verdict = judge(
            totals([Logins(milliseconds: 900)], marked: [Logins(milliseconds: 1800, count: 100)]),
            latency(.login, .p99, below: 1000))
        #expect(verdict.exit == .saturated)
        #expect(
            verdict.sentence
                == "not judged: login p99 < 1000ms is 1.80 s with the 12 seconds in which the load generator was the "
                + "bottleneck, 900 ms without them")
        let stored = verdict.stored.thresholds[0]
        #expect((stored.passed, stored.outcome, stored.figure) == (nil, "not judged", "1.80 s"))
        #expect((stored.unmarkedFigure, stored.unmarkedValue.map { Int($0 / 1000) }) == ("900 ms", 900))
        #expect((verdict.judgedSeconds, verdict.judgedMarkedSeconds) == (60, 12))
    }

    @Test("a slow server fails both ways, and no mark lets it escape", arguments: [1, 500, 999])
    func slowServer(marked: Int) {
        let verdict = judge(
            totals(
                [Logins(milliseconds: 1800, count: 1000 - marked)], marked: [Logins(milliseconds: 1900, count: marked)]),
            latency(.login, .p99, below: 1000))
        #expect(verdict.exit == .failed)
        #expect(verdict.judgements[0].outcome == .failed)
    }

    @Test("a quick server passes both ways, and no mark takes that from it")
    func quickServer() {
        let verdict = judge(
            totals([Logins(milliseconds: 20)], marked: [Logins(milliseconds: 186, count: 30)]),
            latency(.login, .p99, below: 5000), failures(below: 1))
        #expect(verdict.exit == .passed)
        #expect(verdict.stored.thresholds[0].unmarkedFigure == "20.0 ms")
    }

    @Test(
        "a server that pauses fails by its pauses though the herds it releases are marked, or passes by what it is asked"
    )
    func pausingServer() {
        // A tenth waits for up to a second, unmarked; those who come right after are late by our own doing.
        let paused = totals(
            [Logins(milliseconds: 20, count: 850), Logins(milliseconds: 900, count: 100)],
            marked: [Logins(milliseconds: 400, count: 50)])
        #expect(judge(paused, latency(.login, .p99, below: 500)).exit == .failed)
        #expect(judge(paused, latency(.login, .p99, below: 2000)).exit == .passed)
        #expect(judge(paused, latency(.login, .p50, below: 100)).exit == .passed)
    }

    @Test("a failing server fails both ways; failures in marked seconds alone decide nothing")
    func failingServer() {
        let dying = totals([Logins(failed: 100)], marked: [Logins(count: 0, failed: 10)])
        #expect(judge(dying, failures(below: 1)).exit == .failed)
        let ours = totals([Logins()], marked: [Logins(count: 0, failed: 100)])
        #expect(judge(ours, failures(below: 1)).exit == .saturated)
        #expect(judge(ours, failures(below: 20)).exit == .passed)
    }

    @Test("where nothing is left without the marked seconds nothing is judged")
    func allMarked() {
        let verdict = judge(totals([], marked: [Logins()]), latency(.login, .p99, below: 1))
        #expect(verdict.exit == .saturated)
        #expect(
            verdict.sentence.hasSuffix(
                ", and nothing is left of it without the 12 seconds in which the load generator "
                    + "was the bottleneck"), "\(verdict.sentence)")
    }

    @Test("a latency of which more than half is marked does not pass by the rest", arguments: [500, 501])
    func mostlyMarked(marked: Int) {
        let totals = totals([Logins(count: 1000 - marked)], marked: [Logins(count: marked)])
        let verdict = judge(totals, latency(.login, .p99, below: 1000))
        #expect(verdict.exit == (marked > 500 ? .saturated : .passed))
        #expect(judge(totals, failures(below: 1)).exit == .passed)
        #expect(judge(totals, latency(.login, .p50, below: 1)).exit == .failed)
        guard marked > 500 else { return }
        #expect(
            verdict.sentence
                == "not judged: login p99 < 1000ms is 10.0 ms, but only 49.9 % of that is without the 12 seconds in "
                + "which the load generator was the bottleneck")
    }

    @Test("where the generator stood still for more than half of the time nothing passes", arguments: [30, 31])
    func standing(seconds: Int) {
        let marks = (0..<seconds).map {
            SaturationMark(second: $0, stage: 1, reason: "the result's files waited for 2.0 s", isStandstill: true)
        }
        let totals = totals(marks: marks)
        #expect(judge(totals, failures(below: 1)).exit == (seconds > 30 ? .saturated : .passed))
        #expect(judge(totals, latency(.login, .p50, below: 1)).exit == .failed)
        guard seconds > 30 else { return }
        #expect(
            judge(totals, failures(below: 1)).sentence
                == "not judged: the load generator, or a part of it, stood still in 31 of 60 seconds")
    }

    @Test("what fails both ways fails the run, whatever else is not judged")
    func failedBesides() {
        let verdict = judge(
            totals([Logins(milliseconds: 900)], marked: [Logins(milliseconds: 1800, count: 100)]),
            latency(.login, .p99, below: 1000), latency(.login, .p50, below: 100))
        #expect(verdict.exit == .failed)
        #expect(verdict.judgements.map(\.outcome) == [.notJudged, .failed])
        #expect(verdict.sentence == "did not pass muster: login p50 < 100ms (900 ms)")
    }

    @Test("marks in stages that no rule is about decide nothing")
    func markedElsewhere() {
        let marked = totals([Logins()], marked: [Logins(milliseconds: 9000)])
        #expect(judge(marked, latency(.login, .p99, below: 1000, stage: 1)).exit == .saturated)
        var (phases, part) = (marked.phases, PhaseTable(names: marked.names))
        Logins(milliseconds: 9000).add(to: &part, stage: 0)
        phases.merge(part)
        let both = totals(of: phases, marked: part, marks: marks(0..<3, stage: 0))
        #expect(judge(both, latency(.login, .p50, below: 9500, stage: 1)).judgements[0].stored.unmarkedFigure == nil)
    }

    @Test("logins that failed at the load generator itself lead to no pass, and are told", arguments: [0, 1])
    func localFailures(stage: Int) {
        var table = FailureTable()
        for _ in 0..<3 {
            table.record(
                Failure(phase: .connect, kind: .local, condition: "out of descriptors"), scope: Scope(stage: 1), at: 1)
        }
        table.record(Failure(phase: .sasl, kind: .sasl), scope: Scope(stage: 0), at: 1)
        var phases = PhaseTable(names: ScopeNames(stages: ["ramp", "hold"]))
        for stage in 0..<2 { Logins().add(to: &phases, stage: stage) }
        let totals = totals(of: phases, failures: table)
        let verdict = judge(totals, failures(below: 1, stage: stage))
        #expect(verdict.exit == (stage == 1 ? .saturated : .passed))
        guard stage == 1 else { return }
        #expect(
            verdict.sentence == "not judged: 3 logins failed at the load generator itself (out of descriptors)")
        #expect(judge(totals, failures(below: 1), latency(.login, .p50, below: 1)).exit == .failed)
    }

    @Test("an interruption precedes everything, and what was measured is judged")
    func interrupted() {
        let verdict = judge(
            totals(marks: marks(0..<60, stage: 0)), latency(.login, .p99, below: 1), interrupted: true)
        #expect(verdict.exit == .interrupted)
        #expect(verdict.judgements.map(\.passed) == [false])
    }

    @Test("the verdict is one sentence")
    func sentences() {
        let failures = Rule(text: "failures < 0.1%", measure: .failures, limit: 0.001)
        #expect(judge(totals(), failures).sentence == "passed muster: failures < 0.1% (0 %)")
        #expect(
            judge(totals(), failures, latency(.login, .p99, below: 800)).sentence
                == "passed muster: all 2 thresholds held")
        #expect(
            judge(totals(unreached: [2, 2]), failures, latency(.login, .p99, below: 1)).sentence
                == "did not pass muster: failures < 0.1% (2 %), and 1 more")
    }

    @Test("run.json keeps figures in microseconds and shares")
    func stored() {
        let stored = judge(
            totals(unreached: [0, 20]), Rule(text: "f", measure: .failures, limit: 0.5),
            latency(.login, .max, below: 800), latency(.due, .p99, below: 800)
        ).stored
        #expect(stored.thresholds.map(\.value) == [0.1, 30_000, nil])
        #expect(stored.thresholds.map(\.figure) == ["10 %", "30.0 ms", "not reached"])
        #expect((stored.exitCode, stored.passed) == (1, false))
    }
}
