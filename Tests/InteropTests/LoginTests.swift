import ResultFiles
import TestSupport
import Testing

/// Every mechanism that the servers can be set up to offer, without and with TLS: nobody is turned away.
@Suite("logging in at real servers", .serialized)
struct LoginTests {
    @Test("everybody logs in at Prosody", arguments: [ScramKeys.Digest?.none, .sha1, .sha256])
    func prosody(hashed: ScramKeys.Digest?) async throws {
        var options = Prosody.Options()
        options.directTLS = true
        options.anonymous = hashed == nil
        if let hashed { options.storage = .hashed(hashed) }
        let server = try await Prosody(options)
        let mechanisms =
            hashed.map { ["SCRAM-\($0.rawValue)"] } ?? ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "ANONYMOUS"]
        try await expectLogins(LoginCase.all(mechanisms), at: server)
    }

    @Test("everybody logs in at ejabberd", arguments: [ScramKeys.Digest?.none, .sha1, .sha256])
    func ejabberd(scram: ScramKeys.Digest?) async throws {
        var options = Ejabberd.Options()
        options.directTLS = true
        options.anonymous = scram == nil
        if let scram { options.storage = .scram(scram) }
        let server = try await Ejabberd(options)
        let mechanisms =
            scram.map { ["SCRAM-\($0.rawValue)"] }
            ?? ["PLAIN", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "ANONYMOUS"]
        try await expectLogins(LoginCase.all(mechanisms), at: server)
    }

    @Test("TLS 1.2 and TLS 1.3 each work alone")
    func versions() async throws {
        let cases = ["1.2", "1.3"].map {
            LoginCase(mechanism: "SCRAM-SHA-1", security: .starttls, tlsVersions: $0)
        }
        try await expectLogins(cases, at: try await Prosody())
        try await expectLogins(cases, at: try await Ejabberd())
    }

    @Test("the strongest mechanism logs in with either version of TLS, and without")
    func strongest() async throws {
        let cases = [
            LoginCase(mechanism: "strongest", security: .starttls, tlsVersions: "1.2"),
            LoginCase(mechanism: "strongest", security: .starttls, tlsVersions: "1.3"),
            LoginCase(mechanism: "strongest", security: .none),
        ]
        try await expectLogins(cases, at: try await Prosody())
        try await expectLogins(cases, at: try await Ejabberd())
    }

    /// Debian's Prosody and ejabberd bind by tls-unique alone, which TLS 1.3 does not have.
    @Test("a login is bound to its connection over TLS 1.2")
    func bound() async throws {
        let login = LoginCase(mechanism: "SCRAM-SHA-1-PLUS", security: .starttls, tlsVersions: "1.2")
        try await expectLogins([login], at: try await Prosody())
        try await expectLogins([login], at: try await Ejabberd())
    }

    @Test("everybody logs in over IPv6")
    func version6() async throws {
        var options = Prosody.Options()
        options.interfaces += ["::1"]
        var login = LoginCase(mechanism: "SCRAM-SHA-1", security: .starttls)
        login.host = "[::1]"
        try await expectLogins([login], at: try await Prosody(options))
    }

    private func expectLogins(_ cases: [LoginCase], at server: any RealServer) async throws {
        for login in cases {
            let result = try await login.sized().run(at: server)
            #expect(result.outcome.status == .exited(0), "\(login.testDescription): \(result.outcome.errorOutput)")
            #expect(result.failures == [:], "\(login.testDescription)")
            #expect(result.summary()?.count == login.wanted, "\(login.testDescription)")
            #expect((result.summary("tls")?.count == login.wanted) == (login.security != .none))
        }
    }
}
