import ResultFiles
import TestSupport
import Testing

@Suite("A run by each mechanism at the embedded server")
struct MechanismRunTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func run(_ login: String, accounts: String) async throws -> ChildProcess.Outcome {
        let scenario = try folder.write(
            """
            name: ways
            target: embedded
            accounts: {\(accounts)}
            login: {mechanism: \(login), steps: [bind]}
            load: [burst: {logins: 3}]
            """, to: "scenario.yml")
        return try await MusterBinary.run(["run", scenario, "--results", folder.path + "/results", "--quiet"])
    }

    @Test(
        "every account gets in",
        arguments: [
            "PLAIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS",
            "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS", "JIVE-SHAREDSECRET", "strongest",
        ])
    func named(mechanism: String) async throws {
        let outcome = try await run(mechanism, accounts: "count: 3, password: \"s3cret\"")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("; 3 logins ("), "\(outcome.output)")
    }

    @Test("who has no name gets in by ANONYMOUS")
    func anonymous() async throws {
        let outcome = try await run("ANONYMOUS", accounts: "anonymous: true")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("; 3 logins ("), "\(outcome.output)")
    }
}
