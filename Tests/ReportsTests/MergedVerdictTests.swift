import Metrics
import TestSupport
import Testing

@testable import Reports
@testable import ResultFiles

/// Results of one scenario, as several injectors would have left them.
enum MergedRuns {
    static let names = ScopeNames(stages: SampleRun.stages)

    static let rules = [
        Rule(text: "login p99 < 500ms", measure: .latency(.login, .p99), limit: 5e8),
        Rule(text: "failures < 5%", measure: .failures, limit: 0.05),
        Rule(
            text: "login p90 < 2s over 5s in steady", measure: .latency(.login, .p90), limit: 2e9, stage: 1, window: 5),
    ]

    /// Twelve seconds of it.
    ///
    /// - Parameter failures: Every so manieth login fails.
    /// - Parameter slow: So many logins of each second take a second.
    static func part(
        _ seed: UInt64, logins: Int = 30, failures: Int = 0, slow: Int = 0, rules: [Rule] = rules,
        change: (inout SampleRun) -> Void = { $0.finish() }
    ) -> StoredResult {
        var run = SampleRun(seed: seed)
        run.append(intervals: 12, logins: logins, failures: failures, slowConnects: slow)
        change(&run)
        var stored = run.stored
        stored.path = "/Results/part-\(seed)"
        stored.run?.rules = rules.map { $0.stored(names) }
        stored.run?.intervalSeconds = 1
        for (stage, length) in [2.0, 8, 2].enumerated() { stored.run?.stages[stage].lengthSeconds = length }
        for (stage, start) in [0.0, 2, 10].enumerated() { stored.run?.stages[stage].startsAtSeconds = start }
        return stored
    }

    static func verdict(_ parts: [StoredResult]) throws -> RunDescription.Verdict {
        try #require(try ResultMerge(parts).judged.description.verdict)
    }

    static func written(_ parts: [StoredResult], to path: String) throws -> StoredResult {
        try ResultMerge(parts).judged.write(to: path)
        return try ResultReader.read(path)
    }
}

@Suite("the verdict of several injectors' results as one")
struct MergedVerdictTests {
    private func verdict(_ parts: StoredResult...) throws -> RunDescription.Verdict { try MergedRuns.verdict(parts) }

    /// A part that came to this code by itself.
    private func code(_ code: Int) -> (inout SampleRun) -> Void { { $0.finish(code) } }

    @Test("it is that of the sums: a small part that failed does not fail the whole, nor does its code")
    func anew() throws {
        let verdict = try verdict(
            MergedRuns.part(1, logins: 300), MergedRuns.part(2, logins: 3, failures: 2, change: code(1)))
        #expect(verdict.exitCode == 0 && verdict.text == "passed muster: all 3 thresholds held", "\(verdict.text)")
        #expect(verdict.thresholds.map(\.passed) == [true, true, true])
        #expect(verdict.judgedSeconds > 0)
    }

    @Test("it fails where the sums do, whatever the codes of the parts say")
    func failed() throws {
        let verdict = try verdict(MergedRuns.part(1, slow: 3), MergedRuns.part(2, failures: 3))
        #expect(verdict.exitCode == 1)
        #expect(verdict.thresholds.map(\.passed) == [false, false, true])
        #expect(verdict.thresholds[2].figure.contains(" at 0:"), "\(verdict.thresholds[2].figure)")
        #expect(verdict.thresholds[1].value == 0.16666666666666666)
    }

    @Test("a window is judged over the merged intervals")
    func window() throws {
        let slow = Rule(
            text: "login p90 < 500ms over 5s", measure: .latency(.login, .p90), limit: 5e8, window: 5)
        let (quick, part) = (
            MergedRuns.part(1, logins: 60, rules: [slow]), MergedRuns.part(2, slow: 6, rules: [slow])
        )
        #expect(try verdict(quick, part).exitCode == 0, "6 of 90")
        #expect(try verdict(part, MergedRuns.part(3, slow: 6, rules: [slow])).exitCode == 1, "12 of 60")
    }

    /// All that this part recorded, marked.
    private func marked(_ slow: Int) -> StoredResult {
        var part = MergedRuns.part(2, slow: slow, change: code(4))
        part.marked = part.log
        return part
    }

    @Test("with the marked part and without it: what is decided both ways is decided, else it is not judged")
    func marked() throws {
        let doubtful = try verdict(MergedRuns.part(1), marked(3))
        #expect(doubtful.exitCode == 4 && doubtful.thresholds.map(\.outcome) == ["not judged", "passed", "passed"])
        #expect(
            doubtful.text.hasPrefix("not judged: login p99 < 500ms is 1.0")
                && doubtful.text.contains(" with the second in which the load generator was the bottleneck, "),
            "\(doubtful.text)")
        #expect(doubtful.thresholds[0].unmarkedValue != nil && doubtful.judgedMarkedSeconds == 1)
        #expect(try verdict(MergedRuns.part(1), marked(0)).exitCode == 0)
        #expect(try verdict(MergedRuns.part(1, slow: 3), marked(3)).exitCode == 1)
    }

    @Test("logins that failed at one of the load generators never lead to a pass")
    func localFailures() throws {
        var part = MergedRuns.part(2, failures: 50, change: code(4))
        for row in part.failures.indices { part.failures[row].kind = "local" }
        let verdict = try verdict(MergedRuns.part(1), part)
        #expect(verdict.exitCode == 4 && verdict.text.contains("failed at the load generator itself"))
    }

    @Test("a part that did not run to its end is named, and the whole never passes; what fails without it stays failed")
    func unfinished() throws {
        let killed = MergedRuns.part(2) { $0.kill() }
        let open = try verdict(MergedRuns.part(1), killed)
        #expect(open.exitCode == 4 && open.text == "not judged: part-2 was killed at 0:12")
        #expect(open.thresholds.map(\.passed) == [true, true, true])
        let failed = try verdict(MergedRuns.part(1, failures: 3), killed)
        #expect(failed.exitCode == 1 && failed.text.hasSuffix("; part-2 was killed at 0:12"), "\(failed.text)")
    }

    @Test("a part that a threshold cut did not pass, nor does the whole")
    func cut() throws {
        var rule = MergedRuns.rules[1]
        rule.aborts = true
        let whole = MergedRuns.part(1, logins: 600, rules: [rule])
        var part = MergedRuns.part(2, logins: 3, failures: 2, rules: [rule])
        part.run?.state = .cut
        part.run?.verdict?.exitCode = 1
        part.run?.verdict?.thresholds = [.init(text: rule.text, figure: "50 %", passed: false)]
        let byRule = try verdict(whole, part)
        #expect(byRule.exitCode == 1 && byRule.thresholds[0].passed == false)
        part.run?.verdict?.thresholds[0].passed = true
        part.run?.verdict?.text = "did not pass muster: the outage failed: no such command"
        let byOutage = try verdict(whole, part)
        #expect(byOutage.exitCode == 1 && !byOutage.passed)
        let words = "did not pass muster: part-2 was cut at 0:12: did not pass"
        #expect(byOutage.text.hasPrefix(words), "\(byOutage.text)")
    }

    @Test("a step that no part took is judged as what it is: nothing")
    func stepThatNobodyTook() throws {
        let names = ScopeNames(stages: SampleRun.stages, steps: ["vcard"])
        let rule = Rule(text: "vcard p99 < 1s", measure: .latency(.own(0), .p99), limit: 1e9)
        let parts = [UInt64(1), 2].map { seed in
            var part = MergedRuns.part(seed)
            part.run?.rules = [rule.stored(names)]
            return part
        }
        let verdict = try MergedRuns.verdict(parts)
        #expect(verdict.exitCode == 1 && verdict.thresholds.map(\.figure) == ["no vcard was measured"])
    }

    @Test("results that do not say by what they are judged, or by what this version does not know, never pass")
    func unknownRules() throws {
        let parts = { (change: (inout StoredResult) -> Void) in
            [UInt64(1), 2].map { seed in
                var part = MergedRuns.part(seed)
                change(&part)
                return part
            }
        }
        let silent = try MergedRuns.verdict(parts { $0.run?.rules = nil })
        #expect(silent.exitCode == 4 && silent.text.contains("part-1 does not say by what it is judged"))
        let later = try MergedRuns.verdict(parts { $0.run?.rules?[0].measure = "login p97" })
        #expect(later.exitCode == 4 && later.text == "not judged: login p99 < 500ms is not known")
        var other = MergedRuns.part(2)
        other.run?.stages.removeLast()
        #expect(throws: ResultMerge.Refusal.self) { try MergedRuns.verdict([MergedRuns.part(1), other]) }
    }

    @Test("what a part found worse than another run is kept, by its name")
    func baseline() throws {
        var part = MergedRuns.part(2)
        part.run?.verdict?.thresholds.append(
            .init(text: "no regression from last-night", figure: "login p50 slower by 2 ms", passed: false))
        let verdict = try verdict(MergedRuns.part(1), part)
        #expect(verdict.exitCode == 1)
        #expect(verdict.thresholds.last?.figure == "login p50 slower by 2 ms (part-2)")
    }

    @Test("what drifts is judged over the sum of the parts, with the server's process as one of them saw it")
    func drift() throws {
        let rule = Rule(
            text: "server memory drift < 100KiB/h", measure: .drift(.serverMemory), limit: 102_400, stage: 1)
        let parts = [UInt64(1), 2].map { seed in
            var run = SampleRun(seed: seed)
            run.append(intervals: 60, seconds: 60, logins: 2, failures: 0)
            run.finish()
            var part = run.stored
            part.path = "/Results/part-\(seed)"
            part.run?.rules = [rule.stored(MergedRuns.names)]
            part.run?.server.pid = 4711
            return part
        }
        let whole = try ResultMerge(parts).judged.description
        #expect(
            whole.drift?.contains { $0.measure == "server memory" && $0.verdict == "grows" } == true,
            "\(String(describing: whole.drift?.map { "\($0.measure) \($0.verdict)" }))")
        #expect(whole.verdict?.thresholds[0].passed == false, "\(String(describing: whole.verdict))")
    }
}
