import ResultFiles
import TestSupport
import Testing

@Suite("what logins cost real servers", .serialized)
struct CostTests {
    @Test("the blocks' processor time is all that Prosody used")
    func prosody() async throws { try await expectComplete(at: try await Prosody()) }

    @Test("the blocks' processor time is all that ejabberd used")
    func ejabberd() async throws { try await expectComplete(at: try await Ejabberd()) }

    /// The sum over all blocks, the warm-up's included, and the idle time before and after.
    private func expectComplete(at server: any RealServer) async throws {
        // The first login of a server's life loads what the others use.
        _ = try await LoginCase(mechanism: "PLAIN", security: .none, load: "- burst: {logins: 5}").run(at: server)
        let before = try ProcessTree.processorSeconds(server.pid)
        let result = try await compare(at: server)
        let used = try ProcessTree.processorSeconds(server.pid) - before
        let idle = try #require(result.run?.experiment?.idle.first)
        let idleSeconds = ((idle.before ?? 0) + (idle.after ?? 0)) * 5 / 1e6
        let blocks = result.blocks.reduce(0) { $0 + Double($1.serverCPU ?? 0) } / 1e6
        #expect(abs(blocks + idleSeconds - used) <= 0.02 * used, "\(blocks) s and \(idleSeconds) s idle of \(used) s")
        #expect(result.blocks.count { $0.block > 0 } == 6)
        #expect(result.blocks.allSatisfy { $0.failures == 0 && $0.serverPID == server.pid })
        let measured = result.comparison.filter { $0.measure == "server_cpu_per_login" }
        #expect(measured.map(\.variant) == ["scram", "plain again"])
        #expect(measured.allSatisfy { $0.value > 0 && $0.baselineValue > 0 })
    }

    private func compare(at server: any RealServer) async throws -> StoredResult {
        let folder = try TemporaryDirectory("cost")
        let scenario = try folder.write(
            """
            name: cost
            target: {address: "127.0.0.1:\(server.port)", domain: \(server.domain), tls: none}
            accounts: {count: 200, password: "${MUSTER_PASSWORD}"}
            login: {mechanism: PLAIN}
            load: [{crowd: {sessions: 10, logins: \(TestSize.pick(small: 200, long: 2_000))}}]
            compare:
              baseline: plain
              blocks: 2
              variants: {plain: {}, scram: {login.mechanism: SCRAM-SHA-1}}
            """, to: "scenario.yml")
        let outcome = try await MusterBinary.run(
            ["run", scenario, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"],
            within: .seconds(300))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        return try ResultReader.read(folder.path("results/latest"))
    }
}
