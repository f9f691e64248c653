import Foundation
import ResultFiles
import ResultSupport
import TestSupport
import Testing

@Suite("muster report and muster merge, as their user sees them")
struct ReportCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private static let scenario = """
        name: rush
        target: embedded
        accounts: {count: 40}
        login: {mechanism: PLAIN}
        interval: 1s
        load: [{hold: {rate: 30/s, for: 4s, name: steady}}]
        """

    private func run(_ name: String, _ arguments: String..., scenario: String = scenario) async throws -> String {
        let path = try folder.write(scenario, to: "\(name).yml")
        let results = folder.path(name)
        let outcome = try await MusterBinary.run(["run", path, "--results", results, "--quiet"] + arguments)
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        return URL(filePath: results + "/latest").resolvingSymlinksInPath().path
    }

    private func page(_ result: String) throws -> String {
        try String(contentsOfFile: result + "/report.html", encoding: .utf8)
    }

    @Test("a run leaves its page, and report draws the same one again in one line")
    func again() async throws {
        let result = try await run("first")
        let drawn = try page(result)
        #expect(drawn.contains("✓ Passed muster"))
        try FileManager.default.removeItem(atPath: result + "/report.html")
        let outcome = try await MusterBinary.run(["report", result])
        #expect(outcome.status == .exited(0))
        #expect(outcome.output == "passed muster: failures < 1% (default) (0 %); 120 logins (\(result)/report.html)\n")
        #expect(try page(result) == drawn)
    }

    @Test("a run that goes on is drawn as one, and told as cut at its second once it was killed")
    func killed() async throws {
        let run = try LiveRun(Self.scenario.replacing("for: 4s", with: "for: 60s"))
        try await run.await("two intervals ended") { $0.system.count >= 2 }
        let result = try run.result().path
        let going = try await MusterBinary.run(["report", result])
        #expect(going.output.hasPrefix("running, 0:0"), "\(going.output)\(going.errorOutput)")
        try await run.process.kill()
        let before = try ResultReader.read(result)
        let cut = try await MusterBinary.run(["report", result])
        let seconds = Int(before.end.rounded(.down))
        #expect(cut.output.hasPrefix("cut at 0:0\(seconds); "), "\(cut.output)")
        #expect(try page(result).contains("Cut at 0:0\(seconds)"))
        let after = try ResultReader.read(result)
        #expect(after.summary.first { $0.phase == "login" && $0.stage == "all" }?.count == after.completed)
        #expect(ResultSums(after).disagreements == [])
        #expect(after.system == before.system)
    }

    @Test("before the first interval there is a page already")
    func early() async throws {
        let run = try LiveRun(Self.scenario.replacing("interval: 1s", with: "interval: 30s"))
        try await run.await("the page was there") {
            FileManager.default.fileExists(atPath: $0.path + "/report.html")
        }
        #expect(try page(try run.result().path).contains("No interval has ended yet."))
        try await run.process.kill()
    }

    @Test("a folder without a result is refused by name")
    func nothing() async throws {
        let outcome = try await MusterBinary.run(["report", folder.path])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput == "muster: \(folder.path): no result is in this folder\n")
    }

    @Test("two injectors' results of one time become one: sums, a page, and a comparison like any other")
    func merge() async throws {
        async let one = run("first", "--set", "seed=1")
        async let other = run("second", "--set", "seed=2")
        let (first, second) = try await (one, other)
        let output = folder.path("merged/both")
        let outcome = try await MusterBinary.run(["merge", first, second, "--output", output])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let words = "merged 2 results: passed muster: failures < 1% (default) (0 %); 240 logins ("
        #expect(outcome.output.hasPrefix(words), "\(outcome.output)")
        let merged = try ResultReader.read(output)
        #expect(merged.completed == 240)
        #expect(try [first, second, output].flatMap { ResultSums(try ResultReader.read($0)).disagreements } == [])
        #expect(Set(merged.system.map(\.injector)).count == 2)
        #expect(try page(output).contains("Injectors"))
        let compared = try await MusterBinary.run(["compare", output, first, "--quiet"])
        #expect(compared.status == .exited(0), "\(compared.errorOutput)")
        let again = try await MusterBinary.run(["merge", first, second, "--output", output])
        #expect(again.status == .exited(3))
        #expect(again.errorOutput.contains("File exists"))
    }

    @Test("the same result twice and another scenario are refused")
    func mismatched() async throws {
        let first = try await run("first", "--set", "seed=1")
        let twice = try await MusterBinary.run(["merge", first, first, "--output", folder.path("twice")])
        #expect(twice.status == .exited(2))
        #expect(twice.errorOutput.contains("the same result is given twice"))
        let other = try await run("other", scenario: Self.scenario + "\nsession: {stay: 1s}")
        let refused = try await MusterBinary.run(["merge", first, other, "--output", folder.path("no")])
        #expect(refused.status == .exited(2))
        #expect(refused.errorOutput.contains("different scenarios: session.stay: 0s and 1s"), "\(refused.errorOutput)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("no")))
    }

    @Test("compare writes its page beside the second result, and never over another one")
    func compare() async throws {
        let result = try await run("first")
        for name in ["compare.html", "compare-2.html"] {
            let outcome = try await MusterBinary.run(["compare", result, result, "--quiet"])
            #expect(outcome.output.hasSuffix("(\(result)/\(name))\n"), "\(outcome.output)\(outcome.errorOutput)")
        }
        let taken = try await MusterBinary.run(["compare", result, result, "--output", result + "/compare.html"])
        #expect(taken.status == .exited(2))
        #expect(taken.errorOutput.contains("File exists"))
    }
}

extension StoredResult {
    /// Logins of all intervals.
    fileprivate var completed: UInt64 { intervals.filter { $0.phase == "login" }.reduce(0) { $0 + $1.completed } }
}
