import Foundation
import ResultFiles
import TestSupport
import Testing

/// Stream management, client state, roster versions and compression at real servers.
@Suite("staying logged in at real servers", .serialized)
struct SessionTests {
    static let servers: [@Sendable () async throws -> any RealServer] = [
        {
            var options = Prosody.Options()
            options.sessionExtensions = true
            return try await Prosody(options)
        },
        {
            var options = Ejabberd.Options()
            options.sessionExtensions = true
            return try await Ejabberd(options)
        },
    ]

    /// A scenario for sessions behind a proxy.
    private func scenario(
        _ server: any RealServer, port: UInt16, tls: String = "starttls", login: String, load: String, session: String
    ) -> String {
        """
        name: staying
        interval: 1s
        target:
          address: 127.0.0.1:\(port)
          domain: \(server.domain)
          tls: \(tls)
          \(tls == "none" ? "" : "verify: {ca: \"\(server.certificateAuthority)\"}")
        accounts: {count: 20, password: "${MUSTER_PASSWORD}"}
        login: {\(login)}
        load: [\(load)]
        session: {\(session)}
        """
    }

    /// Runs a scenario to its end, or until `body` has seen enough.
    private func run(
        _ scenario: String, _ body: ((String) async throws -> Void)? = nil
    ) async throws -> LoginResult {
        let folder = try TemporaryDirectory("interop")
        let path = try folder.write(scenario, to: "scenario.yml")
        let process = try MusterBinary.start(
            ["run", path, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
        let latest = folder.path("results/latest")
        if let body {
            try await body(latest)
            process.signal(SIGINT)
        }
        let outcome = try await process.outcome(within: .seconds(120))
        return LoginResult(outcome: outcome, stored: try ResultReader.read(latest))
    }

    /// As the newest interval has it.
    private func online(_ results: String) -> Int { (try? ResultReader.read(results))?.system.last?.online ?? 0 }

    @Test("sessions that are cut are resumed, twice, and nothing is bound again", arguments: servers.indices)
    func resumption(_ index: Int) async throws {
        let server = try await Self.servers[index]()
        let proxy = try CuttingProxy(to: server.port)
        let text = scenario(
            server, port: proxy.port, login: "mechanism: PLAIN, steps: [bind, enable, roster, presence]",
            load: "{burst: {logins: 20}}, {hold: {rate: 0/s, for: 5m}}",
            session: "stay: until-end, ping: 1s, reconnect: {after: 100ms, every: 1s, by: resume}")
        let result = try await run(text) { results in
            for round in 0...2 {
                try await awaitCondition("everybody was online", within: .seconds(30)) {
                    online(results) == 20 && resumed(results) == round * 20
                }
                if round < 2 { proxy.cut() }
            }
        }
        #expect(result.summary("enable")?.count == 20)
        #expect(result.summary("bind")?.count == 20)
        #expect(result.summary("resume")?.count == 40)
        #expect(result.summary("reconnect")?.count == 40)
        #expect(result.failures == ["online: closed: ": 40])
    }

    private func resumed(_ results: String) -> Int {
        let intervals = (try? ResultReader.read(results))?.intervals ?? []
        return Int(intervals.filter { $0.phase == "resume" }.reduce(0) { $0 + $1.completed })
    }

    @Test("a server that was killed has lost the sessions: everybody logs in anew", arguments: servers.indices)
    func lostSessions(_ index: Int) async throws {
        let server = try await Self.servers[index]()
        let text = scenario(
            server, port: server.port, login: "mechanism: PLAIN, steps: [bind, enable, presence]",
            load: "{burst: {logins: 20}}, {hold: {rate: 0/s, for: 5m}}",
            session: "stay: until-end, reconnect: {after: 100ms, max: 1s, jitter: full, by: resume}")
        let result = try await run(text) { results in
            try await awaitCondition("everybody was online", within: .seconds(30)) { online(results) == 20 }
            try await server.kill()
            try await server.restart()
            try await awaitCondition("everybody was back", within: .seconds(60)) {
                online(results) == 20 && resumptionsRefused(results) >= 20
            }
        }
        #expect(result.summary("reconnect")?.count == 20)
        #expect(result.failures["resume: stanza: item-not-found"] == 20, "\(result.failures)")
        #expect(result.failures.contains { $0.key.hasPrefix("connect: refused") })
    }

    private func resumptionsRefused(_ results: String) -> UInt64 {
        let failures = (try? ResultReader.read(results))?.failures ?? []
        return failures.filter { $0.phase == "resume" }.reduce(0) { $0 + $1.count }
    }

    @Test("client state is taken", arguments: servers.indices)
    func clientState(_ index: Int) async throws {
        let server = try await Self.servers[index]()
        let proxy = try CuttingProxy(to: server.port)
        let text = scenario(
            server, port: proxy.port, tls: "none",
            login: "mechanism: PLAIN, steps: [bind, presence, inactive]", load: "{crowd: {sessions: 5, logins: 40}}",
            session: "stay: 100ms")
        let result = try await run(text)
        #expect(result.outcome.status == .exited(0), "\(result.outcome.errorOutput)")
        #expect(proxy.timesHeard("<inactive ") == 40)
        #expect(result.failures == [:])
    }

    @Test("the roster is asked for since the version that is known", arguments: servers.indices)
    func rosterVersions(_ index: Int) async throws {
        let server = try await Self.servers[index]()
        let proxy = try CuttingProxy(to: server.port)
        let text = scenario(
            server, port: proxy.port, tls: "none", login: "mechanism: PLAIN, roster-version: true",
            load: "{crowd: {sessions: 5, logins: 60}}", session: "stay: 0s")
        let result = try await run(text)
        #expect(result.outcome.status == .exited(0), "\(result.outcome.errorOutput)")
        #expect(result.summary("roster")?.count == 60)
        #expect(proxy.timesHeard("ver=''") == 20)
        #expect(proxy.timesHeard(" ver='") == 60)
        #expect(result.failures == [:])
    }

    @Test(
        "streams are compressed by ejabberd after authentication, with TLS and without",
        arguments: ["none", "starttls"])
    func compression(_ tls: String) async throws {
        let server = try await Self.servers[1]()
        let text = scenario(
            server, port: server.port, tls: tls, login: "mechanism: SCRAM-SHA-1, compression: after-auth",
            load: "{crowd: {sessions: 10, logins: 200}}", session: "stay: 50ms, ping: 10ms")
        let result = try await run(text)
        #expect(result.outcome.status == .exited(0), "\(result.outcome.errorOutput)")
        #expect(result.summary("compress")?.count == 200)
        #expect(result.summary()?.count == 200)
        #expect(result.failures == [:])
    }

    @Test("a server without compression is told by name")
    func withoutCompression() async throws {
        let server = try await Self.servers[0]()
        let text = scenario(
            server, port: server.port, login: "mechanism: PLAIN, compression: after-auth",
            load: "{burst: {logins: 10}}", session: "stay: 0s")
        let result = try await run(text)
        #expect(result.failures == ["compress: protocol: zlib-not-offered": 10])
    }
}
