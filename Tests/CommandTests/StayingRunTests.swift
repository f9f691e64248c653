import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("Sessions that stay, as the user of muster sees them", .serialized)
struct StayingRunTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func start(_ scenario: String) throws -> ChildProcess {
        let path = try folder.write(scenario, to: "scenario.yml")
        return try MusterBinary.start(["run", path, "--results", folder.path("results"), "--quiet"])
    }

    private var result: StoredResult { get throws { try ResultReader.read(folder.path("results/latest")) } }

    private func row(_ phase: String) throws -> SummaryRow? {
        try result.summary.first { $0.phase == phase && $0.stage == SummaryRow.allStages }
    }

    @Test("the embedded server has what a scenario asks for", arguments: ["before-auth", "after-auth"])
    func embedded(_ compression: String) async throws {
        let outcome = try await start(
            """
            name: all
            target: embedded
            accounts: {count: 10}
            login:
              compression: \(compression)
              roster-version: true
              steps: [bind, session, enable, roster, presence, inactive]
            load: [{crowd: {sessions: 4, logins: 40}}]
            session: {stay: 20ms, reconnect: xmppframework}
            """
        ).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        for phase in ["compress", "enable", "roster", "login"] { #expect(try row(phase)?.count == 40, "\(phase)") }
        #expect(try result.failures.isEmpty)
    }

    @Test("the time until sessions are back is in the result, and no arrival more than before")
    func reconnect() async throws {
        let server = try await ServeProcess(["--tls", "none", "--extension", "sm"])
        let proxy = try CuttingProxy(to: server.port)
        let process = try start(
            """
            name: back
            target: {address: "127.0.0.1:\(proxy.port)", domain: localhost, tls: none}
            accounts: {count: 30, password: pw}
            login: {steps: [bind, enable, presence]}
            load: [{burst: {logins: 30}}, {hold: {rate: 0/s, for: 5m}}]
            session: {stay: until-end, reconnect: {after: 50ms, every: 100ms, by: resume}}
            thresholds: [reconnect p99 < 5s, failures < 1%]
            """)
        try await awaitCondition("everybody was online") { proxy.timesHeard("<presence/>") == 30 }
        proxy.cut()
        try await awaitCondition("everybody asked to be resumed") { proxy.timesHeard("<resume ") == 30 }
        process.signal(SIGINT)
        #expect(try await process.waitUntilExit() == .exited(130), "\(process.errorOutput)")
        #expect(try row("reconnect")?.count == 30)
        #expect(try row("resume")?.count == 30)
        #expect(try row("due")?.count == 30)
        #expect(try row("login")?.count == 60)
        #expect(try row("online")?.failures == 30)
        try await server.stop()
    }

    @Test("a server without compression is told by name before any load is sent")
    func notOffered() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let outcome = try await start(
            """
            name: none
            target: \(server.target())
            accounts: {password: pw}
            login: {compression: before-auth}
            load: [{burst: {logins: 30}}]
            """
        ).outcome(within: .seconds(60))
        #expect(outcome.status == .exited(3))
        #expect(
            outcome.errorOutput.contains("compress: zlib-not-offered: no compression is offered"),
            "\(outcome.errorOutput)")
        try await server.stop()
    }
}
