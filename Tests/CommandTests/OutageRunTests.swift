import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("An outage, as the user of muster sees it", .serialized)
struct OutageRunTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func start(_ target: String, _ stages: String) throws -> ChildProcess {
        let path = try folder.write(
            """
            name: storm
            target: \(target)
            accounts: {count: 40, password: pw}
            login: {mechanism: PLAIN}
            load: [{burst: {logins: 40}}, \(stages)]
            session: {stay: until-end, reconnect: {after: 50ms, every: 100ms}}
            """, to: "scenario.yml")
        return try MusterBinary.start(["run", path, "--results", folder.path("results"), "--quiet"])
    }

    private var result: StoredResult { get throws { try ResultReader.read(folder.path("results/latest")) } }

    /// A program that leaves a file of this name behind and then does as it is told.
    private func command(_ name: String, _ rest: String = "") throws -> String {
        "[/bin/sh, -c, \"touch \(folder.path(name)); \(rest)\"]"
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.path(name)) }

    private func commands(stop: String = "", start: String = "", timeout: String = "20s") throws -> String {
        "{outage: {for: 300ms, stop: \(try command("stopped", stop)), start: \(try command("started", start)), "
            + "timeout: \(timeout)}}"
    }

    @Test("the embedded server goes and comes back, everybody with it, and the storm's figures are in the result")
    func embedded() async throws {
        let outcome = try await start("embedded", "{outage: {for: 1s}}, {recovery: {within: 60s}}")
            .outcome(within: .seconds(90))
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errorOutput)")
        let run = try #require(try result.run)
        let storm = try #require(run.storms?.first)
        #expect(storm.stage == "2-outage" && storm.onlineBefore == 40 && storm.lost == 40 && storm.left == 0)
        #expect(storm.secondsDown >= 1 && storm.backShare == 1 && storm.recovery?.share == 1)
        let times = [storm.back50S, storm.back95S, storm.back99S, storm.backAllS].compactMap { $0 }
        #expect(times.count == 4 && times == times.sorted())
        #expect(try #require(storm.attemptsMean) > 1 && storm.attemptsMax >= 2)
        #expect((1...40).contains(try #require(storm.serverPeakRatePerS)))
        #expect(storm.peakRatePerS > 0 && storm.curve.last?.share == 1)
        #expect(
            run.verdict?.thresholds.map(\.text) == [
                "failures < 1% (default)", "100 % back within 60.0 s in 3-recovery",
            ])
    }

    @Test("a server that never comes back: the recovery ends when its time is over, and the run has failed")
    func neverBack() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let outcome = try await start(
            server.target(), commands(stop: "kill \(server.process.pid)") + ", {recovery: {share: 95%, within: 1s}}"
        ).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(1), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("95 % back within 1.00 s in 3-recovery"), "\(outcome.output)")
        let storm = try #require(try result.run?.storms?.first)
        #expect(storm.lost == 40 && storm.backShare == 0 && storm.back50S == nil && storm.recovery?.share == 0)
        #expect(exists("started"))
    }

    @Test("a start that fails is the run's failure: it is named with what it said last, and what was measured is there")
    func startFails() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let outcome = try await start(
            server.target(), commands(start: "echo no such unit; exit 5") + ", {recovery: {within: 1m}}"
        ).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(1))
        #expect(outcome.errorOutput.contains("exited with 5: no such unit"), "\(outcome.errorOutput)")
        #expect(outcome.output.hasPrefix("did not pass muster: the outage failed: /bin/sh -c "), "\(outcome.output)")
        #expect(try result.run?.state == .cut)
        #expect(try result.run?.verdict?.passed == false)
        try await server.stop()
    }

    @Test("a stop that hangs is killed with all it started, and the server is started all the same")
    func stopHangs() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let marker = "86\(Int32.random(in: 1000...9999))"
        let outcome = try await start(
            server.target(), commands(stop: "sleep \(marker); true", timeout: "500ms")
        ).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(1))
        #expect(outcome.errorOutput.contains("was not over within 500 ms"), "\(outcome.errorOutput)")
        #expect(exists("started"))
        #expect(Self.process("sleep\0\(marker)\0") == nil)
        try await server.stop()
    }

    /// What is left running holds the output of its command open, as a server does that is started from a shell.
    @Test(
        "a start that leaves a daemon behind is over when it exits, and the daemon lives on",
        arguments: ["sleep MARK &", "setsid sleep MARK &", "(setsid sleep MARK &) ; echo ready"])
    func daemon(_ start: String) async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let marker = "85\(Int32.random(in: 1000...9999))"
        let outcome = try await self.start(
            server.target(), commands(start: start.replacing("MARK", with: marker), timeout: "20s")
        ).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errorOutput)")
        let daemon = try #require(Self.process("sleep\0\(marker)\0"))
        kill(daemon, SIGKILL)
        try await server.stop()
    }

    @Test("a start that hangs with a child that left its group is killed in time; what left the group is not")
    func hangsBesideADaemon() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let (daemon, hanging) = ("84\(Int32.random(in: 1000...9999))", "83\(Int32.random(in: 1000...9999))")
        let outcome = try await start(
            server.target(), commands(start: "setsid sleep \(daemon) & sleep \(hanging); true", timeout: "1s")
        ).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(1))
        #expect(outcome.errorOutput.contains("was not over within 1.00 s"), "\(outcome.errorOutput)")
        #expect(Self.process("sleep\0\(hanging)\0") == nil)
        let left = try #require(Self.process("sleep\0\(daemon)\0"))
        kill(left, SIGKILL)
        try await server.stop()
    }

    @Test("the second signal does not wait for a start that hangs, and leaves it alone")
    func hurried() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let marker = "82\(Int32.random(in: 1000...9999))"
        let process = try start(server.target(), commands(start: "sleep \(marker); true", timeout: "10m"))
        try await awaitCondition("the start hangs") { exists("started") }
        process.signal(SIGINT)
        process.signal(SIGTERM)
        let outcome = try await process.outcome(within: .seconds(60))
        #expect(outcome.status == .exited(130), "\(outcome.errorOutput)")
        #expect(outcome.errorOutput.contains("was not waited for, and may still be running"), "\(outcome.errorOutput)")
        let left = try #require(Self.process("sleep\0\(marker)\0"))
        kill(left, SIGKILL)
        try await server.stop()
    }

    /// The process with this command line.
    private static func process(_ line: String) -> pid_t? {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let found = processes.first { (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)) == line }
        return found.flatMap { pid_t($0) }
    }

    @Test("an interrupt while the server is down brings it back before the run ends")
    func interrupted() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let stages = try commands().replacing("300ms", with: "5m")
        let process = try start(server.target(), stages)
        try await awaitCondition("the server was told to go") { exists("stopped") }
        #expect(!exists("started"))
        process.signal(SIGINT)
        let outcome = try await process.outcome(within: .seconds(60))
        #expect(outcome.status == .exited(130), "\(outcome.errorOutput)")
        #expect(exists("started"))
        #expect(try result.run?.storms?.count == 1)
        try await server.stop()
    }

    @Test("the commands do not see the password")
    func environment() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let path = folder.path("environment")
        let outcome = try await start(server.target(), commands(stop: "env >\(path)")).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let environment = folder.text(of: "environment")
        #expect(environment.contains("PATH=") && !environment.contains("MUSTER_"))
        try await server.stop()
    }
}
