import Foundation
import LoadPlan
import Metrics
import TestSupport
import Testing
import Transport

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
            "HTTP in place of XML"),
        Misbehaviour(
            "speaks TLS from the first byte", [.sayBytes([0x15, 3, 3, 0, 2, 2, 70]), .hearTheEnd], .greeting, .xml,
            "TLS in place of XML"),
        Misbehaviour(
            "is from before XMPP 1.0", [hello, .say(header.replacing(" version='1.0'>", with: ">")), .hearTheEnd],
            .greeting, .protocol, "no version in the stream header"),
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

    private func redirect(to host: String) -> [ScriptedServer.Line] {
        [
            .hear("<stream:stream"),
            .say(
                """
                <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>\
                <stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>\(host)\
                </see-other-host></stream:error></stream:stream>
                """),
        ]
    }

    private func resolver(_ dns: NameServer) -> Resolver {
        Resolver(nameServer: SocketAddress(literal: "127.0.0.1", port: dns.port))
    }

    private func redirect(to port: UInt16) -> [ScriptedServer.Line] { redirect(to: "127.0.0.1:\(port)") }

    @Test("see-other-host leads to a name, whose addresses are tried in turn, and with white space around it")
    func redirectToName() async throws {
        let dns = try NameServer(["two.example.org": .records([.v6("::1"), .v4("127.0.0.1")])])
        let trial = try Trial([burst], mechanism: "PLAIN", tls: .none)
        let first = try ScriptedServer(redirect(to: "\n Two.Example.Org.:\(trial.plan.target.port) "))
        let totals = try await run(trial, at: first.port, resolver: resolver(dns))
        #expect(totals.failures.entries.isEmpty, "\(totals.failures.ordered)")
        #expect(totals.record(of: .login).completed == 60)
    }

    @Test(
        "see-other-host to a machine whose owner was not asked, or to nowhere, is not followed, and says why",
        arguments: [
            ("192.0.2.1:5222", "not followed: 192.0.2.1:5222 is not this machine"),
            ("[2001:db8::1]", "not followed: [2001:db8::1]:5222 is not this machine"),
            ("stranger.example.org:5222", "not followed: 192.0.2.1:5222 is not this machine"),
            ("nobody.example.org:5222", "nobody.example.org: no address"),
            ("a b", "not a host with a port or without"), ("127.0.0.1:70000", "not a host with a port or without"),
            (String(repeating: "a.", count: 600), "not a host with a port or without"),
        ])
    func redirectElsewhere(_ host: String, _ reason: String) async throws {
        let dns = try NameServer(["stranger.example.org": .records([.v4("192.0.2.1")])])
        let trial = try Trial([burst], mechanism: "PLAIN", tls: .none)
        let first = try ScriptedServer(redirect(to: host))
        let totals = try await run(trial, at: first.port, resolver: resolver(dns))
        let failures = totals.failures.ordered
        #expect(failures.map(\.key.kind) == [.redirect] && failures.map(\.entry.count) == [60], "\(failures)")
        #expect(failures.first?.entry.example.hasPrefix(reason) == true, "\(failures)")
    }

    @Test("see-other-host is followed once, and a second one is a failure")
    func redirect() async throws {
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

    @Test("stanzas that do not end take no more memory together than a few may that do; a run ends all the same")
    func together() async throws {
        let words = "<stream:features>" + String(repeating: "<b/>", count: 2000)
        let server = try ScriptedServer([.hear("<stream:stream"), .say(header + words), .hearTheEnd])
        var trial = try Trial([burst], mechanism: "PLAIN", tls: .none)
        trial.plan.login.limits.stanzaBytes = 10_000
        trial.plan.login.timeouts = .init(otherwise: .seconds(2))
        #expect(LaneRunner.unfinishedShare(of: trial.plan, lanes: 1) == 600_000)
        let failures = try await run(trial, at: server.port).failures.ordered
        let counts = Dictionary(failures.map { ($0.key.condition, $0.entry.count) }) { $0 + $1 }
        #expect(counts["too big together"] ?? 0 >= 50, "\(failures)")
        #expect(counts["", default: 0] + (counts["too big together"] ?? 0) == 60, "\(failures)")
        #expect(Set(failures.map(\.key.kind)).isSubset(of: [.xml, .timeout]))
    }

    private let header = """
        <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>
        """

    @Test("more iterations of SCRAM than the scenario allows are refused, and not computed")
    func iterations() async throws {
        var trial = try Trial([burst], mechanism: "SCRAM-SHA-256", tls: .none)
        trial.plan.login.limits.iterations = 63
        let failures = try await trial.run().0.failures.ordered
        #expect(failures.map(\.key.condition) == ["too many iterations"] && failures.map(\.key.kind) == [.sasl])
        #expect(failures.first?.entry.example == "64 are asked for, and login.limits.iterations is 63")
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

    private func run(
        _ trial: Trial, at port: UInt16, resolver: Resolver = Resolver()
    ) async throws -> RunTotals {
        var trial = trial
        trial.plan.target.address = .host("127.0.0.1", port: port)
        return try await trial.run(search: ServerSearch(resolver: resolver)).0
    }
}

extension Target {
    fileprivate var port: UInt16 { if case .host(_, let port) = address { port } else { 0 } }
}
