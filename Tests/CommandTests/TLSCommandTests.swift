import ResultFiles
import TestSupport
import Testing

/// Certificates, tickets and groups, from the scenario to the result folder.
@Suite("TLS, as its user sees it")
struct TLSCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func scenario(_ target: String, _ rest: String, accounts: String = "count: 5") -> String {
        """
        name: tls
        target: {address: embedded, \(target)}
        accounts:
          \(accounts)
        load:
          - crowd: {sessions: 1, logins: 20}
        \(rest)
        """
    }

    private func run(_ scenario: String) async throws -> ChildProcess.Outcome {
        let path = try folder.write(scenario, to: "scenario.yml")
        return try await MusterBinary.run(
            ["run", path, "--results", folder.path("results"), "--lanes", "1", "--quiet"])
    }

    private func result() throws -> StoredResult { try ResultReader.read(folder.path("results/latest")) }

    @Test("tickets of each account are used again, and the result says how often", arguments: ["1.2", "1.3"])
    func resumption(_ version: String) async throws {
        let outcome = try await run(scenario("resume: account, tls-versions: \(version)", ""))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let result = try result()
        #expect(result.total("tls")?.count == 20)
        #expect(result.total("tls.full")?.count == 5)
        #expect(result.total("tls.resumed")?.count == 15)
    }

    @Test("without resume there is no row of what a handshake was")
    func noLabels() async throws {
        let outcome = try await run(scenario("tls: direct", ""))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(try result().total("tls")?.count == 20)
        #expect(try result().total("tls.full") == nil)
    }

    @Test(
        "EXTERNAL logs everybody in, with certificates of their own or one for all", arguments: ["{username}", "all"])
    func external(_ name: String) async throws {
        let certificates = try await ClientCertificates()
        let outcome = try await run(external(certificates, certificates.scenario(name)))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(try result().total("login")?.count == 20)
        #expect(try result().failures.isEmpty)
    }

    @Test("a stranger's certificate is told by the server's alert, for every login")
    func stranger() async throws {
        let certificates = try await ClientCertificates()
        let outcome = try await run(external(certificates, certificates.scenario("stranger")))
        #expect(outcome.status == .exited(1))
        let failures = try result().failures
        #expect(failures.map(\.condition) == ["tlsv1 alert unknown ca"], "\(failures)")
        #expect(failures.map(\.count) == [20])
    }

    private func external(_ certificates: ClientCertificates, _ certificate: String) -> String {
        scenario(
            "embedded: {client-ca: \"\(certificates.authority)\"}", "login: {mechanism: EXTERNAL}",
            accounts: "count: 5\n  certificate: \(certificate)")
    }

    @Test(
        "files that are no certificate, or a key of another, are told by file, line and key",
        arguments: ["run", "check"])
    func badFiles(_ command: String) async throws {
        let certificates = try await ClientCertificates()
        let files = certificates.files
        let mismatched = "{cert: \"\(files.certificate("u1"))\", key: \"\(files.key("u2"))\"}"
        let (line, message) = try await refusal(command, certificates, mismatched)
        #expect(line == "scenario.yml:5:3: the key in \(files.key("u2")) is not that of \(files.certificate("u1"))")
        #expect(message.contains("\n      certificate: {cert: "))

        try files.folder.write("no certificate", to: "u2.pem")
        let each = try await refusal(command, certificates, certificates.scenario("u{n}"))
        #expect(each.line == "scenario.yml:5:3: cannot read a certificate from \(files.certificate("u2"))")
    }

    private func refusal(
        _ command: String, _ certificates: ClientCertificates, _ certificate: String
    ) async throws -> (line: String, message: String) {
        try folder.write(external(certificates, certificate), to: "scenario.yml")
        let outcome = try await MusterBinary.run([command, "scenario.yml"], currentDirectory: folder.path)
        #expect(outcome.status == .exited(2))
        return (String(outcome.errorOutput.prefix { $0 != "\n" }), outcome.errorOutput)
    }

    @Test("a group that the library does not know, and an authority that is none, are told with their line")
    func badSettings() async throws {
        let file = try folder.write("nothing", to: "ca.pem")
        let outcome = try await run(
            scenario("tls-groups: [X25519, MLKEM768], verify: {ca: \(file)}, embedded: {client-ca: \(file)}", ""))
        #expect(outcome.status == .exited(2))
        let lines = outcome.errorOutput.split(separator: "\n").filter { $0.contains("scenario.yml:2:") }
        #expect(lines.count == 3, "\(outcome.errorOutput)")
        #expect(lines[0].hasSuffix("OpenSSL does not know the groups X25519:MLKEM768"))
        #expect(lines[1].hasSuffix("cannot read certificates from \(file)"))
        #expect(lines[2].hasSuffix("cannot read certificates from \(file)"))
    }

    @Test("muster serve does not start with an authority that is none")
    func badAuthority() async throws {
        let file = try folder.write("nothing", to: "ca.pem")
        let outcome = try await MusterBinary.run(["serve", "--client-ca", file])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput == "muster: --client-ca: cannot read certificates from \(file)\n")
    }
}
