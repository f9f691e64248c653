import Metrics
import ResultFiles
import TestSupport
import Testing

@testable import Reports

@Suite("the verdict of a run that was killed")
struct KilledRunTests {
    private let names = ScopeNames(stages: ["night"])

    /// A minute's 200 logins of 20 ms, and one more that failed; the server keeps 1 MiB of each.
    private func interval(_ minute: Int) -> IntervalRecord {
        var phases = PhaseTable(names: names)
        let scope = Scope(stage: 0)
        phases[scope, .due].started = 201
        for _ in 0..<200 {
            phases[scope, .login].complete(after: 20_000_000)
            phases[scope, .due].complete(after: 20_000_000)
        }
        phases[scope, .due].failed = 1
        phases[scope, .due].recordUnreached()
        var system = SystemSample()
        system.server = SystemSample.ServerSample(pid: 1)
        system.server?.residentBytes = UInt64(100 + minute) << 20
        return IntervalRecord(
            end: UInt64(minute) * 60_000_000_000, phases: phases, failures: FailureTable(), system: system)
    }

    private let rules = [
        Rule(text: "login p99 < 1s", measure: .latency(.login, .p99), limit: 1_000_000_000),
        Rule(text: "login p50 < 10ms over 5m", measure: .latency(.login, .p50), limit: 10_000_000, window: 300),
        Rule(text: "failures < 1%", measure: .failures, limit: 0.01),
        Rule(
            text: "server memory drift < 10MiB/h", measure: .drift(.serverMemory), limit: 10_485_760,
            stage: 0),
        Rule(text: "residue memory < 1MiB", measure: .residue(.memory), limit: 1_048_576),
    ]

    /// As its process left it.
    private func killed(in directory: String, rules: [Rule], minutes: Int = 60) throws -> StoredResult {
        let start = WallTime(secondsSince1970: 0)
        var description = RunDescription(
            name: "night", startedAt: start, scenario: "", scenarioHash: "", seed: 1, planHash: "", target: "",
            stages: [.init(name: "night", load: "hold 10/s for 3600s")])
        description.rules = rules.map { $0.stored(names) }
        description.intervalSeconds = 60
        let path = try leave(description, in: directory, at: start, minutes: minutes)
        // As `muster report` does it: the tables are those of the last minute.
        _ = try ResultRepair.repair(path)
        return try ResultReader.read(path)
    }

    /// The folder is closed when this returns.
    private func leave(
        _ description: RunDescription, in directory: String, at start: WallTime, minutes: Int
    ) throws -> String {
        let folder = try ResultFolder.create(in: directory, name: "night", startedAt: start)
        try folder.begin(description, names: names)
        for minute in 0..<minutes { try folder.append(interval(minute + 1)) }
        return folder.path
    }

    @Test("its rules are judged by its files, each as far as they bear it, and it is said that it was cut")
    func judged() throws {
        let results = try TemporaryDirectory()
        let page = ReportPage(try killed(in: results.path, rules: rules))
        #expect(
            page.ending.verdict?.thresholds.map(\.outcome) == ["passed", "failed", "passed", "failed", "open"])
        #expect(
            page.sentence
                == "cut at 1:00:00; until then: login p50 < 10ms over 5m (20.0 ms at 5:00), and 1 more; 12,000 logins")
        #expect(page.html.contains("The run was ended from outside before it could judge itself"))
        #expect(page.html.contains("login p99 &lt; 1s: 20.0 ms"))
    }

    @Test("what drifted until then is shown")
    func drift() throws {
        let results = try TemporaryDirectory()
        let page = ReportPage(try killed(in: results.path, rules: rules))
        #expect(page.html.contains("The server's memory grows by 60 MiB an hour"))
    }

    @Test("one whose files do not say by what it is judged is not")
    func withoutRules() throws {
        let results = try TemporaryDirectory()
        #expect(ReportPage(try killed(in: results.path, rules: [], minutes: 2)).sentence == "cut at 2:00; 400 logins")
    }

    @Test("every rule comes back from run.json as it was")
    func stored() {
        var all = rules
        all[3].mustBeShown = true
        all[2].isDefault = true
        all[0].aborts = true
        all += [
            Rule(text: "disconnects < 1%", measure: .disconnects, limit: 0.01),
            Rule(text: "drift p99 < 5%/h", measure: .drift(.p99), limit: 0.05),
            Rule(text: "sasl.1 max < 1s", measure: .latency(.sasl(round: 1) ?? .sasl, .max), limit: 1e9),
        ]
        #expect(all.compactMap { Rule($0.stored(names), names) } == all)
    }
}
