import ResultFiles
import TestSupport
import Testing

/// Non-SASL Authentication (XEP-0078), at servers that still have it.
@Suite("logging in at real servers by XEP-0078", .serialized)
struct IQAuthLoginTests {
    private func prosody() async throws -> Prosody {
        var options = Prosody.Options()
        options.directTLS = true
        options.iqAuth = true
        return try await Prosody(options)
    }

    private func ejabberd() async throws -> Ejabberd {
        var options = Ejabberd.Options()
        options.directTLS = true
        options.iqAuth = true
        return try await Ejabberd(options)
    }

    /// The first without TLS and with it in either way, the others after STARTTLS.
    private func logins(_ mechanisms: [String]) -> [LoginCase] {
        let others = mechanisms.dropFirst().map { LoginCase(mechanism: $0, security: .starttls) }
        return (LoginCase.all([mechanisms[0]]) + others).map { login in
            var login = login
            login.profile = "profile: iq-auth"
            login.resource = "m{n}"
            return login
        }
    }

    @Test("everybody logs in at Prosody, which takes the password itself")
    func prosodyPlain() async throws {
        try await expectLogins(logins(["PLAIN", "strongest"]), at: try await prosody())
    }

    @Test("everybody logs in at ejabberd, by password and by digest")
    func ejabberdBoth() async throws {
        try await expectLogins(logins(["PLAIN", "DIGEST", "strongest"]), at: try await ejabberd())
    }

    @Test("a wrong password is a stanza's not-authorized, every time and nothing else")
    func wrongPassword() async throws {
        try await expectNobodyIn("PLAIN", at: try await prosody())
        let ejabberd = try await ejabberd()
        for mechanism in ["PLAIN", "DIGEST"] { try await expectNobodyIn(mechanism, at: ejabberd) }
    }

    @Test("Prosody has no digest, which is told by name before any load")
    func noDigest() async throws {
        let login = try #require(logins(["DIGEST"]).first)
        try await expect(
            "muster: iq-auth: mechanism-not-offered: fields: username, password, resource", login, try await prosody())
        try await expect("muster: iq-auth: iq-auth-not-offered: offered: SASL with ", login, try await Prosody())
    }

    private func expect(_ message: String, _ login: LoginCase, _ server: any RealServer) async throws {
        let folder = try TemporaryDirectory("interop")
        let scenario = try folder.write(login.scenario(server), to: "scenario.yml")
        let outcome = try await MusterBinary.run(
            ["run", scenario, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.contains(message), "\(outcome.errorOutput)")
        try await server.stop()
    }

    private func expectNobodyIn(_ mechanism: String, at server: any RealServer) async throws {
        var login = try #require(logins([mechanism]).first).sized()
        login.password = "wrong"
        login.thresholds = "failures < 1%"
        let result = try await login.run(at: server)
        #expect(result.outcome.status == .exited(1))
        #expect(result.failures == ["iq-auth: stanza: not-authorized": login.wanted])
    }

    private func expectLogins(_ cases: [LoginCase], at server: any RealServer) async throws {
        for login in cases {
            let result = try await login.sized().run(at: server)
            #expect(result.outcome.status == .exited(0), "\(login.testDescription): \(result.outcome.errorOutput)")
            #expect(result.failures == [:], "\(login.testDescription)")
            for phase in ["login", "iq-auth", "roster"] {
                #expect(result.summary(phase)?.count == login.wanted, "\(login.testDescription)")
            }
            #expect(result.summary("sasl") == nil && result.summary("restart") == nil && result.summary("bind") == nil)
        }
    }
}
