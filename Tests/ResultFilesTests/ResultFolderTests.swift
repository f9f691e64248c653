import Foundation
import Metrics
import TestSupport
import Testing

@testable import ResultFiles

@Suite("A result folder")
struct ResultFolderTests {
    private let parent = TemporaryFolder()
    private let names = ScopeNames(stages: ["one, \"two\""])

    private func make() throws -> ResultFolder {
        try ResultFolder(in: parent.path + "/results", name: "night", stamp: "20261123T000000Z", names: names)
    }

    private func text(_ folder: ResultFolder, _ file: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/\(file)", encoding: .utf8)
    }

    @Test("a name that is taken gets a number, and latest is a relative link to the newest")
    func unique() throws {
        #expect(try make().path.hasSuffix("/night-20261123T000000Z"))
        #expect(try make().path.hasSuffix("/night-20261123T000000Z-2"))
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: parent.path + "/results/latest")
        #expect(link == "night-20261123T000000Z-2")
    }

    @Test("files have their headers before the first login")
    func headers() throws {
        let folder = try make()
        for file in ["summary.csv", "histogram.csv", "intervals.csv", "failures.csv", "system.csv"] {
            #expect(try text(folder, file).split(separator: "\n").count == 1)
        }
    }

    @Test("names and examples are quoted by RFC 4180, times are microseconds, a percentile among failures is inf")
    func rows() throws {
        let folder = try make()
        var phases = PhaseTable(names: names)
        phases[Scope(stage: 0), .due].started = 2
        phases[Scope(stage: 0), .due].complete(after: 1_234_500)
        phases[Scope(stage: 0), .due].recordUnreached()
        var failures = FailureTable()
        failures.record(
            Failure(phase: .sasl, kind: .sasl, condition: "not-authorized", example: "a \"b\", c"),
            scope: Scope(stage: 0),
            at: 1_500_000_000)
        let interval = IntervalRecord(end: 2_500_000_000, phases: phases, failures: failures, system: SystemSample())
        let description = RunDescription(
            name: "night", started: "", scenario: "", scenarioHash: "", planHash: "", seed: 1, target: "")
        try folder.append(interval, description: description)
        #expect(
            try text(folder, "intervals.csv").contains("2.5,run,due,2,1,0,1234.5,inf,inf,1234.5,\"one, \"\"two\"\"\"\n")
        )
        #expect(
            try text(folder, "failures.csv").contains("run,sasl,sasl,not-authorized,1,1.5,1.5,\"a \"\"b\"\", c\",all\n")
        )
        #expect(
            try text(folder, "summary.csv").contains("run,due,2,0,1234.5,1234.5,0,1234.5,inf,inf,inf,inf,1234.5,all\n"))
        #expect(try text(folder, "histogram.csv").contains(",1,0.5,all\n"))
        #expect(try text(folder, "histogram.csv").contains(",1,1,all\n"))
    }

    @Test("a folder that cannot be made is named with the reason")
    func refused() {
        let error = #expect(throws: ResultError.self) {
            try ResultFolder(in: "/proc/results", name: "night", stamp: "x", names: names)
        }
        #expect(error?.description.hasPrefix("cannot create /proc/results: ") == true)
    }
}
