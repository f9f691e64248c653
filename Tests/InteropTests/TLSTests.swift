import ResultFiles
import TestSupport
import Testing

/// What handshakes can be at real servers.
@Suite("TLS at real servers", .serialized)
struct TLSTests {
    @Test("EXTERNAL logs everybody in, with certificates of their own or one for all, over either version of TLS")
    func external() async throws {
        let certificates = try await ClientCertificates()
        for server in [try await prosody(certificates), try await ejabberd(certificates)] as [any RealServer] {
            for (version, name) in [("1.2", "{username}"), ("1.2", "all"), ("1.3", "{username}"), ("1.3", "all")] {
                try await expectLogins(external(certificates, name, version), at: server)
            }
        }
    }

    @Test("a certificate of an authority that the server does not know is refused by name, every time and nothing else")
    func stranger() async throws {
        let certificates = try await ClientCertificates()
        let login = external(certificates, "stranger")
        try await expectNobodyIn(login, "sasl: sasl: account-disabled", at: try await prosody(certificates))
        try await expectNobodyIn(login, "sasl: sasl: not-authorized", at: try await ejabberd(certificates))
    }

    /// Debian's packages hand out tickets and take none back.
    @Test("handshakes that no server resumes are labelled full")
    func resumption() async throws {
        for server in [try await Prosody(), try await Ejabberd()] as [any RealServer] {
            for (version, resume) in [("1.2", "account"), ("1.2", "shared"), ("1.3", "account"), ("1.3", "shared")] {
                try await expectFullHandshakes(version, resume, at: server)
            }
        }
    }

    private func expectFullHandshakes(_ version: String, _ resume: String, at server: any RealServer) async throws {
        let logins = TestSize.pick(small: UInt64(40), long: 100)
        var login = LoginCase(mechanism: "PLAIN", security: .starttls, tlsVersions: version)
        login.targetKeys = ["resume: \(resume)"]
        login.accounts = 5
        login.load = "- crowd: {sessions: 1, logins: \(logins)}"
        let result = try await login.run(at: server)
        #expect(result.outcome.status == .exited(0), "\(result.outcome.errorOutput)")
        #expect(result.summary("tls.full")?.count == logins, "\(type(of: server)), TLS \(version), \(resume)")
        #expect(result.summary("tls.resumed") == nil)
    }

    @Test("keys are exchanged by X25519 alone, and by P-256 alone")
    func groups() async throws {
        for server in [try await Prosody(), try await Ejabberd()] as [any RealServer] {
            for group in ["X25519", "P-256"] { try await expectLogins(exchange(group), at: server) }
        }
    }

    @Test("a group that the server does not take is told by its alert")
    func refusedGroup() async throws {
        var login = exchange("X448")
        login.load = "- burst: {logins: 100}"
        try await expectNobodyIn(login, "tls: tls: sslv3 alert handshake failure", at: try await Prosody())
    }

    private func exchange(_ group: String) -> LoginCase {
        var login = LoginCase(mechanism: "PLAIN", security: .starttls, tlsVersions: "1.3")
        login.targetKeys = ["tls-groups: \(group)"]
        login.load = "- crowd: {sessions: 5, logins: 100}"
        return login
    }

    private func external(_ certificates: ClientCertificates, _ name: String, _ version: String = "1.3") -> LoginCase {
        var login = LoginCase(mechanism: "EXTERNAL", security: .starttls, tlsVersions: version)
        login.accounts = certificates.accounts
        login.accountKeys = ["certificate: \(certificates.scenario(name))"]
        login.load = "- crowd: {sessions: 5, logins: 100}"
        return login
    }

    private func prosody(_ certificates: ClientCertificates) async throws -> Prosody {
        var options = Prosody.Options()
        options.clientAuthority = certificates.authority
        return try await Prosody(options)
    }

    private func ejabberd(_ certificates: ClientCertificates) async throws -> Ejabberd {
        var options = Ejabberd.Options()
        options.clientAuthority = certificates.authority
        return try await Ejabberd(options)
    }

    private func expectLogins(_ login: LoginCase, at server: any RealServer) async throws {
        let result = try await login.run(at: server)
        #expect(result.outcome.status == .exited(0), "\(result.outcome.errorOutput)")
        #expect(result.failures == [:])
        #expect(result.summary()?.count == 100)
    }

    private func expectNobodyIn(_ login: LoginCase, _ failure: String, at server: any RealServer) async throws {
        let result = try await login.run(at: server)
        #expect(result.outcome.status == .exited(1), "\(result.outcome.errorOutput)")
        #expect(result.failures == [failure: 100])
    }
}
