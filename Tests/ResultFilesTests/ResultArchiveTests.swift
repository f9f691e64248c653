import Foundation
import TestSupport
import Testing

@testable import ResultFiles

@Suite("result archive")
struct ResultArchiveTests {
    private let results: TemporaryDirectory

    init() throws { results = try TemporaryDirectory() }

    /// A run that ended, so many hours later than the first.
    private func run(_ hour: Int, name: String = "rush", hash: String = "ab12", passed: Bool = true) throws -> String {
        var description = Samples.description()
        (description.name, description.scenarioHash, description.state) = (name, hash, .finished)
        description.verdict = RunDescription.Verdict(
            exitCode: passed ? 0 : 1, passed: passed, text: "", judgedSeconds: 0, judgedMarkedSeconds: 0,
            thresholds: [])
        let start = WallTime(secondsSince1970: Samples.start.secondsSince1970 + hour * 3600)
        let folder = try ResultFolder.create(in: results.path, name: name, startedAt: start)
        try folder.begin(description, names: Samples.names)
        try folder.finish(description)
        return URL(fileURLWithPath: folder.path).lastPathComponent
    }

    private var archive: ResultArchive { ResultArchive(of: "rush", in: results.path) }

    private var folders: Set<String> {
        get throws { Set(try FileManager.default.contentsOfDirectory(atPath: results.path)) }
    }

    @Test("the newest passed run of the same scenario is found, the others are not")
    func latestPassed() throws {
        _ = try run(1)
        let passed = try run(2)
        _ = try run(3, passed: false)
        _ = try run(4, hash: "other")
        _ = try run(5, name: "rush-hour")
        #expect(archive.latestPassed(scenarioHash: "ab12")?.name == passed)
        #expect(archive.latestPassed(scenarioHash: "none") == nil)
    }

    @Test("the tenth run of a second is newer than its second")
    func numbers() throws {
        let names = try (1...11).map { _ in try run(1) }
        #expect(archive.entries.map(\.name) == names.reversed())
    }

    @Test("all but the newest are removed; what Muster did not write, and other names, stay")
    func prune() throws {
        let runs = try (1...4).map { try run($0) }
        let other = try run(0, name: "rush-hour")
        try results.makeDirectory("rush-20200101T000000Z")
        try results.write("{}", to: "rush-20200101T000000Z/run.json")
        let kept = try run(0)
        try results.write("mine", to: "\(kept)/notes.txt")
        #expect(archive.prune(keeping: 2) == [runs[0], runs[1]])
        #expect(try folders == [runs[2], runs[3], other, "rush-20200101T000000Z", kept, "latest"])
    }

    @Test("the last run that passed stays, whatever came after it")
    func lastGood() throws {
        let older = try run(1)
        let good = try run(2)
        let bad = try (3...6).map { try run($0, passed: false) }
        #expect(archive.prune(keeping: 2) == [older, bad[0], bad[1]])
        #expect(archive.latestPassed(scenarioHash: "ab12")?.name == good)
    }

    @Test("a night is a row of history.csv, behind one header")
    func history() throws {
        let folder = try Samples.folder(in: results.path, intervals: 4)
        var description = Samples.description()
        description.verdict = RunDescription.Verdict(
            exitCode: 0, passed: true, text: "", judgedSeconds: 0, judgedMarkedSeconds: 0, thresholds: [])
        for name in ["rush-1", "rush-2"] {
            try ResultHistory.append(description, folder.totals, result: name, in: results.path)
        }
        let lines = results.text(of: "history.csv").split(separator: "\n")
        #expect(
            lines.first?.hasPrefix("time,name,scenario_hash,result,exit_code,logins_due,logins,failures_percent,")
                == true)
        #expect(
            lines.dropFirst().map { $0.prefix(50) }
                == ["rush-1", "rush-2"].map {
                    "2026-03-01T18:04:05Z,rush,ab12,\($0),0,44,40,9.091,5001.215".prefix(50)
                })
        #expect(Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [16])
        #expect(
            archive.prune(keeping: 1).isEmpty && FileManager.default.fileExists(atPath: results.path("history.csv")))
    }

    @Test("neither the run that latest goes to nor one that goes on is removed, one that was killed is")
    func living() throws {
        let start = WallTime(secondsSince1970: Samples.start.secondsSince1970 - 9000)
        var open: ResultFolder? = try ResultFolder.create(in: results.path, name: "rush", startedAt: start)
        try open?.begin(Samples.description(), names: Samples.names)
        let living = URL(fileURLWithPath: open?.path ?? "").lastPathComponent
        _ = try run(1)
        _ = try run(2)
        let latest = try run(0)
        #expect(archive.prune(keeping: 1).count == 1)
        #expect(try folders.isSuperset(of: [living, latest, "latest"]))
        // A killed run leaves "running" in run.json and no lock.
        open = nil
        #expect(archive.prune(keeping: 1) == [living])
    }
}
