import Foundation
import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Engine

/// A server that misbehaves, and the one name that its failure has.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: [ScriptedServer.Line]
    let phase: Phase
    let kind: Failure.Kind
    let condition: String
    let mechanism: String

    init(
        _ name: String, _ script: [ScriptedServer.Line], _ phase: Phase, _ kind: Failure.Kind, _ condition: String = "",
        by mechanism: String = "PLAIN"
    ) {
        self.mechanism = mechanism
        testDescription = name
        self.script = script
        self.phase = phase
        self.kind = kind
        self.condition = condition
    }

    private static let header = """
        <?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' \
        id='1' from='localhost' version='1.0'>
        """
    private static let features = """
        <stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>\
        </stream:features>
        """
    private static func features(_ mechanism: String) -> String { features.replacing("PLAIN", with: mechanism) }
    private static func challenge(_ payload: String) -> String {
        "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\(Data(payload.utf8).base64EncodedString())</challenge>"
    }
    private static func success(_ payload: String) -> String {
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\(Data(payload.utf8).base64EncodedString())</success>"
    }
    private static let failure = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    private static let hello = ScriptedServer.Line.hear("<stream:stream")
    private static let authentication = ScriptedServer.Line.hear("</auth>")

    static let all = [
        Misbehaviour("closes at once", [], .greeting, .closed, "before the first byte"),
        Misbehaviour("closes after the header", [hello, .say(header)], .greeting, .closed),
        Misbehaviour("resets", [hello, .say(header + features), authentication, .reset], .sasl, .reset),
        Misbehaviour("says nothing", [hello, .hearTheEnd], .greeting, .timeout),
        Misbehaviour(
            "speaks another protocol", [.say("HTTP/1.1 400 Bad Request\r\n\r\n"), .hearTheEnd], .greeting, .xml,
            "not well-formed"),
        Misbehaviour(
            "sends a comment", [hello, .say(header + "<!-- -->"), .hearTheEnd], .greeting, .xml, "restricted"),
        Misbehaviour(
            "never ends a stanza", [hello, .say(header + "<a>"), .sayForever(String(repeating: "x", count: 65_536))],
            .greeting, .xml, "too big"),
        Misbehaviour(
            "nests without end", [hello, .say(header), .sayForever(String(repeating: "<a>", count: 1_000))], .greeting,
            .xml, "too deep"),
        Misbehaviour(
            "says goodbye at once", [hello, .say(header + "</stream:stream>"), .hearTheEnd], .greeting, .closed,
            "by </stream:stream>"),
        Misbehaviour(
            "knows no such host",
            [
                hello,
                .say(
                    header
                        + "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
                ), .hearTheEnd,
            ], .greeting, .stream, "host-unknown"),
        Misbehaviour(
            "offers nothing", [hello, .say(header + "<stream:features/>"), .hearTheEnd], .sasl, .sasl,
            "mechanism-not-offered"),
        Misbehaviour(
            "is too busy to look",
            [
                hello, .say(header + features), authentication, .say(failure + "<temporary-auth-failure/></failure>"),
                .hearTheEnd,
            ],
            .sasl, .sasl, "temporary-auth-failure"),
        Misbehaviour(
            "refuses for the third time, and closes its stream in the same breath",
            [
                hello, .say(header + features), authentication,
                .say(failure + "<not-authorized/></failure></stream:stream>"), .hearTheEnd,
            ], .sasl, .sasl, "not-authorized"),
        Misbehaviour(
            "lets everybody in, and proves nothing",
            [hello, .say(header + features("SCRAM-SHA-1")), authentication, .say(success("")), .hearTheEnd],
            .sasl, .sasl, "server-not-authentic", by: "SCRAM-SHA-1"),
        Misbehaviour(
            "does not know the password itself",
            [
                hello, .say(header + features("DIGEST-MD5")), .hear("<auth"),
                .say(challenge("realm=\"localhost\",nonce=\"n\",qop=\"auth\",charset=utf-8,algorithm=md5-sess")),
                .hear("</response>"), .say(success("rspauth=00000000000000000000000000000000")), .hearTheEnd,
            ], .sasl, .sasl, "server-not-authentic", by: "DIGEST-MD5"),
        Misbehaviour(
            "answers another client's challenge",
            [
                hello, .say(header + features("SCRAM-SHA-1")), authentication,
                .say(challenge("r=somebody-else's,s=c2FsdA==,i=4096")), .hearTheEnd,
            ], .sasl, .sasl, "malformed-challenge", by: "SCRAM-SHA-1"),
        Misbehaviour(
            "forgets its answer", [hello, .say(header + features), authentication, .hearTheEnd], .sasl, .timeout),
        Misbehaviour(
            "hangs up instead of answering", [hello, .say(header + features), authentication], .sasl, .closed),
    ]
}

@Suite("A server that misbehaves", .serialized)
struct HostileServerTests {
    @Test("has its name, for every login, and the run ends", arguments: Misbehaviour.all)
    func named(_ misbehaviour: Misbehaviour) async throws {
        let server = try ScriptedServer(misbehaviour.script)
        let patience: Duration = misbehaviour.kind == .timeout ? .milliseconds(300) : .seconds(20)
        let totals = try await run(
            at: server.port, by: misbehaviour.mechanism, timeouts: .init(otherwise: patience))
        let kinds = totals.failures.ordered.map { ($0.key.phase, $0.key.kind, $0.key.condition, $0.entry.count) }
        #expect(kinds.count == 1, "\(kinds)")
        let (phase, kind, condition, count) = try #require(kinds.first)
        #expect(phase == misbehaviour.phase && kind == misbehaviour.kind && count == 20, "\(kinds)")
        #expect(condition == misbehaviour.condition)
        #expect(totals.record(of: .due).latencies?.unreached == 20)
    }

    @Test("see-other-host is followed once, and a second one is a failure")
    func redirect() async throws {
        func redirect(to port: UInt16) -> [ScriptedServer.Line] {
            [
                .hear("<stream:stream"),
                .say(
                    """
                    <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>\
                    <stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>127.0.0.1:\(port)\
                    </see-other-host></stream:error></stream:stream>
                    """), .hearTheEnd,
            ]
        }
        let trial = try Trial([burst], mechanism: "PLAIN", tls: .none)
        let first = try ScriptedServer(redirect(to: trial.plan.target.port))
        let followed = try await run(trial, at: first.port)
        #expect(followed.record(of: .login).completed == 60)
        #expect(followed.failures.entries.isEmpty)

        let second = try ScriptedServer(redirect(to: first.port))
        let circle = try await run(at: second.port, timeouts: .init())
        #expect(
            circle.failures.entries.keys.allSatisfy {
                $0.kind == .redirect && $0.condition == "127.0.0.1:\(trial.plan.target.port)"
            })
        #expect(circle.record(of: .login).failed == 20)
    }

    @Test("a limit for the whole login ends one that no phase's limit would")
    func wholeLogin() async throws {
        let server = try ScriptedServer([.hear("<stream:stream"), .hearTheEnd])
        let totals = try await run(at: server.port, timeouts: .init(byPhase: ["login": .milliseconds(300)]))
        let keys = totals.failures.entries.keys
        #expect(keys.map(\.phase) == [.greeting] && keys.map(\.kind) == [.timeout])
        #expect(totals.record(of: .login).failed == 20)
    }

    private func run(
        at port: UInt16, by mechanism: String = "PLAIN", timeouts: LoginPlan.Timeouts
    ) async throws -> RunTotals {
        let burst = Stage(name: "burst", shape: .burst(logins: 20))
        var trial = try Trial([burst], mechanism: mechanism, tls: .none)
        trial.plan.login.timeouts = timeouts
        return try await run(trial, at: port)
    }

    private func run(_ trial: Trial, at port: UInt16) async throws -> RunTotals {
        var trial = trial
        trial.plan.target.address = .host("127.0.0.1", port: port)
        return try await trial.run().0
    }
}

extension Target {
    fileprivate var port: UInt16 { if case .host(_, let port) = address { port } else { 0 } }
}
