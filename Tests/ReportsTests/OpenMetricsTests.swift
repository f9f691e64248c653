import Metrics
import TestSupport
import Testing

@testable import Reports

@Suite("metrics for Prometheus")
struct OpenMetricsTests {
    private func totals() -> LiveTotals {
        let names = ScopeNames(variants: ["plain", "plain again"], stages: ["ramp", "hold"])
        var phases = PhaseTable(names: names)
        for milliseconds in 1...100 {
            phases[Scope(stage: UInt16(milliseconds % 2)), .login].complete(after: UInt64(milliseconds) * 1_000_000)
        }
        phases[Scope(stage: 0), .due].complete(after: 90_000_000_000)
        phases[Scope(stage: 0), .due].recordUnreached(3)
        var system = SystemSample()
        system.cpu = 1_500_000
        system.residentBytes = 52_428_800
        system.descriptors = 120
        system.server = SystemSample.ServerSample(pid: 1)
        system.server?.cpu = 250_000
        var totals = RunTotals(names: names)
        totals.merge(
            IntervalRecord(
                end: 1_000_000_000, phases: phases, failures: FailureTable(), system: system,
                marks: [SaturationMark(second: 1, stage: 0, reason: "busy")]))
        return LiveTotals(totals, system: system)
    }

    private func text(_ change: (inout LiveStatus) -> Void = { _ in }) -> String {
        var status = LiveStatus()
        status.stage = "hold"
        (status.started, status.completed, status.failed) = (104, 101, 3)
        status.inPhase = [.init(phase: .tls, logins: 4)]
        status.failures.record(
            Failure(phase: .sasl, kind: .sasl, condition: "not-authorized"), scope: Scope(stage: 0), at: 1)
        change(&status)
        return OpenMetrics(.init(name: "evening", scenarioHash: "ab", version: "1"), status, totals()).text
    }

    @Test("Prometheus' own strict parser takes it, and finds what was recorded")
    func parses() async throws {
        let parsed = try await ChildProcess.succeed("/usr/bin/python3", ["-c", Self.parser], input: text())
        for line in [
            "muster_logins_completed counter muster_logins_completed_total {} 101.0",
            "muster_failures counter muster_failures_total {'phase': 'sasl', 'kind': 'sasl', 'condition': 'not-authorized'} 1.0",
            "muster_logins_in_flight gauge muster_logins_in_flight {'phase': 'tls'} 4.0",
            "muster_phase_seconds histogram muster_phase_seconds_bucket {'variant': 'plain', 'phase': 'login', 'le': '0.05'} 50.0",
            "muster_phase_seconds histogram muster_phase_seconds_bucket {'variant': 'plain', 'phase': 'login', 'le': '+Inf'} 100.0",
            "muster_phase_seconds histogram muster_phase_seconds_sum {'variant': 'plain', 'phase': 'login'} 5.05",
            "muster_process_cpu_seconds counter muster_process_cpu_seconds_total {} 1.5",
            "muster_server_cpu_seconds counter muster_server_cpu_seconds_total {} 0.25",
            "muster_process_resident_memory_bytes gauge muster_process_resident_memory_bytes {} 52428800.0",
            "muster_saturated_seconds counter muster_saturated_seconds_total {} 1.0",
        ] { #expect(parsed.contains(line + "\n"), "\(line)\n\(parsed)") }
    }

    private static let parser = """
        import sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        for family in text_string_to_metric_families(sys.stdin.read()):
            for sample in family.samples:
                print(family.name, family.type, sample.name, sample.labels, round(float(sample.value), 6))
        """

    @Test("logins that were never completed are above every bucket, and not in the sum")
    func unreached() {
        let lines = text().split(separator: "\n")
        let due = lines.filter { $0.contains("phase=\"due\"") }
        #expect(due.contains("muster_phase_seconds_bucket{variant=\"plain\",phase=\"due\",le=\"60.0\"} 0"))
        #expect(due.contains("muster_phase_seconds_bucket{variant=\"plain\",phase=\"due\",le=\"+Inf\"} 4"))
        #expect(due.contains("muster_phase_seconds_count{variant=\"plain\",phase=\"due\"} 4"))
        #expect(due.contains("muster_phase_seconds_sum{variant=\"plain\",phase=\"due\"} 90"))
    }

    @Test("what a server says cannot break a line")
    func escapes() async throws {
        let text = text {
            $0.failures.record(
                Failure(phase: .tls, kind: .tls, condition: "say \"no\" \\ never"), scope: Scope(stage: 0), at: 1)
        }
        #expect(text.contains(#"condition="say \"no\" \\ never"} 1"#))
        try await ChildProcess.succeed("/usr/bin/python3", ["-c", Self.parser], input: text)
    }

    @Test("a step of the scenario's own has its name as a label")
    func ownSteps() {
        let text = text {
            $0.phases = PhaseNames(steps: ["vcard", "disco"])
            $0.inPhase = [.init(phase: .own(1), logins: 2)]
            $0.failures.record(Failure(phase: .own(0), kind: .timeout), scope: Scope(stage: 0), at: 1)
        }
        #expect(text.contains("muster_logins_in_flight{phase=\"disco\"} 2\n"))
        #expect(text.contains("muster_failures_total{phase=\"vcard\",kind=\"timeout\",condition=\"\"} 1\n"))
    }

    @Test("before the first interval it is complete as well")
    func early() async throws {
        let text = OpenMetrics(.init(name: "", scenarioHash: "", version: "1"), LiveStatus(), LiveTotals()).text
        #expect(text.hasSuffix("\n# EOF\n"))
        #expect(!text.contains("muster_phase_seconds"))
        try await ChildProcess.succeed("/usr/bin/python3", ["-c", Self.parser], input: text)
    }
}
