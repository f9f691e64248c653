import ResultFiles
import TestSupport
import Testing

/// The Extensible SASL Profile with Bind 2 and FAST, at a Prosody with the modules that Debian packages.
@Suite("logging in at Prosody by XEP-0388", .serialized)
struct ExtensibleLoginTests {
    private func prosody(_ configuration: String = "") async throws -> Prosody {
        var options = Prosody.Options()
        options.directTLS = true
        options.extensibleSASL = true
        options.configuration = configuration
        return try await Prosody(options)
    }

    @Test("everybody logs in, with Bind 2 and without, and no stream is restarted")
    func everybody() async throws {
        let server = try await prosody()
        let cases = [
            (LoginCase(mechanism: "PLAIN", security: .none), true),
            (LoginCase(mechanism: "SCRAM-SHA-1", security: .starttls), true),
            (LoginCase(mechanism: "SCRAM-SHA-256", security: .direct), true),
            (LoginCase(mechanism: "strongest", security: .starttls, tlsVersions: "1.2"), true),
            (LoginCase(mechanism: "SCRAM-SHA-1", security: .starttls), false),
        ]
        for (var login, bind2) in cases {
            login.profile = "profile: sasl2, bind2: \(bind2)"
            let result = try await expectLogins(login, at: server)
            #expect(result.summary("restart") == nil)
            for phase in ["bind", "session"] {
                #expect(result.summary(phase)?.count == (bind2 ? nil : login.wanted), "\(phase)")
            }
        }
    }

    @Test("a resource that the scenario names is in the address that Bind 2 makes")
    func tag() async throws {
        var login = LoginCase(mechanism: "PLAIN", security: .none)
        login.profile = "profile: sasl2"
        login.resource = "m{n}"
        let result = try await expectLogins(login, at: try await prosody())
        #expect(result.summary("bind") == nil)
    }

    @Test("each account's first login is a full one, and every later one is by its token, in one round trip")
    func fast() async throws {
        let server = try await prosody()
        for var login in [
            LoginCase(mechanism: "SCRAM-SHA-1", security: .none),
            LoginCase(mechanism: "SCRAM-SHA-1-PLUS", security: .starttls, tlsVersions: "1.2"),
            LoginCase(mechanism: "SCRAM-SHA-256", security: .starttls, tlsVersions: "1.3"),
        ] {
            login.profile = "profile: sasl2, fast: true"
            login.accounts = 50
            let result = try await expectLogins(login, at: server)
            #expect(result.summary("sasl")?.count == login.wanted, "\(login.testDescription)")
            #expect(result.summary("sasl.full")?.count == 50, "\(login.testDescription)")
            #expect(result.summary("sasl.fast")?.count == login.wanted - 50, "\(login.testDescription)")
            #expect(result.summary("sasl.2")?.count == 50, "\(login.testDescription)")
        }
    }

    @Test("a token that has expired is not tried: the login is a full one")
    func expiry() async throws {
        var login = LoginCase(mechanism: "PLAIN", security: .none)
        login.profile = "profile: sasl2, fast: true"
        login.accounts = 5
        login.load = "- hold: {rate: 2/s, for: 5s}"
        let result = try await login.run(at: try await prosody("sasl2_fast_token_ttl = 1"))
        #expect(result.outcome.status == .exited(0), "\(result.outcome.errorOutput)")
        #expect(result.summary("sasl.full")?.count == 10)
        #expect(result.summary("sasl.fast") == nil)
    }

    @Test("a token that the server no longer knows is a failure with a name, and the next login is a full one")
    func forgotten() async throws {
        let server = try await prosody()
        var login = LoginCase(mechanism: "PLAIN", security: .none)
        login.profile = "profile: sasl2, fast: true"
        login.accounts = 20
        login.load = "- hold: {rate: 40/s, for: 6s}"
        let folder = try TemporaryDirectory("interop")
        let scenario = try folder.write(login.scenario(server), to: "scenario.yml")
        let process = try MusterBinary.start(
            ["run", scenario, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
        let latest = folder.path("results/latest")
        try await awaitCondition("every account had logged in by its token") {
            guard let result = try? ResultReader.read(latest) else { return false }
            return result.intervals.filter { $0.phase == "sasl.fast" }.reduce(0) { $0 + $1.completed } >= 40
        }
        try server.forgetTokens()
        #expect(try await process.waitUntilExit(within: .seconds(60)) == .exited(1), "\(process.errorOutput)")
        let result = try ResultReader.read(latest)
        #expect(result.failures.map(\.condition) == ["not-authorized (FAST token)"])
        #expect(result.failures.map(\.count) == [20])
        let full = result.summary.first { $0.phase == "sasl.full" && $0.stage == SummaryRow.allStages }
        #expect(full?.count == 40)
    }

    @Test("a wrong password is not-authorized, every time and nothing else")
    func wrongPassword() async throws {
        let server = try await prosody()
        for mechanism in ["PLAIN", "SCRAM-SHA-256"] {
            var login = LoginCase(mechanism: mechanism, security: .starttls, password: "wrong").sized()
            login.profile = "profile: sasl2, fast: true"
            login.thresholds = "failures < 1%"
            let result = try await login.run(at: server)
            #expect(result.outcome.status == .exited(1), "\(mechanism)")
            #expect(result.failures == ["sasl: sasl: not-authorized": login.wanted], "\(mechanism)")
        }
    }

    @Test("a Prosody without those modules is told by name, before any load")
    func notOffered() async throws {
        var login = LoginCase(mechanism: "PLAIN", security: .starttls)
        login.profile = "profile: sasl2"
        let server = try await Prosody()
        let folder = try TemporaryDirectory("interop")
        let scenario = try folder.write(login.scenario(server), to: "scenario.yml")
        let outcome = try await MusterBinary.run(
            ["run", scenario, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.contains("sasl: sasl2-not-offered: offered: SASL with "))
        try await server.stop()
    }

    private func expectLogins(_ login: LoginCase, at server: any RealServer) async throws -> LoginResult {
        let result = try await login.sized().run(at: server)
        #expect(result.outcome.status == .exited(0), "\(login.testDescription): \(result.outcome.errorOutput)")
        #expect(result.failures == [:], "\(login.testDescription)")
        #expect(result.summary()?.count == login.wanted, "\(login.testDescription)")
        return result
    }
}
