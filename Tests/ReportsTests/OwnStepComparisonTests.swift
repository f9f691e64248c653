import Metrics
import ResultFiles
import TestSupport
import Testing

@testable import Reports

@Suite("results with steps of a scenario's own")
struct OwnStepComparisonTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A night of 24 intervals in which the step took so long, written and read.
    private func night(_ name: String, steps: [String], milliseconds: UInt64) throws -> StoredResult {
        let names = ScopeNames(stages: ["hold"], steps: steps)
        let started = WallTime(secondsSince1970: 1_800_000_000)
        let result = try ResultFolder.create(in: folder.path, name: name, startedAt: started)
        var description = RunDescription(
            name: name, startedAt: started, scenario: "", scenarioHash: "", seed: 1, planHash: "", target: "",
            stages: [.init(name: "hold")])
        description.state = .finished
        try result.begin(description, names: names)
        for second in 1...24 as ClosedRange<UInt64> {
            var phases = PhaseTable(names: names)
            for login in 0..<40 as Range<UInt64> {
                phases[Scope(stage: 0), .own(steps.count - 1)].complete(after: (milliseconds * 100 + login) * 10_000)
                phases[Scope(stage: 0), .login].complete(after: (5000 + login) * 10_000)
            }
            try result.append(
                IntervalRecord(
                    end: second * 1_000_000_000, phases: phases, failures: FailureTable(), system: SystemSample()))
        }
        try result.finish(description)
        return try ResultReader.read(result.path)
    }

    @Test("that became slower are regressions by their names, wherever they stand among the others")
    func regression() throws {
        let before = try night("before", steps: ["vcard"], milliseconds: 2)
        let after = try night("after", steps: ["disco", "vcard"], milliseconds: 4)
        let compared = ComparedRuns(before, after, tolerance: 0.05, seed: 1)
        #expect(compared.sentence.hasPrefix("regression: vcard p50 slower, vcard p90 slower, vcard p99 slower"))
        #expect(compared.text(isColored: false).contains("\n  vcard p50 "))
        #expect(ComparedRuns(before, before, tolerance: 0.05, seed: 1).sentence.hasPrefix("no regression"))
    }

    @Test("have rows under their names in every file")
    func rows() throws {
        let result = try night("rows", steps: ["vcard"], milliseconds: 2)
        #expect(result.summary.map(\.phase) == ["vcard", "login", "vcard", "login"])
        #expect(Set(result.histogram.map(\.phase)) == ["vcard", "login"])
        #expect(result.intervals.prefix(2).map(\.phase) == ["vcard", "login"])
        #expect(result.log.prefix(2).map(\.phase) == ["vcard", "login"])
    }
}
