import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("muster run with steps of the scenario's own, as its user sees it")
struct OwnStepRunTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func scenario(
        _ steps: String, _ rest: String = "", timeout: String = "{vcard: 5s}",
        load: String = "hold: {rate: 40/s, for: 1s"
    ) -> String {
        """
        name: own
        target: {address: embedded, tls: none}
        accounts: {count: 50}
        login:
          mechanism: PLAIN
          timeout: \(timeout)
          steps:
            - bind
        \(steps)
        load: [{\(load), name: steady}}]
        \(rest)
        """
    }

    private let good = """
            - name: vcard
              send: "<iq type='get' id='{id}' xmlns:v='vcard-temp'><vCard xmlns='vcard-temp'/></iq>"
              expect: /c:iq[@type='result']/v:vCard
            - roster
            - {name: disco, send: "<iq type='get' id='{id}' to='{domain}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"}
            - {name: hello, send: "<message to='{jid}'><body>{n}</body></message>"}
        """

    private func run(_ scenario: String, _ arguments: String...) async throws -> ChildProcess.Outcome {
        let path = try folder.write(scenario, to: "scenario.yml")
        return try await MusterBinary.run(["run", path, "--results", folder.path("results")] + arguments)
    }

    private func result() throws -> StoredResult { try ResultReader.read(folder.path("results/latest")) }

    @Test("each step that has a reply is a phase in every file, and thresholds know it by its name")
    func rows() async throws {
        let outcome = try await run(scenario(good, "thresholds: [vcard p99 < 5s, disco p99 < 5s in steady]"))
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("✓ pass  vcard p99 < 5s ("))
        let result = try result()
        for step in ["vcard", "disco"] {
            #expect(outcome.output.contains("\n\(step)    "))
            #expect(result.total(step)?.count == 40 && result.total(step)?.failures == 0)
            #expect(
                result.histogram.filter { $0.phase == step && $0.stage == "steady" }.reduce(0) { $0 + $1.count } == 40)
            #expect(result.intervals(of: step).reduce(0) { $0 + $1.completed } == 40)
            #expect(result.log.contains { $0.phase == step && $0.stage == "steady" })
        }
        let phases = result.summary.map(\.phase)
        #expect(
            phases.firstIndex(of: "vcard").map { Array(phases[($0 - 1)...($0 + 2)]) } == [
                "roster", "vcard", "disco", "login",
            ])
        #expect(!phases.contains("hello"))
    }

    @Test("a threshold on a step fails by its name")
    func threshold() async throws {
        let outcome = try await run(scenario(good, "thresholds: [vcard p50 < 0.001ms]"), "--quiet")
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.hasPrefix("did not pass muster: vcard p50 < 0.001ms ("))
    }

    @Test(
        "what fails is counted in its step: an error, another reply, none in time",
        arguments: [
            ("<iq type='get' id='{id}'><nobody xmlns='urn:x'/></iq>", "/c:iq", nil),
            ("<iq type='get' id='{id}'><nobody xmlns='urn:x'/></iq>", "//c:x", "stanza,service-unavailable"),
            (
                "<iq type='get' id='{id}'><ping xmlns='urn:xmpp:ping'/></iq>", "//c:x",
                "protocol,reply does not match //c:x"
            ),
            ("<message to='{jid}'/>", "/c:message", "timeout,"),
        ] as [(String, String, String?)])
    func failures(_ stanza: String, _ expect: String, _ failure: String?) async throws {
        let step = "    - {name: echo, send: \"\(stanza)\", expect: \(expect)}"
        let outcome = try await run(scenario(step, "thresholds: [failures < 1%]", timeout: "{echo: 1s}"), "--quiet")
        #expect(outcome.status == .exited(failure == nil ? 0 : 1))
        let failures = try result().failures.map { "\($0.phase),\($0.kind),\($0.condition) \($0.count)" }
        #expect(failures == (failure.map { ["echo,\($0) 40"] } ?? []))
    }

    @Test("in an experiment the steps of all variants are compared where each has them")
    func experiment() async throws {
        let experiment = """
            compare:
              baseline: plain
              blocks: 2
              variants:
                plain: {}
                scram: {login.mechanism: SCRAM-SHA-1}
            """
        let outcome = try await run(
            scenario(good, experiment, load: "hold: {rate: 40/s, for: 1s"), "--quiet")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let result = try result()
        #expect(result.comparison.contains { $0.variant == "scram" && $0.phase == "vcard" && $0.measure == "p50" })
        #expect(Set(result.summary.filter { $0.phase == "disco" }.map(\.variant)) == ["plain", "scram", "plain again"])
    }

    @Test("a probe times each step by its name")
    func probe() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let path = try folder.write(scenario(good).replacing("count: 50", with: "count: 50, password: pw"), to: "p.yml")
        let outcome = try await MusterBinary.run([
            "probe", "127.0.0.1:\(server.port)", "--domain", "localhost", "--scenario", path,
        ])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("\n  vcard     "))
        try await server.stop()
    }
}
