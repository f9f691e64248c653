import ResultFiles
import TestSupport
import Testing

/// A target that is a domain, from DNS to the result folder.
@Suite("A domain as the target, as its user sees it")
struct ServerSearchCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func muster(
        _ command: String, _ dns: NameServer?, target: String = "example.org", tls: String = "verify: none"
    ) async throws -> ChildProcess.Outcome {
        let scenario = """
            name: domain
            target: {address: \(target), \(tls)}
            accounts: {count: 5, password: pw}
            load:
              - burst: {logins: 20}
            """
        let path = try folder.write(scenario, to: "scenario.yml")
        let results = command == "run" ? ["--results", folder.path("results"), "--quiet"] : []
        return try await MusterBinary.run([command, path] + results, environment: environment(dns))
    }

    private func probe(_ dns: NameServer, _ arguments: String...) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(
            ["probe", "example.org", "--user", "u1"] + arguments,
            environment: environment(dns).merging(["MUSTER_PASSWORD": "pw"]) { $1 })
    }

    private func environment(_ dns: NameServer?) -> [String: String] {
        dns.map { ["MUSTER_RESOLVER": $0.address] } ?? [:]
    }

    /// Leads to a port that nobody listens on, then to this one.
    private func zone(_ port: UInt16, service: String = "_xmpp-client._tcp") throws -> NameServer {
        try NameServer([
            "\(service).example.org": .records([
                .service(priority: 10, weight: 0, port: try FreePort.take(), target: "one.example.org"),
                .service(priority: 20, weight: 0, port: port, target: "one.example.org"),
            ]),
            "one.example.org": .records([.v4("127.0.0.1")]),
        ])
    }

    @Test(
        "everybody logs in at the first of its servers that answers, and the result says which",
        arguments: [
            ("starttls", "_xmpp-client._tcp"), ("direct", "_xmpps-client._tcp"),
        ])
    func run(_ tls: String, _ service: String) async throws {
        let server = try await ServeProcess(["--tls", tls, "--domain", "example.org"])
        let dns = try zone(server.port, service: service)
        let outcome = try await muster("run", dns, tls: "tls: \(tls), verify: none")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let result = try ResultReader.read(folder.path("results/latest"))
        #expect(result.total("login")?.count == 20)
        #expect(result.total("resolve")?.count == 1)
        let description = folder.text(of: "results/latest/run.json")
        #expect(description.contains("127.0.0.1:\(server.port)"))
        #expect(description.contains("\(service) 20 0 \(server.port) one.example.org"))
        try await server.stop()
    }

    @Test("the certificate is still checked for the domain, not for the host that DNS names")
    func certificate() async throws {
        let certificates = try Certificates()
        try await certificates.make("one.example.org", ["-addext", "subjectAltName=DNS:one.example.org"])
        let server = try await ServeProcess(["--domain", "example.org"])
        let dns = try zone(server.port)
        let verify = "verify: {ca: \"\(certificates.certificate("one.example.org"))\"}"
        let outcome = try await muster("run", dns, tls: verify)
        #expect(outcome.status == .exited(1))
        let failures = try ResultReader.read(folder.path("results/latest")).failures
        #expect(failures.map(\.kind) == ["tls"] && failures.map(\.phase) == ["tls"], "\(failures)")
        try await server.stop()
    }

    @Test("a domain that leads off this machine needs its owner's consent", arguments: ["run", "check"])
    func stranger(_ command: String) async throws {
        let dns = try NameServer(["example.org": .records([.v4("192.0.2.1")])])
        let outcome = try await muster(command, dns)
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("192.0.2.1:5222 is not this machine"), "\(outcome.errorOutput)")
        #expect(outcome.errorOutput.contains("owner-consents: true"))
        let probe = try await probe(dns)
        #expect(probe.status == .exited(2))
        #expect(probe.errorOutput.contains("--owner-consents"))
    }

    @Test(
        "what DNS does not say is told by name, with exit code 3",
        arguments: [
            (NameServer.Answer.noSuchName, "dns: example.org: no address"),
            (.malformed, "dns: _xmpp-client._tcp.example.org: the answer cannot be read"),
            (.silence, "dns: _xmpp-client._tcp.example.org: no usable answer from the name server"),
            (
                .records([.service(priority: 0, weight: 0, port: 0, target: ".")]),
                "dns: example.org does not offer _xmpp-client._tcp: its record says so"
            ),
        ])
    func failures(_ answer: NameServer.Answer, _ reason: String) async throws {
        let dns = try NameServer(["_xmpp-client._tcp.example.org": answer])
        for outcome in [try await muster("run", dns), try await muster("check", dns), try await probe(dns)] {
            #expect(outcome.status == .exited(3))
            #expect(outcome.errorOutput == "muster: the target cannot be found: \(reason)\n")
        }
    }

    @Test("check says where the domain leads, and sends nothing there")
    func check() async throws {
        let outcome = try await muster("check", try zone(5222))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("\n# _xmpp-client._tcp 20 0 5222 one.example.org: 127.0.0.1:5222\n"))
        #expect(outcome.output.contains("\n# tried in this order: 127.0.0.1:"))
    }

    @Test("probe says which records it found, and goes on where a server refuses")
    func probe() async throws {
        let server = try await ServeProcess(["--domain", "example.org"])
        let outcome = try await probe(try zone(server.port))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("_xmpp-client._tcp 10 0 "))
        #expect(lines[1] == "_xmpp-client._tcp 20 0 \(server.port) one.example.org: 127.0.0.1:\(server.port)")
        #expect(lines.contains("  connect: connection refused"))
        #expect(lines.contains("127.0.0.1:\(server.port), domain example.org"))
        try await server.stop()
    }

    @Test("localhost needs no DNS: it is this machine on port 5222")
    func localhost() async throws {
        let outcome = try await muster("check", nil, target: "localhost")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("# localhost has no _xmpp-client._tcp record: localhost itself, port 5222"))
    }

    @Test("a name server that is no address is told by name", arguments: ["nonsense", "127.0.0.1:0", "::1"])
    func badResolver(_ text: String) async throws {
        let outcome = try await MusterBinary.run(["probe", "example.org"], environment: ["MUSTER_RESOLVER": text])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.hasPrefix("muster: MUSTER_RESOLVER \(text): "))
    }
}
