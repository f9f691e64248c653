import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Engine

@Suite("EXTERNAL", .serialized)
struct ExternalTests {
    @Test(
        "each account logs in with its own certificate", arguments: [Target.TLSVersion.v1_2, .v1_3],
        ["{n}", "{username}"])
    func own(_ version: Target.TLSVersion, _ sign: String) async throws {
        let totals = try await run(sign == "{n}" ? "u{n}" : sign, version)
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.record(of: .login).completed == 60)
    }

    @Test(
        "one certificate logs everybody in, be it for each of them or for nobody in particular",
        arguments: ["all", "anybody"])
    func shared(_ name: String) async throws {
        let totals = try await run(name)
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.record(of: .login).completed == 60)
    }

    @Test("a resumed connection is still the account's own", arguments: [Target.TLSVersion.v1_2, .v1_3])
    func resumed(_ version: Target.TLSVersion) async throws {
        let oneByOne = Stage(name: "crowd", shape: .crowd(sessions: 1, end: .logins(60)))
        let totals = try await run("{username}", version, resumption: .account, stage: oneByOne)
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.record(of: .tlsFull).completed == 5)
        #expect(totals.record(of: .tlsResumed).completed == 55)
        #expect(totals.record(of: .login).completed == 60)
    }

    @Test("strongest takes it where there is a certificate")
    func strongest() async throws {
        let totals = try await run("{username}", mechanism: .strongest)
        #expect(totals.record(of: .login).completed == 60)
        #expect(totals.record(of: .saslTwo).isEmpty)
    }

    @Test("a certificate for somebody else is invalid-authzid")
    func another() async throws {
        let totals = try await run("u1")
        #expect(totals.failures.ordered.map(\.key.condition) == ["invalid-authzid"])
        #expect(totals.record(of: .login).completed == 12)
    }

    @Test(
        "a certificate that the server's authority did not sign is told by its alert",
        arguments: [(Target.TLSVersion.v1_2, Phase.tls), (.v1_3, .offer)])
    func stranger(_ version: Target.TLSVersion, _ phase: Phase) async throws {
        let totals = try await run("stranger", version)
        let keys = totals.failures.entries.keys
        #expect(keys.map(\.condition) == ["tlsv1 alert unknown ca"], "\(keys)")
        #expect(keys.map(\.kind) == [.tls] && keys.map(\.phase) == [phase])
        #expect(totals.record(of: .login).failed == 60)
    }

    @Test("without a certificate it is not offered, and forced it is invalid-mechanism", arguments: [false, true])
    func none(_ force: Bool) async throws {
        let totals = try await run(nil, force: force)
        let keys = totals.failures.entries.keys
        #expect(keys.map(\.condition) == [force ? "invalid-mechanism" : "mechanism-not-offered"], "\(keys)")
        #expect(totals.record(of: .login).failed == 60)
    }

    private func run(
        _ name: String?, _ version: Target.TLSVersion = .v1_3,
        mechanism: LoginPlan.MechanismChoice = .preferred(["EXTERNAL"]), force: Bool = false,
        resumption: Target.Resumption = .none, stage: Stage = burst
    ) async throws -> RunTotals {
        let certificates = try await ClientCertificates()
        var trial = try Trial([stage], tickets: 2, clientAuthorities: certificates.authority)
        trial.plan.target.tlsVersions = version...version
        trial.plan.target.resumption = resumption
        trial.plan.login.mechanism = mechanism
        trial.plan.login.force = force
        trial.plan.accounts.source = .pattern("u{n}", count: certificates.accounts, password: "")
        trial.plan.accounts.certificate = name.map {
            CertificateFiles(certificate: certificates.files.certificate($0), key: certificates.files.key($0))
        }
        return try await trial.run().0
    }
}

extension Phase {
    /// The second round trip of SASL, which EXTERNAL does not have.
    fileprivate static var saslTwo: Phase { Phase(named: "sasl.2") ?? .sasl }
}
