import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Engine

@Suite("A session that is online", .serialized)
struct KeepaliveTests {
    private static let reset = """
        <stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>
        """

    /// One session at a server that goes on like this once it is online; how the session ended.
    private func end(
        _ keepalive: SessionPlan.Keepalive?, patience: Duration = .seconds(20), _ lines: [ScriptedServer.Line]
    ) async throws -> [String] {
        let server = try ScriptedServer(ScriptedLogin.lines + lines)
        let session = SessionPlan(stay: .for(.seconds(60)), keepalive: keepalive)
        let stage = Stage(name: "one", shape: .crowd(sessions: 1, end: .logins(1)))
        let trial = try OutageTrial(nil)
        trial.plan.stages = [stage, Stage(name: "rest", shape: .hold(rate: 0, duration: .seconds(60)))]
        trial.plan.session = session
        trial.plan.login.steps = [.bind, .presence]
        trial.plan.login.timeouts.byPhase["online"] = patience
        trial.proxy.redirect(to: server.port)
        let totals = try await trial.run { trial in
            try await awaitCondition("the session was over") { trial.proxy.isIdle }
        }
        return totals.failures.ordered.map { "\($0.key.phase): \($0.key.kind.rawValue): \($0.key.condition)" }
    }

    @Test("misses the answer to a ping")
    func missingPong() async throws {
        let end = try await end(.ping(every: .milliseconds(50)), patience: .milliseconds(200), [.hearTheEnd])
        #expect(end == ["online: timeout: no answer to ping"])
    }

    @Test("pings again and again as long as it is answered")
    func pings() async throws {
        let lines: [ScriptedServer.Line] = (1...4).flatMap { number in
            [.hear("id='p\(number)'"), .say("<iq type='result' id='p\(number)'/>")]
        }
        let end = try await end(.ping(every: .milliseconds(50)), lines + [.say(Self.reset), .hearTheEnd])
        #expect(end == ["online: stream: reset"])
    }

    @Test("sends white space")
    func whitespace() async throws {
        let end = try await end(
            .whitespace(every: .milliseconds(50)), [.hear(" "), .hear(" "), .say(Self.reset), .hearTheEnd])
        #expect(end == ["online: stream: reset"])
    }

    @Test("answers the server's pings")
    func answers() async throws {
        let ping = "<iq type='get' id='s7' from='localhost'><ping xmlns='urn:xmpp:ping'/></iq>"
        let end = try await end(
            nil,
            [
                .say(ping), .hear("<iq type='result' id='s7' to='localhost'/>"), .say(Self.reset), .hearTheEnd,
            ])
        #expect(end == ["online: stream: reset"])
    }
}
