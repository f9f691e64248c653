import Foundation
import ResultFiles
import TestSupport
import Testing

/// What the user of muster sees of a machine that gives too little, or gives out.
@Suite("A generator at its own limits", .serialized)
struct OwnLimitTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func run(_ scenario: String, descriptors: Int) async throws -> ChildProcess.Outcome {
        let path = try folder.write(scenario, to: "scenario.yml")
        let limited = "ulimit -n \(descriptors); exec \"$0\" run \"$1\" --results \"$2\" --quiet"
        return try await ChildProcess.run(
            "/bin/sh", ["-c", limited, try MusterBinary.path(), path, folder.path("results")],
            within: .seconds(60))
    }

    @Test("too few descriptors to begin are said, and nothing is begun", arguments: [8, 12, 14, 16, 20])
    func tooFew(_ limit: Int) async throws {
        let outcome = try await run(
            LiveRun.scenario("{address: \"127.0.0.1:9\", tls: none}", "{burst: {logins: 5}}"), descriptors: limit)
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.contains("a descriptor limit of \(limit) is too low"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("results")))
    }

    private func run(_ scenario: String, kilobytes: Int) async throws -> ChildProcess.Outcome {
        let path = try folder.write(scenario, to: "scenario.yml")
        let limited = "ulimit -v \(kilobytes); exec \"$0\" run \"$1\" --results \"$2\" --quiet"
        return try await ChildProcess.run(
            "/bin/sh", ["-c", limited, try MusterBinary.path(), path, folder.path("results")], within: .seconds(90))
    }

    @Test("too little memory to begin is said, and nothing is begun; what gives out later is local, and the run ends")
    func memory() async throws {
        let server = try await ServeProcess(["--mechanism", "PLAIN"])
        let scenario = LiveRun.scenario(
            server.target("verify: none"), "{hold: {rate: 250/s, for: 14s}}",
            more: "session: {stay: until-end}\nthresholds: [failures < 100%]")
        let refused = try await run(scenario, kilobytes: 200_000)
        #expect(refused.status == .exited(3))
        #expect(!FileManager.default.fileExists(atPath: folder.path("results")))
        let words = try #require(refused.errorOutput.firstMatch(of: /of 195 MiB .* too low: .* (\d+) MiB are needed/))
        let needed = try #require(Int(words.output.1))

        let outcome = try await run(scenario, kilobytes: (needed + 2) * 1024)
        #expect([.exited(0), .exited(4)].contains(outcome.status), "\(outcome.status) \(outcome.errorOutput)")
        let failures = try ResultReader.read(folder.path("results/latest")).failures
        #expect(failures.map(\.kind) == ["local"] && failures.map(\.condition) == ["out of memory"])
        try await server.stop()
    }

    @Test("an embedded server that cannot be started for want of descriptors is said to want them")
    func tooFewForAChild() async throws {
        let outcome = try await run(LiveRun.scenario("embedded", "{burst: {logins: 5}}"), descriptors: 128)
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.contains("a descriptor limit of 128 is too low"))
    }

    @Test("a herd that is over within the second and found no descriptors is marked, and never passes")
    func herd() async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "PLAIN"])
        let load = "{burst: {logins: 200}}"
        let outcome = try await run(
            LiveRun.scenario(server.target(), load, more: "session: {stay: 300ms}\nthresholds: [login p99 < 30s]"),
            descriptors: 60)
        #expect(outcome.status == .exited(4), "\(outcome.output)")
        #expect(outcome.errorOutput.contains("allows "))
        let result = try ResultReader.read(folder.path("results/latest"))
        #expect(result.failures.map(\.condition) == ["out of descriptors"])
        #expect(result.failures.map(\.kind) == ["local"])
        #expect(result.run?.saturation.markedSeconds ?? 0 > 0)
        try await server.stop()
    }

    @Test(
        "one that was stopped is marked for as long as it was, in open stages and closed ones",
        arguments: ["{hold: {rate: 50/s, for: 8s}}", "{crowd: {sessions: 3, for: 8s}}"])
    func stopped(_ load: String) async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "PLAIN", "--delay", "sasl=20ms"])
        let run = try LiveRun(LiveRun.scenario(server.target(), load))
        try await run.await("logins flowed") { $0.intervals(of: "login").contains { $0.completed > 20 } }
        try await run.process.freeze()
        let threeLater = ContinuousClock.now + .seconds(3)
        try await awaitCondition("three seconds had passed") { ContinuousClock.now >= threeLater }
        run.process.signal(SIGCONT)
        _ = try await run.process.waitUntilExit(within: .seconds(60))
        let saturation = try #require(try run.result().run?.saturation)
        #expect(saturation.markedSeconds >= 3)
        #expect(saturation.spans.contains { $0.reason.hasPrefix("the generator stood still for 3") })
        #expect(saturation.delays?.generator ?? 0 > 2.9)
        try await server.stop()
    }

    @Test("two signals end a run that has only just begun, whatever it was about to do", arguments: [false, true])
    func twice(_ isExperiment: Bool) async throws {
        let variants = "compare: {baseline: a, variants: {a: {login.mechanism: PLAIN}, b: {login.mechanism: PLAIN}}}"
        let run = try LiveRun(
            LiveRun.scenario("embedded", "{hold: {rate: 5/s, for: 600s}}", more: isExperiment ? variants : ""))
        try await run.await("the folder was there") { $0.run != nil }
        run.process.signal(SIGTERM)
        run.process.signal(SIGTERM)
        let status = try await run.process.waitUntilExit()
        #expect([.exited(130), .signalled(SIGTERM)].contains(status))
    }
}
