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
        var totals = RunTotals(names: phases.names)
        totals.merge(
            IntervalRecord(
                end: 60_000_000_000, phases: phases, failures: FailureTable(), system: SystemSample(), marks: marks))
        return totals
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

    @Test("without a threshold a run passes when anybody logged in")
    func fallback() {
        #expect(judge(totals()).exit == .passed)
        #expect(judge(totals(unreached: [100, 99])).exit == .passed)
        #expect(judge(totals(unreached: [100, 100])).exit == .failed)
        #expect(judge(totals(due: 0)).exit == .failed)
        #expect(judge(totals(due: 0)).judgements.map(\.figure.text) == ["no login was due"])
    }

    @Test("a limit is what a figure must stay below", arguments: [(29.0, false), (30, false), (31, true)])
    func limit(milliseconds: Double, passes: Bool) {
        let verdict = judge(totals(), latency(.login, .max, below: milliseconds))
        #expect(verdict.judgements.map(\.passed) == [passes])
        #expect(verdict.exit == (passes ? .passed : .failed))
    }

    @Test("every statistic has its figure", arguments: Rule.Statistic.allCases)
    func statistics(statistic: Rule.Statistic) {
        let figure = Figure(of: .latency(.login, statistic), in: totals(), stage: nil)
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
        #expect(Figure(of: .failures, in: measured, stage: nil) == .share(0.1))
        #expect(Figure(of: .failures, in: measured, stage: 1) == .share(0.2))
        #expect(Figure(of: .failures, in: measured, stage: 0) == .share(0))
        #expect(Figure(of: .disconnects, in: measured, stage: nil) == .share(0.05))
        #expect(Figure(of: .disconnects, in: totals(unreached: [100, 100]), stage: nil).text == "no login completed")
    }

    @Test("more than 5 % of the judged seconds marked is the generator's fault, before a failed rule is the server's")
    func saturated() {
        let strict = latency(.login, .p99, below: 1)
        #expect(judge(totals(marks: marks(0..<3, stage: 0)), strict).exit == .failed)
        let verdict = judge(totals(marks: marks(0..<4, stage: 0)), strict)
        #expect(verdict.exit == .saturated)
        #expect((verdict.judgedSeconds, verdict.judgedMarkedSeconds) == (60, 4))
        #expect(verdict.stored.thresholds.map(\.passed) == [nil])
        #expect(verdict.stored.thresholds[0].reason == "the load generator was saturated")
    }

    @Test("marks count only in stages that a latency rule judges")
    func markedElsewhere() {
        let marked = totals(marks: marks(0..<20, stage: 0))
        #expect(judge(marked, latency(.login, .p99, below: 40, stage: 1)).exit == .passed)
        #expect(judge(marked, latency(.login, .p99, below: 40, stage: 0)).exit == .saturated)
        #expect(judge(marked, Rule(text: "failures < 1%", measure: .failures, limit: 0.01)).exit == .passed)
        #expect(judge(marked).exit == .passed)
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
        #expect(
            judge(totals(marks: marks(0..<4, stage: 0)), latency(.login, .p99, below: 800)).sentence
                == "not judged: the load generator itself was the bottleneck in 4 of 60 judged seconds")
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
