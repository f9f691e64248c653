import TestSupport
import Testing

@Suite("muster probe at real servers", .serialized)
struct ProbeTests {
    private func probe(_ server: some RealServer) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(
            ["probe", "127.0.0.1:\(server.port)", "--domain", server.domain, "--user", "u1", "--transcript"],
            environment: ["MUSTER_PASSWORD": "pw"])
    }

    @Test("everything that Prosody offers is explained")
    func prosody() async throws {
        var options = Prosody.Options()
        options.registration = true
        let server = try await Prosody(options)
        try expectExplained(try await probe(server))
    }

    @Test("everything that ejabberd offers is explained")
    func ejabberd() async throws {
        let server = try await Ejabberd()
        try expectExplained(try await probe(server))
    }

    private func expectExplained(_ outcome: ChildProcess.Outcome) throws {
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(!outcome.output.contains("not known here"), "\(outcome.output)")
        #expect(outcome.output.contains("offers bind"))
        #expect(outcome.output.contains("for localhost, anonymous.localhost, which covers localhost"))
        let payloads = outcome.output.matches(of: #/<(auth|response|challenge|success)\b[^>\/]*>([^<]*)<\//#)
        #expect(!payloads.isEmpty && payloads.allSatisfy { ["***", ""].contains($0.2) })
    }
}
