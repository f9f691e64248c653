import Metrics
import ResultFiles
import TestSupport
import Testing

@testable import Reports

@Suite("drift, from intervals")
struct DriftWatchTests {
    private let stages = [
        RunDescription.Stage(name: "filling", load: "ramp 1/s to 10/s for 10s"),
        RunDescription.Stage(name: "night", load: "hold 10/s for 3600s"),
        RunDescription.Stage(name: "herd", load: "burst of 100 logins", isOpen: false),
    ]

    /// A minute whose 200 logins take 20 ms, and of which the server kept 1 MiB.
    private func interval(_ minute: Int, due: [Int]) -> IntervalRecord {
        var phases = PhaseTable(names: ScopeNames(stages: stages.map(\.name)))
        for stage in due {
            let scope = Scope(stage: UInt16(stage))
            phases[scope, .due].started = 200
            for _ in 0..<200 { phases[scope, .login].complete(after: 20_000_000) }
        }
        var system = SystemSample()
        system.server = SystemSample.ServerSample(pid: 1)
        system.server?.residentBytes = UInt64(100 + minute) << 20
        system.server?.cpu = 400_000
        return IntervalRecord(
            end: UInt64(minute) * 60_000_000_000, phases: phases, failures: FailureTable(), system: system)
    }

    private var night: [IntervalRecord] {
        let due: [[Int]] =
            [[0], [0, 1]] + Array(repeating: [1], count: 37) + Array(repeating: [], count: 23) + [[2], []]
        return due.enumerated().map { interval($0.offset + 1, due: $0.element) }
    }

    private func expectNight(_ report: DriftReport) {
        #expect(Set(report.rows.map(\.stage)) == ["night"])
        let memory = report.row(.serverMemory, inStage: "night")
        #expect(memory?.verdict == .grows)
        let mebibytes = (memory?.trend?.rate.value ?? 0) / 1_048_576
        #expect(abs(mebibytes - 60) < 1e-4)
        #expect(report.row(.p50, inStage: "night")?.verdict == .noDriftShown)
        let latency = report.row(.p50, inStage: "night")?.trend?.end ?? 0
        #expect(abs(latency - 20_000) < 20)
        #expect(report.row(.p99, inStage: "night")?.reason == "6 of the 24 windows of 1,000 logins that it takes")
        #expect(report.row(.serverDescriptors, inStage: "night") == nil)
    }

    @Test("intervals belong to the stage whose logins were due in them or were last; a ramp and a burst are not judged")
    func live() {
        var watch = DriftWatch(stages: stages)
        for interval in night { watch.add(interval) }
        expectNight(watch.report(server: RunDescription.Server()))
    }

    @Test("the files of a run say the same")
    func files() throws {
        let results = try TemporaryDirectory()
        let start = WallTime(secondsSince1970: 0)
        let folder = try ResultFolder.create(in: results.path, name: "night", startedAt: start)
        let description = RunDescription(
            name: "night", startedAt: start, scenario: "", scenarioHash: "", seed: 1, planHash: "", target: "",
            stages: stages)
        try folder.begin(description, names: ScopeNames(stages: stages.map(\.name)))
        for interval in night { try folder.append(interval) }
        let watch = DriftWatch(try ResultReader.read(folder.path))
        expectNight(watch.report(server: RunDescription.Server()))
    }
}
