import Glibc
import ResultFiles
import TestSupport
import Testing

@Suite("a server that stalls")
struct StallTests {
    /// What a closed loop would hide: while the server stands still nobody asks it anything, and it looks fast.
    @Test("is seen in due, arrivals go on being due meanwhile, and none is lost")
    func stall() async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "PLAIN"])
        let run = try LiveRun(
            """
            name: stall
            interval: 1s
            target: \(server.target())
            accounts: {count: 5000, password: "${MUSTER_PASSWORD}"}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: 500/s, for: 10s}}]
            """)
        try await run.await("logins flowed") { $0.intervals(of: "login").contains { $0.completed > 400 } }
        let before = try #require(try run.result().intervals(of: "due").last?.at)
        try await server.process.freeze()
        try await run.await("two seconds of arrivals fell due") {
            $0.intervals(of: "due").filter { $0.at > before && $0.started >= 400 }.count >= 2
        }
        server.process.signal(SIGCONT)
        #expect(try await run.process.waitUntilExit(within: .seconds(60)) == .exited(0))
        try expectStall(try run.result())
        try await server.stop()
    }

    private func expectStall(_ result: StoredResult) throws {
        let due = try #require(result.total("due"))
        let login = try #require(result.total("login"))
        #expect(due.count == 5_000 && login.count == 5_000)
        #expect(due.failures == 0 && result.failures.isEmpty)
        #expect(try #require(due.p99) > 1_000_000)
        #expect(result.intervals(of: "login").contains { $0.completed == 0 })
    }
}
