import ResultFiles
import TestSupport
import Testing

/// What goes wrong at real servers has its name, and the run ends as it should.
@Suite("failing at real servers", .serialized)
struct RefusalTests {
    private let mechanisms = ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"]

    @Test("a wrong password is not-authorized at Prosody, by every mechanism, every time and nothing else")
    func prosody() async throws {
        let server = try await Prosody()
        for mechanism in mechanisms { try await expectNobodyIn(mechanism, at: server) }
    }

    @Test("a wrong password is not-authorized at ejabberd, by every mechanism, every time and nothing else")
    func ejabberd() async throws {
        let server = try await Ejabberd()
        for mechanism in mechanisms + ["DIGEST-MD5", "SCRAM-SHA-512"] {
            try await expectNobodyIn(mechanism, at: server)
        }
    }

    @Test("a Prosody that is killed is closed, reset or refused, each named, and the run ends on time")
    func killedProsody() async throws {
        try await expectNamedEnd(of: try await Prosody())
    }

    @Test("an ejabberd that is killed is closed, reset or refused, each named, and the run ends on time")
    func killedEjabberd() async throws {
        try await expectNamedEnd(of: try await Ejabberd())
    }

    private func expectNobodyIn(_ mechanism: String, at server: any RealServer) async throws {
        var login = LoginCase(mechanism: mechanism, security: .starttls, password: "wrong").sized()
        login.thresholds = "failures < 1%"
        let result = try await login.run(at: server)
        #expect(result.outcome.status == .exited(1), "\(mechanism)")
        #expect(result.failures == ["sasl: sasl: not-authorized": login.wanted], "\(mechanism)")
        #expect(result.summary()?.count == 0, "\(mechanism)")
    }

    /// Half a minute of logins that stay; the server is killed once some are online.
    private func expectNamedEnd(of server: any RealServer) async throws {
        var login = LoginCase(mechanism: "PLAIN", security: .starttls)
        login.load = "- hold: {rate: 40/s, for: \(TestSize.pick(small: 6, long: 20))s}"
        login.thresholds = "failures < 1%"
        let folder = try TemporaryDirectory("interop")
        let scenario = try folder.write(login.scenario(server) + "\nsession: {stay: 2s}", to: "scenario.yml")
        let process = try MusterBinary.start(
            ["run", scenario, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
        let latest = folder.path("results/latest")
        try await awaitCondition("20 sessions were online") {
            (try? ResultReader.read(latest))?.system.contains { $0.online >= 20 } ?? false
        }
        try await server.kill()
        #expect(try await process.waitUntilExit(within: .seconds(60)) == .exited(1), "\(process.errorOutput)")
        expectOnlyLostConnections(try ResultReader.read(latest))
    }

    private func expectOnlyLostConnections(_ result: StoredResult) {
        #expect(Set(result.failures.map(\.kind)).isSubset(of: ["closed", "reset", "refused"]), "\(result.failures)")
        #expect(result.failures.contains { $0.phase == "connect" && $0.kind == "refused" })
        #expect(result.failures.contains { $0.phase == "online" })
        let due = result.intervals.filter { $0.phase == "due" }
        #expect(due.reduce(0) { $0 + $1.started } == due.reduce(0) { $0 + $1.completed + $1.failed })
    }
}
