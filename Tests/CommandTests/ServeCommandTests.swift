import ResultFiles
import TestSupport
import Testing

@Suite("muster serve, as its user sees it")
struct ServeCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("with a list of accounts nobody else logs in")
    func accounts() async throws {
        let list = try folder.write("username,password\njuliet,pw\n", to: "accounts.csv")
        let server = try await ServeProcess(["--tls", "none", "--accounts", list])
        let invited = try await logIn("juliet", at: server)
        #expect(invited.status == .exited(0), "\(invited.errorOutput)")
        let stranger = try await logIn("paris", at: server)
        #expect(stranger.status == .exited(1))
        #expect(stranger.output.contains("1 failed"))
        try await server.stop()
    }

    private func logIn(_ username: String, at server: ServeProcess) async throws -> ChildProcess.Outcome {
        let scenario = try folder.write(
            """
            name: guest
            target: \(server.target())
            accounts: {pattern: \(username), count: 1, password: pw}
            load:
              - burst: {logins: 1}
            """, to: "\(username).yml")
        return try await MusterBinary.run(["run", scenario, "--results", folder.path + "/results", "--quiet"])
    }

    @Test("writes when it read and wrote what, for each phase of each login")
    func times() async throws {
        let path = folder.path + "/times.csv"
        let server = try await ServeProcess(["--tls", "none", "--log-times", path])
        let login = try await logIn("juliet", at: server)
        #expect(login.status == .exited(0), "\(login.errorOutput)")
        try await server.stop()
        let rows = try ExchangeRow.read(path)
        #expect(rows.contains { $0.client.hasPrefix("127.0.0.1:") && $0.phase == "roster" && $0.took > 0 })
        #expect(rows.allSatisfy { $0.phase == "connect" || $0.read > 0 && $0.written ?? 0 > $0.arrived ?? .max })
    }

    @Test("a broken list is told with its line, before anything listens")
    func brokenList() async throws {
        let list = try folder.write("username,password\n\njuliet\n", to: "broken.csv")
        let outcome = try await MusterBinary.run(["serve", "--accounts", list])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("broken.csv:3:"), "\(outcome.errorOutput)")
        let missing = try await MusterBinary.run(["serve", "--accounts", folder.path + "/none.csv"])
        #expect(missing.status == .exited(2))
        #expect(missing.errorOutput.contains("none.csv: cannot read this file"), "\(missing.errorOutput)")
    }
}
