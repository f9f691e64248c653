import TestSupport
import Testing

@Suite("muster compare, as its user sees it")
struct CompareCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Intervals of a second, one more or less than its seconds.
    private func run(
        _ server: ServeProcess, _ name: String, seconds: Int, keys: String = ""
    ) async throws -> String {
        let scenario = try folder.write(
            """
            name: night
            seed: 5
            target: \(server.target())
            accounts: {count: 50, password: "${MUSTER_PASSWORD}"}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: 30/s, for: \(seconds)s}}]
            \(keys)
            """, to: "\(name).yml")
        let results = "\(folder.path)/\(name)"
        let outcome = try await MusterBinary.run(
            ["run", scenario, "--results", results, "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        return results + "/latest"
    }

    private func compare(_ arguments: String...) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(["compare"] + arguments)
    }

    @Test("a server that became slower is a regression by name; the same run is none, nor is what is tolerated")
    func regression() async throws {
        let quick = try await ServeProcess(["--tls", "none"])
        let slow = try await ServeProcess(["--tls", "none", "--delay", "sasl=40ms"])
        async let first = run(quick, "quick", seconds: 24)
        async let second = run(slow, "slow", seconds: 24)
        let (before, after) = try await (first, second)
        let worse = try await compare(before, after)
        #expect(worse.status == .exited(1))
        #expect(
            worse.output.split(separator: "\n").last?.contains("regression: login p50 slower") == true,
            "\(worse.output)")
        let same = try await compare(before, before)
        #expect(same.status == .exited(0), "\(same.output)")
        let tolerated = try await compare(before, after, "--tolerance", "1000%", "--quiet")
        #expect(tolerated.output.split(separator: "\n").count == 1)
        try await quick.stop()
        try await slow.stop()
    }

    @Test("results of different scenarios are refused, with the key that differs")
    func different() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        async let first = run(server, "plain", seconds: 2)
        async let second = run(server, "staying", seconds: 2, keys: "session: {stay: 1s}")
        let (plain, staying) = try await (first, second)
        let outcome = try await compare(plain, staying)
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("different scenarios: session.stay: 0s and 1s"), "\(outcome.errorOutput)")
        let none = try await compare(plain, folder.path)
        #expect(none.status == .exited(2))
        #expect(none.errorOutput.contains("no result is in this folder"))
        try await server.stop()
    }
}
