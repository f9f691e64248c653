import Metrics
import ResultFiles
import Testing

@testable import Reports

@Suite("terminal summary")
struct TerminalSummaryTests {
    private func totals(stages: [String] = ["1-ramp", "2-burst"], failures: Int = 1) -> RunTotals {
        var phases = PhaseTable(names: ScopeNames(stages: stages))
        var table = FailureTable()
        for stage in stages.indices {
            let scope = Scope(stage: UInt16(stage))
            for number: UInt64 in 1...1000 {
                phases[scope, .connect].complete(after: number * 100)
                phases[scope, .login].complete(after: number * 10_000)
                phases[scope, .due].complete(after: number * 11_000)
                phases[scope, .lag].complete(after: number * 1000)
            }
            phases[scope, .due].recordUnreached(20)
            phases[scope, .due].failed = 20
            for kind in 0..<failures {
                table.record(
                    Failure(
                        phase: .sasl, kind: .sasl, condition: kind == 0 ? "not-authorized" : "c\(kind)",
                        example: "u7 logged in before in this run: known-good"), scope: scope, at: 0)
            }
        }
        var system = SystemSample()
        system.cpu = 1_240_000
        var totals = RunTotals(names: phases.names)
        totals.merge(
            IntervalRecord(
                end: 60_000_000_000, phases: phases, failures: table, system: system,
                marks: [SaturationMark(second: 3, stage: 0, reason: "cpu")]))
        return totals
    }

    private func summary(_ totals: RunTotals, color: Bool = false, name: String = "rush") -> String {
        var description = RunDescription(
            name: name, startedAt: WallTime(secondsSince1970: 0), scenario: "", scenarioHash: "", seed: 1,
            planHash: "", target: "127.0.0.1:5222",
            stages: totals.names.stages.map { .init(name: $0, isOpen: !$0.hasSuffix("burst")) })
        description.notes = ["the server's process cannot be read: no permission"]
        let rules = [
            Rule(text: "login p99 < 800ms", measure: .latency(.login, .p99), limit: 800_000_000),
            Rule(text: "failures < 0.1%", measure: .failures, limit: 0.001),
        ]
        return TerminalSummary(
            totals: totals, description: description,
            verdict: Verdict.judge(totals, by: rules, stageSeconds: totals.names.stages.map { _ in 30 }), color: color
        ).text
    }

    @Test("what moved is told in sentences, what did not by name; with what the server kept and what is open")
    func night() {
        let points = (0..<360).map {
            DriftSeries.Point(at: Double($0) * 10, value: (200 + 20 * Double($0) / 360) * 1_048_576)
        }
        let threads = points.map { DriftSeries.Point(at: $0.at, value: 40) }
        var evidence = Evidence()
        let drift = DriftReport.judge(
            [
                DriftStage(
                    name: "night", isSteady: true,
                    series: [.init(.p99, []), .init(.serverMemory, points), .init(.serverThreads, threads)])
            ])
        evidence.drift = drift
        let totals = totals()
        var description = RunDescription(
            name: "night", startedAt: WallTime(secondsSince1970: 0), scenario: "", scenarioHash: "", seed: 1,
            planHash: "", target: "127.0.0.1:5222", stages: [])
        description.drift = drift.stored
        description.residue = RunDescription.Residue(
            before: .init(sessions: 0, memoryBytes: 200 << 20, threads: 40),
            after: .init(sessions: 0, memoryBytes: 220 << 20, threads: 40), watchedSeconds: 5)
        let rule = Rule(text: "drift p99 < 5%/h", measure: .drift(.p99), limit: 0.05)
        let text = TerminalSummary(
            totals: totals, description: description,
            verdict: Verdict.judge(totals, by: [rule], stageSeconds: [], evidence: evidence)
        ).text
        #expect(
            text.hasSuffix(
                """
                drift
                the server's memory grows by 20 MiB an hour, interval 20 to 20
                no drift shown: server threads
                too short to judge: p99

                the server 5.00 s after the last session, beside before the first: sessions +0, memory +20.0 MiB,
                threads +0

                - open  drift p99 < 5%/h (too short to judge: 0 of the 24 windows of 1,000 logins that it takes)

                """), "\(text)")
    }

    @Test("a run is told on one page")
    func snapshot() {
        #expect(summary(totals()) == Self.page)
    }

    private static let page = """
        rush: 127.0.0.1:5222, 60.0 s

        phase                          count    failures         p50         p90         p99         max
        connect                        2,000           0     50.2 µs     90.1 µs     99.3 µs      100 µs
        login                          2,000           0     5.00 ms     9.00 ms     9.90 ms     10.0 ms
        due                            2,040          40     5.61 ms     10.1 ms not reached     11.0 ms
        lag                            2,000           0      500 µs      900 µs      990 µs     1.00 ms

        login by stage                 count    failures         p50         p90         p99         max
        1-ramp                         1,000           0     5.00 ms     9.00 ms     9.90 ms     10.0 ms
        2-burst                        1,000           0     5.00 ms     9.00 ms     9.90 ms     10.0 ms

        due by stage                   count    failures         p50         p90         p99         max
        1-ramp                         1,020          20     5.61 ms     10.1 ms not reached     11.0 ms
        2-burst                        1,020          20     5.61 ms     10.1 ms not reached     11.0 ms

        failures
                   2  sasl: not-authorized, in sasl
                      u7 logged in before in this run: known-good

        generator saturated in 1 of 60 seconds
        99 % of logins began within 990 µs of when they were due
        processor time per login: client 620 µs

        closed stage: 2-burst
        the latency of a closed stage is coordinated with the server: a slow one is asked less often

        the server's process cannot be read: no permission

        ✓ pass  login p99 < 800ms (9.90 ms)
        ✗ FAIL  failures < 0.1% (1.96 %)

        """

    @Test("one stage has no table of stages, open stages no word of coordination, no failures no list")
    func short() {
        let text = summary(totals(stages: ["1-hold"], failures: 0))
        for absent in ["by stage", "coordinated", "failures\n"] { #expect(!text.contains(absent), "\(absent)") }
    }

    @Test("it fits in 100 columns whatever the names")
    func width() {
        let long = String(repeating: "long", count: 16)
        let text = summary(totals(stages: [long, long + "burst"], failures: 30), name: long + long)
        for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        #expect(text.contains("and 20 more kinds, in failures.csv"))
    }

    @Test("colour adds nothing but colour")
    func color() {
        let colored = summary(totals(), color: true)
        #expect(colored.contains("\u{1B}[31m✗ FAIL"))
        #expect(colored.replacing(/\u{1B}\[[0-9]+m/, with: "") == Self.page)
        #expect(!Self.page.contains("\u{1B}"))
    }
}
