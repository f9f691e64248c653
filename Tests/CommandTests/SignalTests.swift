import Glibc
import ResultFiles
import TestSupport
import Testing

@Suite("a run that is disturbed")
struct SignalTests {
    private func scenario(_ target: String, rate: Int = 50, seconds: Int = 60, more: String = "") -> String {
        LiveRun.scenario(target, "{hold: {rate: \(rate)/s, for: \(seconds)s}}", more: more)
    }

    @Test("SIGINT and SIGTERM stop arrivals, drain, write everything and exit 130", arguments: [SIGINT, SIGTERM])
    func drains(_ signal: Int32) async throws {
        let run = try LiveRun(scenario("embedded", more: "session: {stay: 1s}"))
        try await run.await("logins flowed") { $0.intervals(of: "login").contains { $0.completed > 40 } }
        run.process.signal(signal)
        #expect(try await run.process.waitUntilExit() == .exited(130))
        let result = try run.result()
        #expect(result.run?.state == .interrupted)
        #expect(result.failures == [])
        #expect(result.total("due")?.count == result.total("login")?.count)
    }

    @Test("SIGHUP, as of a terminal that is closed, ends neither the run nor its embedded server")
    func hangup() async throws {
        let run = try LiveRun(scenario("embedded", seconds: 4))
        try await run.await("logins flowed") { $0.intervals(of: "login").contains { $0.completed > 0 } }
        run.process.signal(SIGHUP)
        kill(try #require(try run.result().run?.server.pid), SIGHUP)
        #expect(try await run.process.waitUntilExit() == .exited(0), "\(run.process.errorOutput)")
        let result = try run.result()
        #expect(result.run?.state == .finished)
        #expect(result.total("login")?.count == 200 && result.failures.isEmpty)
    }

    @Test("a second signal does not wait for what is in flight, and counts it as not reached")
    func stopsAtOnce() async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "PLAIN", "--delay", "sasl=60000ms"])
        let run = try LiveRun(scenario(server.target()))
        try await run.await("logins were in flight") { $0.system.contains { $0.inFlight > 20 } }
        run.process.signal(SIGINT)
        try await awaitCondition("arrivals stopped") {
            let result = try run.result()
            return result.intervals(of: "due").last?.at ?? 0 < result.system.last?.at ?? 0
        }
        run.process.signal(SIGINT)
        #expect(try await run.process.waitUntilExit() == .exited(130))
        let due = try #require(try run.result().total("due"))
        #expect(due.count > 20 && due.failures == due.count)
        #expect(due.p50 == .infinity)
        try await server.stop()
    }

    @Test("kill -9 leaves no embedded server behind, and what was written parses")
    func killed() async throws {
        let run = try LiveRun(scenario("embedded"))
        try await run.await("logins flowed") { $0.intervals(of: "login").contains { $0.completed > 40 } }
        let child = try #require(try run.result().run?.server.pid)
        #expect(kill(child, 0) == 0)
        try await run.process.kill()
        try await awaitCondition("the embedded server was gone") { kill(child, 0) != 0 }
        let result = try run.result()
        #expect(result.run?.state == .running)
        #expect(result.missing == [])
        #expect(result.intervals(of: "login").reduce(0) { $0 + $1.completed } > 40)
    }

    @Test("what a generator that stood still decides is not judged: exit 4, both figures, and the seconds are marked")
    func saturated() async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "PLAIN"])
        let run = try LiveRun(
            scenario(
                server.target(), seconds: 5,
                more: "thresholds: [due max < 500ms, due max < 30s]"))
        try await run.await("logins flowed") { $0.intervals(of: "login").contains { $0.completed > 40 } }
        try await run.process.freeze()
        let fiftyLater = ContinuousClock.now + .seconds(1)
        try await awaitCondition("fifty arrivals had fallen due") { ContinuousClock.now >= fiftyLater }
        run.process.signal(SIGCONT)
        #expect(try await run.process.waitUntilExit() == .exited(4))
        let sentence = run.process.output
        #expect(sentence.hasPrefix("not judged: due max < 500ms is "), "\(sentence)")
        #expect(sentence.contains(" in which the load generator was the bottleneck, "), "\(sentence)")
        #expect(try run.result().run?.verdict?.thresholds.map(\.outcome) == ["not judged", "passed", "passed"])
        #expect(try run.result().system.contains { $0.marked > 0 })
        try await server.stop()
    }
}
