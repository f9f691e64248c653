import ResultFiles
import TestSupport
import Testing

/// Whom a verdict blames where it is known who is at fault. `Benchmarks/verdicts` has more of them, and each many times.
@Suite("A server that is at fault is blamed, and a generator that is never passes", .serialized)
struct BlameTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("one that dies is blamed by a threshold on latency alone: those who were not reached are slower than all")
    func dies() async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "PLAIN"])
        let run = try LiveRun(
            LiveRun.scenario(
                server.target(), "{hold: {rate: 100/s, for: 4s}}", more: "thresholds: [login p99 < 20s]"))
        try await run.await("logins flowed") { $0.intervals(of: "login").contains { $0.completed > 40 } }
        try await server.process.kill()
        #expect(try await run.process.waitUntilExit(within: .seconds(60)) == .exited(1), "\(run.process.output)")
    }

    @Test("one that refuses a twentieth of the logins does not pass where no threshold is named")
    func refuses() async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "PLAIN", "--fail", "0.05"])
        let path = try folder.write(
            LiveRun.scenario(server.target(), "{hold: {rate: 100/s, for: 2s}}"), to: "refuses.yml")
        let outcome = try await MusterBinary.run(["run", path, "--results", folder.path("results"), "--quiet"])
        #expect(outcome.status == .exited(1), "\(outcome.output)")
        try await server.stop()
    }

    @Test("too few ports are the generator's own, also where the herd is over at once")
    func fewPorts() async throws {
        let load = "{burst: {logins: 200}}"
        let path = try folder.write(
            LiveRun.scenario("{address: embedded, tls: none}", load, more: "session: {stay: 500ms}"), to: "ports.yml")
        let script = """
            ip link set lo up && echo '40000 40049' > /proc/sys/net/ipv4/ip_local_port_range && \
            exec "$0" run "$1" --results "$2" --quiet
            """
        let outcome = try await ChildProcess.run(
            "/usr/bin/unshare",
            ["-rn", "/bin/sh", "-c", script, try MusterBinary.path(), path, folder.path("results")],
            within: .seconds(60))
        #expect(outcome.status == .exited(4), "\(outcome.output) \(outcome.errorOutput)")
        let result = try ResultReader.read(folder.path("results/latest"))
        #expect(result.failures.map(\.kind) == ["local"])
    }
}
