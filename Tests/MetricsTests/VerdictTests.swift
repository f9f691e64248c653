import Metrics
import Testing

@Suite("A verdict")
struct VerdictTests {
    private func totals(completed: [UInt64], unreached: UInt32 = 0, marks: Int = 0) -> RunTotals {
        let names = ScopeNames(stages: ["one"])
        var phases = PhaseTable(names: names)
        let scope = Scope(stage: 0)
        for value in completed {
            phases[scope, .login].complete(after: value)
            phases[scope, .due].complete(after: value)
        }
        phases[scope, .due].recordUnreached(unreached)
        var totals = RunTotals(names: names)
        let marked = (0..<marks).map { SaturationMark(second: $0, stage: 0, reason: "test") }
        totals.add(
            IntervalRecord(end: 1, phases: phases, failures: FailureTable(), system: SystemSample(), marks: marked))
        return totals
    }

    private let failures = Rule(text: "failures < 100%", measure: .failures, limit: 1)
    private let latency = Rule(text: "due p50 < 1s", measure: .latency(.due, .percentile(0.5)), limit: 1e9, stage: 0)

    @Test("a run in which nobody logged in never passes")
    func nobody() {
        #expect(!Verdict([failures], totals(completed: [], unreached: 5), watchedSeconds: [1]).passed)
        #expect(!Verdict([failures], totals(completed: []), watchedSeconds: [1]).passed)
        #expect(Verdict([failures], totals(completed: [1], unreached: 5), watchedSeconds: [1]).passed)
    }

    @Test("a percentile that falls among failures is not reached, and fails")
    func notReached() {
        let verdict = Verdict([latency], totals(completed: [1, 2], unreached: 3), watchedSeconds: [1])
        #expect(verdict.judgements[0].figure == .notReached)
        #expect(!verdict.passed)
    }

    @Test("only marked seconds of stages that a latency judges count against the generator")
    func saturation() {
        let marked = totals(completed: [1], marks: 6)
        #expect(Verdict([latency], marked, watchedSeconds: [100]).isGeneratorSaturated)
        #expect(!Verdict([latency], marked, watchedSeconds: [120]).isGeneratorSaturated)
        #expect(!Verdict([failures], marked, watchedSeconds: [10]).isGeneratorSaturated)
    }
}
