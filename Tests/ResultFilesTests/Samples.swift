import Foundation
import Metrics
import ResultFiles

enum Samples {
    static let names = ScopeNames(stages: ["ramp", "hold"])
    static let start = WallTime(secondsSince1970: 1_772_388_245)

    static func description() -> RunDescription {
        var description = RunDescription(
            name: "rush", startedAt: start, scenario: "name: rush\npassword: \"***\"\n", scenarioHash: "ab12",
            seed: .max, planHash: "cd34", target: "127.0.0.1:5222",
            stages: [.init(name: "ramp"), .init(name: "hold", lengthSeconds: 30, isOpen: false)])
        description.versions.openssl = "3.0.19"
        description.limits.descriptorsHard = 20_000
        description.server = RunDescription.Server(reason: "no permission")
        return description
    }

    /// Ten logins of 1 to 10 ms and one that failed, all due in this stage.
    static func interval(_ second: UInt64, stage: UInt16 = 0) -> IntervalRecord {
        var phases = PhaseTable(names: names)
        let scope = Scope(stage: stage)
        for milliseconds: UInt64 in 1...10 {
            phases[scope, .login].complete(after: milliseconds * 1_000_000)
            phases[scope, .due].complete(after: milliseconds * 1_000_000 + 500)
        }
        phases[scope, .login].started = 11
        phases[scope, .due].started = 12
        phases[scope, .due].failed = 1
        phases[scope, .due].recordUnreached()
        phases[scope, .sasl].failed = 1
        var failures = FailureTable()
        failures.record(
            Failure(phase: .sasl, kind: .sasl, condition: "not-authorized", example: "u7, \"known-good\""),
            scope: scope, at: second * 1_000_000_000 - 1_500_000)
        return IntervalRecord(
            end: second * 1_000_000_000, phases: phases, failures: failures, system: system(),
            marks: second == 2 ? [SaturationMark(second: 2, stage: stage, reason: "lag")] : [],
            marked: second == 2 ? marked(scope) : nil)
    }

    /// Its first three logins and the one that failed.
    private static func marked(_ scope: Scope) -> PhaseTable {
        var phases = PhaseTable(names: names)
        for milliseconds: UInt64 in 1...3 {
            phases[scope, .login].complete(after: milliseconds * 1_000_000)
            phases[scope, .due].complete(after: milliseconds * 1_000_000 + 500)
        }
        phases[scope, .due].started = 4
        phases[scope, .due].failed = 1
        phases[scope, .due].recordUnreached()
        return phases
    }

    static func system() -> SystemSample {
        var system = SystemSample()
        system.online = 5
        system.inFlight = 2
        system.cpu = 12_345
        system.lagP99 = 81.25
        system.server = SystemSample.ServerSample(pid: 4711)
        system.server?.threads = 40
        return system
    }

    /// A folder with this many intervals, the second half of them in the second stage, and its tables up to the last one.
    static func folder(in results: String, intervals: Int) throws -> ResultFolder {
        let folder = try ResultFolder.create(in: results, name: "rush", startedAt: start)
        try folder.begin(description(), names: names)
        for second in 1...max(1, intervals) where second <= intervals {
            try folder.append(interval(UInt64(second), stage: second * 2 > intervals ? 1 : 0))
        }
        if intervals > 0 { try folder.finish(description()) }
        return folder
    }
}
