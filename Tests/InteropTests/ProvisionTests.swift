import Foundation
import ResultFiles
import TestSupport
import Testing

/// Accounts of real servers, made by every way that they have.
@Suite("making accounts at real servers", .serialized)
struct ProvisionTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("provision") }

    private func scenario(_ server: any RealServer, count: Int = 50) throws -> String {
        try folder.write(
            """
            name: provision
            target:
              address: 127.0.0.1:\(server.port)
              domain: \(server.domain)
              verify: {ca: "\(server.certificateAuthority)"}
            accounts: {pattern: "guest{n}", count: \(count), password: "${MUSTER_PASSWORD}"}
            load: [{crowd: {sessions: 10, logins: \(count)}}]
            thresholds: [failures < 0.001%]
            """, to: "scenario.yml")
    }

    private func muster(_ arguments: String...) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(arguments, environment: ["MUSTER_PASSWORD": "pa<s&\"'\\wörd"])
    }

    private func provision(_ scenario: String, _ arguments: String...) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(
            ["provision", scenario, "--rate", "100/s"] + arguments,
            environment: ["MUSTER_PASSWORD": "pa<s&\"'\\wörd"])
    }

    /// Everybody logs in, or nobody: then each is refused by name.
    private func expectLogins(_ scenario: String, _ isExpected: Bool, count: UInt64 = 50) async throws {
        let results = folder.path("results")
        let outcome = try await muster("run", scenario, "--results", results, "--quiet")
        #expect(outcome.status == .exited(isExpected ? 0 : 1), "\(outcome.output)\(outcome.errorOutput)")
        let failures = try ResultReader.read(results + "/latest").failures
        let refusals = failures.filter { $0.kind == "sasl" && $0.condition == "not-authorized" }
        #expect(failures.count == refusals.count)
        #expect(refusals.reduce(0) { $0 + $1.count } == (isExpected ? 0 : count))
    }

    private func expectLife(at server: any RealServer) async throws {
        let scenario = try scenario(server)
        let made = try await provision(scenario)
        #expect(made.status == .exited(0), "\(made.output)")
        #expect(made.output.contains("       50  created\n"))
        try await expectLogins(scenario, true)
        let again = try await provision(scenario)
        #expect(again.status == .exited(0), "\(again.output)")
        #expect(again.output.contains("       50  already there\n"))
        let wrong = try await MusterBinary.run(
            ["provision", scenario, "--rate", "100/s", "--quiet"], environment: ["MUSTER_PASSWORD": "another"])
        #expect(wrong.status == .exited(1))
        #expect(wrong.output == "not provisioned: 0 of 50 accounts are there; 50 there with another password\n")
        let removed = try await provision(scenario, "--remove")
        #expect(removed.status == .exited(0), "\(removed.output)")
        #expect(removed.output.contains("       50  removed\n"))
        let gone = try await provision(scenario, "--remove")
        #expect(gone.status == .exited(1), "\(gone.output)")
        #expect(gone.output.contains("       50  refused: gone already, or another password\n"))
        try await expectLogins(scenario, false)
    }

    @Test("Prosody makes and removes accounts in-band, and doing either twice is harmless")
    func prosody() async throws {
        var options = Prosody.Options()
        options.accounts = 0
        options.registration = true
        try await expectLife(at: try await Prosody(options))
    }

    @Test("Prosody that requires TLS and hashes its passwords does too")
    func hashedProsody() async throws {
        var options = Prosody.Options()
        options.accounts = 0
        options.registration = true
        options.requiresTLS = true
        options.storage = .hashed(.sha1, iterations: 4096)
        try await expectLife(at: try await Prosody(options))
    }

    @Test("ejabberd makes and removes accounts in-band, and doing either twice is harmless")
    func ejabberd() async throws {
        var options = Ejabberd.Options()
        options.accounts = 0
        options.registration = .unlimited
        try await expectLife(at: try await Ejabberd(options))
    }

    @Test("ejabberd as it comes registers one account, and its wish to wait is named")
    func defaultEjabberd() async throws {
        var options = Ejabberd.Options()
        options.accounts = 0
        options.registration = .byDefault
        let server = try await Ejabberd(options)
        let outcome = try await provision(try scenario(server, count: 1000))
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.contains("        1  created\n"), "\(outcome.output)")
        #expect(outcome.output.contains(" register: stanza: resource-constraint"))
        #expect(outcome.output.contains("hint: ejabberd registers one account per address in 600 s"))
        #expect(outcome.output.hasSuffix("stopped, for the server asks to wait\n"))
        try await server.stop()
    }

    @Test("a server without registration says so")
    func notOffered() async throws {
        for server in [try await Prosody() as any RealServer, try await Ejabberd()] {
            let outcome = try await provision(try scenario(server))
            #expect(outcome.status == .exited(1))
            #expect(outcome.output.contains("(the server does not offer registration)"), "\(outcome.output)")
            #expect(outcome.output.contains("not provisioned: 0 of 50 accounts are there"))
        }
    }

    @Test("a field that Prosody requires and nobody can guess is named, and one that may stay empty does")
    func fields() async throws {
        var options = Prosody.Options()
        options.accounts = 0
        options.registration = true
        options.configuration = "additional_registration_fields = { \"phone+\", \"nick\" }"
        let strict = try await Prosody(options)
        let outcome = try await provision(try scenario(strict))
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.contains(" register: protocol: registration asks for phone"), "\(outcome.output)")
        try await strict.stop()

        options.configuration = "additional_registration_fields = { \"email+\", \"nick\" }"
        let lenient = try await Prosody(options)
        #expect(try await provision(try scenario(lenient)).status == .exited(0))
        try await lenient.stop()
    }

    // MARK: Files

    private func file(_ format: String, for scenario: String) async throws -> String {
        let path = folder.path("accounts.\(format)")
        let outcome = try await muster(
            "provision", scenario, "--by", "file", "--format", format, "--output", path)
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        return path
    }

    @Test("Prosody's console reads its file, and reads it again without harm")
    func prosodyFile() async throws {
        var options = Prosody.Options()
        options.accounts = 0
        options.console = true
        options.storage = .hashed(.sha256)
        let server = try await Prosody(options)
        let scenario = try scenario(server)
        let text = try String(contentsOfFile: try await file("prosody", for: scenario), encoding: .utf8)
        let first = try await server.command(text)
        #expect(first.status == .exited(0))
        #expect(first.output.matches(of: /OK: User created/).count == 50, "\(first.output)")
        try await expectLogins(scenario, true)
        let second = try await server.command(text)
        #expect(second.output.matches(of: /Error: User exists/).count == 50)
        try await expectLogins(scenario, true)
    }

    @Test("ejabberdctl import_piefxis reads its file", arguments: [false, true])
    func ejabberdFile(isHashed: Bool) async throws {
        // The file depends on the domain alone, the scenario on the server's port too.
        let domain = try folder.write(
            """
            name: domain
            target: {address: "127.0.0.1:5222", domain: localhost}
            accounts: {pattern: "guest{n}", count: 50, password: "${MUSTER_PASSWORD}"}
            load: [{burst: {logins: 1}}]
            """, to: "domain.yml")
        var options = Ejabberd.Options()
        options.accounts = 0
        options.storage = isHashed ? .scram(.sha1) : .plain
        options.importedFile = try await file("ejabberd", for: domain)
        let server = try await Ejabberd(options)
        try await expectLogins(try scenario(server), true)
        try await server.stop()
    }
}
