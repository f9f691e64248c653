import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Engine

/// A reply that is judged on the lane, and one that is too long for that.
@Suite("Own steps in a run", .serialized)
struct OwnStepTests {
    private static let header = """
        <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>
        """

    /// A server that answers the first own step with a list of so many items, and the second one in the same breath.
    private static func script(items: Int) -> [ScriptedServer.Line] {
        let list = (1...items).map { "<item jid='user\($0)@example.org' subscription='both'/>" }.joined()
        return [
            .hear("<stream:stream"),
            .say(
                header + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                    + "<mechanism>PLAIN</mechanism></mechanisms></stream:features>"),
            .hear("</auth>"), .say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), .hear("<stream:stream"),
            .say(
                header + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"),
            .hear("</iq>"),
            .say(
                "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                    + "<jid>u1@localhost/r</jid></bind></iq>"),
            .hear("id='o2'"),
            .say("<iq type='result' id='o2'><list xmlns='urn:l'>\(list)</list></iq><message/>"),
            .hear("id='o3'"), .say("<iq type='result' id='o3'/>"), .hear("</stream:stream>"),
            .say("</stream:stream>"), .hearTheEnd,
        ]
    }

    private func run(items: Int, expecting expectation: String) async throws -> RunTotals {
        let server = try ScriptedServer(Self.script(items: items))
        var trial = try Trial([Stage(name: "burst", shape: .burst(logins: 20))], mechanism: "PLAIN", tls: .none)
        trial.plan.target.address = .host("127.0.0.1", port: server.port)
        let id = try StanzaTemplate("{id}")
        let stanza = try StanzaTemplate("<iq type='get' id='{id}'><list xmlns='urn:l'/></iq>")
        trial.plan.login.steps = [
            .bind,
            .own(
                LoginPlan.OwnStep(
                    name: "list", kind: .iq, send: stanza, id: id, expect: expectation, prefixes: ["l": "urn:l"])),
            .own(LoginPlan.OwnStep(name: "again", kind: .iq, send: stanza, id: id)),
        ]
        return try await trial.run().0
    }

    @Test("a reply is judged whether it is short or long, and the login goes on", arguments: [1, 2_000])
    func expected(_ items: Int) async throws {
        let totals = try await run(items: items, expecting: "count(//l:item) = \(items)")
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.names.phases.steps == ["list", "again"])
        for phase in [Phase.own(0), .own(1), .login] { #expect(totals.record(of: phase).completed == 20, "\(phase)") }
    }

    @Test("a reply that is not expected fails in its step, whether it is short or long", arguments: [1, 2_000])
    func unexpected(_ items: Int) async throws {
        let totals = try await run(items: items, expecting: "//l:item[@none]")
        let failures = totals.failures.ordered.map { ($0.key.phase, $0.key.kind, $0.key.condition, $0.entry.count) }
        #expect(failures.count == 1)
        #expect(try #require(failures.first) == (.own(0), .protocol, "reply does not match //l:item[@none]", 20))
        #expect(totals.record(of: .login).failed == 20)
    }
}
