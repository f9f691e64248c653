import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("a night, as its user sees it in the morning")
struct SoakTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func scenario(
        _ target: String = "embedded", rate: Int = 50, seconds: Int = 4, thresholds: [String] = []
    ) throws -> String {
        try folder.write(
            """
            name: night
            seed: 3
            target: \(target)
            accounts: {count: 500, password: "${MUSTER_PASSWORD}"}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: \(rate)/s, for: \(seconds)s, name: steady}}]
            thresholds: [\(thresholds.joined(separator: ", "))]
            """, to: "scenario.yml")
    }

    private func run(_ scenario: String, _ arguments: String...) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(
            ["run", scenario, "--results", folder.path("results"), "--quiet"] + arguments,
            environment: ["MUSTER_PASSWORD": "pw"])
    }

    private func result() throws -> StoredResult { try ResultReader.read(folder.path("results/latest")) }

    private func junit() -> String { folder.text(of: "results/latest/junit.xml") }

    @Test("a server that leaks 1 MiB per 1,000 logins is found, and its rate is right within 10 %")
    func leak() async throws {
        // A leak takes some seconds to stand out from what a process grows by when it warms up.
        let (rate, bytesPerLogin) = (400, 1049)
        let outcome = try await run(
            scenario(
                "{address: embedded, tls: none, embedded: {leak: \(bytesPerLogin)B}}", rate: rate, seconds: 40,
                thresholds: ["server memory drift < 10MiB/h", "failures < 1%"]))
        #expect(outcome.status == .exited(1), "\(outcome.errorOutput)")
        let run = try #require(try result().run)
        let memory = try #require(run.drift?.first { $0.measure == "server memory" })
        #expect(memory.verdict == "grows")
        let truth = Double(rate * bytesPerLogin * 3600)
        #expect(abs(try #require(memory.ratePerHour) / truth - 1) < 0.1, "\(memory.text) of \(truth / 1_048_576) MiB")
        #expect(run.verdict?.thresholds.first?.passed == false)
        #expect(junit().contains("name=\"server memory drift &lt; 10MiB/h\"><failure message=\""))
    }

    @Test("a short run is too short to judge: its drift thresholds are open, and fail nothing")
    func short() async throws {
        let outcome = try await run(scenario(thresholds: ["failures drift < 1%/h", "failures < 1%"]))
        #expect(outcome.status == .exited(0))
        #expect(outcome.output.hasPrefix("passed muster: 1 of 2 thresholds held, 1 open; 200 logins"))
        #expect(try result().run?.verdict?.thresholds.map(\.passed) == [nil, true])
        #expect(junit().contains("skipped=\"1\""))
    }

    @Test("a window that does not hold ends the run early where abort says so: state cut, exit 1, the rule named")
    func abort() async throws {
        let server = try await ServeProcess(["--tls", "none", "--fail", "0.5"])
        let outcome = try await run(
            scenario(
                server.target(), seconds: 200,
                thresholds: ["disconnects < 1%", "{that: failures < 10% over 2s in steady, abort: true}"]))
        #expect(outcome.status == .exited(1))
        #expect(
            outcome.output.hasPrefix(
                "did not pass muster: ended early by failures < 10% over 2s in steady ("), "\(outcome.output)")
        let result = try result()
        #expect(result.run?.state == .cut)
        #expect((result.run?.durationSeconds ?? 200) < 60)
        #expect(result.run?.verdict?.thresholds.map(\.passed) == [true, false])
        try await server.stop()
    }

    @Test("what the server keeps after the last session is looked at, and judged")
    func residue() async throws {
        let outcome = try await run(
            scenario(
                "{address: embedded, tls: none, embedded: {leak: 64KiB}}",
                thresholds: ["residue memory < 4MiB", "residue descriptors < 3", "residue sessions < 1"]))
        #expect(outcome.status == .exited(1))
        let residue = try #require(try result().run?.residue)
        let grown = Int(residue.after.memoryBytes ?? 0) - Int(residue.before.memoryBytes ?? 0)
        #expect(grown > 200 * 65_536)
        #expect(residue.after.descriptors == residue.before.descriptors)
        #expect(try result().run?.verdict?.thresholds.map(\.passed) == [false, true, true, true])
    }

    @Test("a session that the server still has after the last one has left is its residue")
    func residueSessions() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let run = try LiveRun(
            """
            name: night
            interval: 1s
            target: \(server.target())
            login: {mechanism: PLAIN}
            accounts: {count: 500, password: "${MUSTER_PASSWORD}"}
            load: [{hold: {rate: 50/s, for: 4s}}]
            thresholds: [residue sessions < 1]
            """)
        try await run.await("logins flowed") { !$0.intervals(of: "login").isEmpty }
        let lasting = try LoopbackConnection(port: server.port)
        #expect(try await run.process.waitUntilExit() == .exited(1))
        #expect(run.process.output.hasPrefix("did not pass muster: residue sessions < 1 (1); 200 logins"))
        #expect(try run.result().run?.residue?.before.sessions == 0)
        withExtendedLifetime(lasting) {}
        try await server.stop()
    }

    @Test("the first night has no baseline, the second is held against it, a slower server fails it by name")
    func baseline() async throws {
        let quick = try await ServeProcess(["--tls", "none"])
        let slow = try await ServeProcess(["--tls", "none", "--delay", "sasl=60ms"])
        let first = try await run(scenario(quick.target(), rate: 30, seconds: 22), "--baseline", "latest-passed")
        #expect(first.status == .exited(0), "\(first.errorOutput)")
        let name = try #require(try result().folderName)
        #expect(try result().run?.notes.contains { $0.hasPrefix("there is no baseline yet") } == true)
        let second = try await run(scenario(slow.target(), rate: 30, seconds: 22), "--baseline", "latest-passed")
        #expect(second.status == .exited(1))
        #expect(
            second.output.hasPrefix("did not pass muster: no regression from \(name) (login p50 slower"),
            "\(second.output)")
        #expect(junit().contains("name=\"no regression from \(name)\"><failure message=\"login p50 slower"))
        let other = try await run(
            scenario(quick.target(), rate: 31), "--baseline", folder.path("results/\(name)"))
        #expect(other.status == .exited(2))
        #expect(other.errorOutput.contains("a result of another scenario: load.0"))
        try await quick.stop()
        try await slow.stop()
    }

    @Test("--keep leaves the newest, and says what went")
    func keep() async throws {
        var names: [String] = []
        for _ in 0..<3 {
            _ = try await run(scenario(seconds: 1))
            names.append(try #require(try result().folderName))
        }
        let outcome = try await run(scenario(seconds: 1), "--keep", "2")
        #expect(outcome.status == .exited(0))
        #expect(outcome.errorOutput == "muster: --keep 2: removed \(names[0]), \(names[1])\n")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("results"))
        #expect(Set(left) == [names[2], try #require(try result().folderName), "latest", "history.csv"])
    }
}

extension StoredResult {
    /// Where the link `latest` goes.
    fileprivate var folderName: String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }
}
