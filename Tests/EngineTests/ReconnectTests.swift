import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Engine

@Suite("A session that dies", .serialized)
struct ReconnectTests {
    private static let soon = ReconnectPolicy.Schedule.fixed(after: .milliseconds(20), every: .milliseconds(40))

    private func failures(_ totals: RunTotals) -> [String: UInt64] {
        totals.failures.ordered.reduce(into: [:]) { counts, one in
            counts["\(one.key.phase): \(one.key.kind.rawValue): \(one.key.condition)", default: 0] += one.entry.count
        }
    }

    @Test("comes back with its own account, as an attempt and no arrival, and the time it was away is kept")
    func comesBack() async throws {
        let trial = try OutageTrial(ReconnectPolicy(.now))
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            trial.proxy.cut()
            try await awaitCondition("everybody was back") { trial.bound() == 2 * trial.sessions }
        }
        #expect(totals.record(of: .due).started == 20)
        #expect(totals.record(of: .due).completed == 20)
        #expect(totals.record(of: .login).completed == 40)
        #expect(totals.record(of: .online).failed == 20)
        #expect(totals.record(of: .reconnect).started == 20)
        #expect(totals.record(of: .reconnect).latencies?.reached == 20)
        #expect(failures(totals) == ["online: closed: ": 20])
        let names = trial.proxy.heard.matches(of: #/mechanism='PLAIN'>([^<]+)/#).map { String($0.1) }
        #expect(names.count == 40 && Set(names).count == 20)
    }

    @Test("logs in by the token that its account kept (XEP-0484), where logins keep one")
    func byToken() async throws {
        let trial = try OutageTrial(ReconnectPolicy(.now))
        trial.plan.login = LoginPlan(
            profile: .sasl2(bind2: true, fast: true), mechanism: .preferred(["PLAIN"]), steps: [.bind, .presence])
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            trial.proxy.cut()
            try await awaitCondition("everybody was back") { trial.bound() == 2 * trial.sessions }
        }
        #expect(totals.record(of: .saslFull).completed == 20)
        #expect(totals.record(of: .saslFAST).completed == 20)
    }

    @Test("stays away without a policy")
    func none() async throws {
        let trial = try OutageTrial(nil)
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            trial.proxy.cut()
        }
        #expect(totals.record(of: .login).started == 20)
        #expect(totals.record(of: .reconnect).isEmpty)
    }

    @Test("is resumed where that is the way: nothing is bound again")
    func resumes() async throws {
        let trial = try OutageTrial(ReconnectPolicy(Self.soon, by: .resume))
        trial.plan.login.steps = [.bind, .enable, .roster, .presence]
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            try await awaitCondition("everybody had said what was handled") {
                trial.proxy.timesHeard("<a xmlns='urn:xmpp:sm:3' h='1'/>") == trial.sessions
            }
            trial.proxy.cut()
            try await awaitCondition("everybody asked to be resumed") {
                trial.proxy.timesHeard("<resume ") == trial.sessions
            }
        }
        #expect(totals.record(of: .enable).completed == 20)
        #expect(totals.record(of: .bind).completed == 20)
        #expect(totals.record(of: .resume).completed == 20)
        #expect(totals.record(of: .reconnect).completed == 20)
        #expect(failures(totals) == ["online: closed: ": 20])
    }

    @Test("logs in anew where the server has lost it, and that is told")
    func fallsBack() async throws {
        let trial = try OutageTrial(ReconnectPolicy(Self.soon, by: .resume))
        trial.plan.login.steps = [.bind, .enable, .roster, .presence]
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            try trial.replaceServer()
            trial.proxy.cut()
            try await awaitCondition("everybody was back") { trial.bound(at: 1) == trial.sessions }
        }
        #expect(totals.record(of: .bind).completed == 40)
        #expect(totals.record(of: .reconnect).completed == 20)
        #expect(failures(totals) == ["online: closed: ": 20, "resume: stanza: item-not-found": 20])
    }

    @Test("tries again while nobody answers, each attempt counted and named")
    func perseveres() async throws {
        let trial = try OutageTrial(
            ReconnectPolicy(.exponential(after: .milliseconds(20), max: .milliseconds(80), jitter: .full)))
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            trial.proxy.redirect(to: 1)
            trial.proxy.cut()
            try await awaitCondition("everybody tried") { trial.proxy.accepted >= 4 * trial.sessions }
            try trial.replaceServer()
            try await awaitCondition("everybody was back") { trial.bound(at: 1) == trial.sessions }
        }
        let back = totals.record(of: .reconnect)
        #expect(back.completed == 20)
        #expect(back.failed >= 60 && back.started == back.completed + back.failed)
        #expect(totals.record(of: .login).failed == back.failed)
        #expect(totals.record(of: .due).failed == 0)
        #expect(
            failures(totals) == ["online: closed: ": 20, "greeting: closed: before the first byte": back.failed])
    }

    @Test("is told in the stage in which it happened: a death, a failed attempt and the way back in one of their own")
    func stages() async throws {
        let trial = try OutageTrial(ReconnectPolicy(Self.soon))
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            trial.proxy.redirect(to: 1)
            trial.proxy.cut()
            try await awaitCondition("everybody tried") { trial.proxy.accepted >= 2 * trial.sessions }
            try trial.replaceServer()
            try await awaitCondition("everybody was back") { trial.bound(at: 1) == trial.sessions }
        }
        let (burst, rest) = (0, 1)
        #expect(totals.record(of: .login, inStage: burst).completed == 20)
        #expect(totals.record(of: .login, inStage: burst).failed == 0)
        #expect(totals.record(of: .due, inStage: burst).failed == 0)
        #expect(totals.record(of: .online, inStage: rest).failed == 20)
        #expect(totals.record(of: .reconnect, inStage: rest).completed == 20)
        #expect(totals.record(of: .login, inStage: rest).failed == totals.record(of: .reconnect).failed)
        #expect(Set(totals.failures.entries.keys.map(\.scope.stage)) == [1])
    }

    @Test("goes on trying when its password is refused")
    func refused() async throws {
        let trial = try OutageTrial(ReconnectPolicy(Self.soon))
        let totals = try await trial.run { trial in
            try await trial.awaitOnline()
            try trial.replaceServer(password: "other")
            trial.proxy.cut()
            try await awaitCondition("everybody tried") { trial.proxy.accepted >= 3 * trial.sessions }
            try trial.replaceServer()
            try await awaitCondition("everybody was back") { trial.bound(at: 2) == trial.sessions }
        }
        #expect(totals.record(of: .reconnect).completed == 20)
        #expect((failures(totals)["sasl: sasl: not-authorized"] ?? 0) >= 20)
    }

    @Test("leaves when it would have left, and makes room for the next with its account")
    func leaves() async throws {
        let trial = try OutageTrial(
            ReconnectPolicy(.fixed(after: .seconds(600), every: .seconds(600))), stay: .for(.milliseconds(300)))
        trial.plan.stages = [Stage(name: "crowd", shape: .crowd(sessions: 1, end: .logins(2)))]
        trial.plan.accounts = Accounts(source: .pattern("u{n}", count: 1, password: Password("pw")), resource: "r")
        let totals = try await trial.run { trial in
            try await trial.awaitOnline(1)
            trial.proxy.cut()
            try await awaitCondition("the next was online") { trial.bound() == 2 }
        }
        #expect(totals.record(of: .login).completed == 2)
        #expect(failures(totals) == ["online: closed: ": 1])
    }

    @Test(
        "stays away when another session took its place, and comes back from a shutdown",
        arguments: [
            ("conflict", UInt64(20)), ("system-shutdown", 40),
        ])
    func streamErrors(_ condition: String, atLeast logins: UInt64) async throws {
        let error = "<stream:error><\(condition) xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
        let server = try ScriptedServer(ScriptedLogin.lines + [.say(error), .hearTheEnd])
        let trial = try OutageTrial(ReconnectPolicy(Self.soon))
        trial.plan.login.steps = [.bind, .presence]
        trial.proxy.redirect(to: server.port)
        let totals = try await trial.run { trial in
            try await awaitCondition("everybody had a turn") {
                trial.proxy.timesHeard("<presence/>") >= Int(logins)
            }
        }
        #expect(totals.record(of: .due).started == 20)
        #expect((totals.record(of: .login).started == 20) == (condition == "conflict"))
        #expect((failures(totals)["online: stream: \(condition)"] ?? 0) >= 20)
    }
}

/// A server's side of a login by PLAIN, up to presence.
enum ScriptedLogin {
    static let header = """
        <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>
        """
    static let lines: [ScriptedServer.Line] = [
        .hear("<stream:stream"),
        .say(
            header + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                + "<mechanism>PLAIN</mechanism></mechanisms></stream:features>"), .hear("</auth>"),
        .say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), .hear("<stream:stream"),
        .say(
            header
                + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"),
        .hear("b1"), .say("<iq type='result' id='b1'/>"), .hear("<presence/>"),
    ]
}
