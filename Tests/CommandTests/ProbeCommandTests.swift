import Foundation
import Reports
import TestSupport
import Testing

@Suite("muster probe")
struct ProbeCommandTests {
    private func probe(_ port: UInt16, _ arguments: String..., password: String = "pw") async throws
        -> ChildProcess.Outcome
    {
        try await probe(port, arguments, password: password)
    }

    private func probe(
        _ port: UInt16, _ arguments: [String], password: String = "pw"
    ) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(
            ["probe", "127.0.0.1:\(port)", "--domain", "localhost"] + arguments,
            environment: ["MUSTER_PASSWORD": password])
    }

    /// The lines to paste, as whoever pastes them would have them.
    private func scenario(in output: String) throws -> String {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("    name: ") })
        return lines[start...].map { $0.dropFirst(4) }.joined(separator: "\n")
    }

    private func check(_ scenario: String) async throws -> ChildProcess.Outcome {
        let folder = try TemporaryDirectory("probe")
        return try await MusterBinary.run(
            ["check", try folder.write(scenario, to: "scenario.yml")], environment: ["MUSTER_PASSWORD": "pw"])
    }

    @Test("each step has its time and its meaning, the certificate its names, its days and whether it is trusted")
    func explains() async throws {
        let server = try await ServeProcess(["--domain", "localhost"])
        let outcome = try await probe(server.port, "--user", "u1")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        for phase in ["connect", "greeting", "starttls", "tls", "offer", "sasl", "restart", "bind", "roster", "login"] {
            #expect(outcome.output.contains(try Regex("\n  \(phase) +[0-9.]+ (µs|ms|s)  [a-zA-Z]")), "\(phase)")
        }
        #expect(outcome.output.contains(#/TLSv1.3, TLS_[A-Z0-9_]+, \S+, a full handshake/#))
        #expect(outcome.output.contains("not trusted: self-signed certificate"))
        #expect(outcome.output.contains("for localhost, which covers localhost"))
        #expect(outcome.output.contains(#/, \d days? left/#))
        #expect(outcome.output.contains("offers DIGEST-MD5, which is historic: RFC 6331"))
        #expect(outcome.output.contains("logged in by SCRAM-SHA-256"))
        #expect(!outcome.output.contains("not known here"))
        try await server.stop()
    }

    @Test("a certificate for another name is said to be one")
    func otherName() async throws {
        let server = try await ServeProcess(["--domain", "localhost"])
        let outcome = try await MusterBinary.run(
            ["probe", "127.0.0.1:\(server.port)", "--domain", "elsewhere.example", "--tls", "direct"])
        #expect(outcome.status == .exited(1))
        let direct = try await ServeProcess(["--domain", "localhost", "--tls", "direct"])
        let other = try await MusterBinary.run(
            ["probe", "127.0.0.1:\(direct.port)", "--domain", "elsewhere.example", "--tls", "direct"])
        #expect(other.output.contains("for localhost: not for elsewhere.example"))
        try await server.stop()
        try await direct.stop()
    }

    @Test(
        "the lines to paste are a scenario that muster check takes and muster run passes",
        arguments: ["starttls", "direct", "none"])
    func pasted(tls: String) async throws {
        let server = try await ServeProcess(["--domain", "localhost", "--tls", tls, "--profile", "openfire"])
        let outcome = try await probe(server.port, "--user", "u1", "--tls", tls)
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let scenario = try scenario(in: outcome.output)
        let checked = try await check(scenario)
        #expect(checked.status == .exited(0), "\(checked.errorOutput)")
        #expect(checked.errorOutput == "")
        let folder = try TemporaryDirectory("probe")
        let run = try await MusterBinary.run(
            [
                "run", try folder.write(scenario, to: "scenario.yml"), "--results", folder.path("results"), "--quiet",
                "--set", "load.0.hold.for=1s",
            ], environment: ["MUSTER_PASSWORD": "pw"])
        #expect(run.output.hasPrefix("passed muster"), "\(run.errorOutput)")
        try await server.stop()
    }

    @Test("whatever was found out, the lines to paste are a scenario")
    func everyScenario() async throws {
        let pin = String(repeating: "ab", count: 32)
        for (isLocal, address) in [(true, "127.0.0.1:5222"), (false, "chat.example.org:5222"), (true, "[::1]:5222")] {
            for (tls, mechanism) in [("none", "PLAIN"), ("starttls", "SCRAM-SHA-1"), ("direct", nil)] {
                for user in [nil, "u1", "josé", "quote\\me"] as [String?] {
                    var server = ProbedServer(
                        address: address, domain: "exämple.org", encryption: tls, isLocal: isLocal, user: user)
                    server.mechanism = user == nil ? nil : mechanism
                    server.hangsOnTLS13 = tls != "none"
                    if tls != "none" {
                        server.certificate = .init(sha256: pin, distrust: tls == "direct" ? "self-signed" : nil)
                    }
                    let scenario = server.scenario.joined(separator: "\n")
                    let outcome = try await check(scenario)
                    #expect(outcome.status == .exited(0), "\(scenario)\n\(outcome.errorOutput)")
                }
            }
        }
    }

    @Test("a server that is silent on TLS 1.3 is given TLS 1.2 in its scenario")
    func hint() {
        var server = ProbedServer(
            address: "127.0.0.1:5222", domain: "localhost", encryption: "starttls", isLocal: true, user: "u1")
        #expect(!server.scenario.contains { $0.contains("tls-versions") })
        server.hangsOnTLS13 = true
        #expect(server.scenario.contains { $0.hasPrefix("  tls-versions: 1.2 ") })
    }

    @Test("no mechanism's secret is in a transcript", arguments: ["PLAIN", "SCRAM-SHA-1", "DIGEST-MD5"])
    func transcript(mechanism: String) async throws {
        let server = try await ServeProcess(["--domain", "localhost", "--mechanism", mechanism])
        let outcome = try await probe(
            server.port, "--user", "u1", "--mechanism", mechanism, "--transcript")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("mechanism='\(mechanism)'"))
        #expect(outcome.output.contains("<jid>u1@localhost/"))
        let payloads = outcome.output.matches(of: #/<(auth|response|challenge|success)\b[^>]*>([^<]*)<\//#)
        #expect(!payloads.isEmpty)
        #expect(payloads.allSatisfy { $0.2 == "***" })
        #expect(!outcome.output.contains(Data("\0u1\0pw".utf8).base64EncodedString()))
        try await server.stop()
    }

    @Test("what failed stands on the last line of standard error, and the scenario is shown all the same")
    func refused() async throws {
        let server = try await ServeProcess(["--domain", "localhost"])
        let outcome = try await probe(server.port, "--user", "u1", password: "wrong")
        #expect(outcome.status == .exited(1))
        let last = try #require(outcome.errorOutput.split(separator: "\n").last)
        #expect(last.hasPrefix("muster: sasl: sasl: not-authorized"))
        #expect(last.hasSuffix("; is there an account u1 at localhost, and is this its password?"))
        #expect(try await check(try scenario(in: outcome.output)).status == .exited(0))
        try await server.stop()
    }

    @Test("a server that wants an account, and one that does not serve the host, are told what to add")
    func advised() async throws {
        let server = try await ServeProcess(["--domain", "localhost", "--mechanism", "SCRAM-SHA-1"])
        let nobody = try await probe(server.port)
        #expect(nobody.status == .exited(1))
        #expect(nobody.errorOutput.hasSuffix("; --user NAME logs in by an account\n"))
        let elsewhere = try await MusterBinary.run(["probe", "127.0.0.1:\(server.port)"])
        #expect(elsewhere.status == .exited(1))
        #expect(elsewhere.errorOutput.hasSuffix("; --domain NAME asks for a domain that it serves\n"))
        try await server.stop()
    }

    @Test(
        "a scenario's verification is kept: the certificate is shown, and the password is not sent to another server",
        arguments: [
            ("verify: {ca: \"CA\"}", [], false), ("verify: full", [], false),
            ("verify: {pin: \(String(repeating: "ab", count: 32))}", [], false), ("verify: none", [], true),
            ("verify: {ca: \"CA\"}", ["--any-certificate"], true),
        ], ["PLAIN", "SCRAM-SHA-256"])
    func verified(_ target: (verify: String, arguments: [String], goesOn: Bool), _ mechanism: String) async throws {
        let certificates = try Certificates()
        try await certificates.make("localhost")
        let server = try await ServeProcess(["--domain", "localhost"])
        let verify = target.verify.replacing("CA", with: certificates.certificate("localhost"))
        let folder = try TemporaryDirectory("probe")
        let scenario = """
            name: probe
            target: {address: "127.0.0.1:\(server.port)", domain: localhost, \(verify)}
            accounts: {count: 5, password: pw}
            login: {mechanism: \(mechanism)}
            load: [{burst: {logins: 1}}]
            """
        let outcome = try await probe(
            server.port,
            ["--scenario", try folder.write(scenario, to: "scenario.yml"), "--transcript"] + target.arguments)
        #expect(outcome.output.contains("certificate of CN"), "\(outcome.output)")
        #expect(outcome.output.contains("<auth ") == target.goesOn)
        #expect(outcome.status == .exited(target.goesOn ? 0 : 1), "\(outcome.errorOutput)")
        #expect(outcome.errorOutput.contains("the password was not sent") == !target.goesOn)
        try await server.stop()
    }

    @Test(
        "a domain is the same however it is written, and what is none is refused",
        arguments: ["LOCALHOST", "Localhost."])
    func domain(_ domain: String) async throws {
        let server = try await ServeProcess(["--domain", "localHOST", "--mechanism", "DIGEST-MD5"])
        let outcome = try await MusterBinary.run(
            ["probe", "127.0.0.1:\(server.port)", "--domain", domain, "--user", "u1"],
            environment: ["MUSTER_PASSWORD": "pw"])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("which covers localhost"))
        let wrong = try await MusterBinary.run(["probe", "127.0.0.1:\(server.port)", "--domain", "a..b"])
        #expect(wrong.status == .exited(2) && wrong.errorOutput == "muster: --domain a..b: a label is empty\n")
        try await server.stop()
    }

    @Test("nobody listening is exit code 3, and no scenario")
    func unreachable() async throws {
        let outcome = try await probe(try FreePort.take(), "--user", "u1")
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput == "muster: connect: connection refused\n")
        #expect(!outcome.output.contains("name: "))
    }
}
