import ResultFiles
import TestSupport
import Testing

/// A scenario's own stanzas at real servers: each answered one is a phase with all of its logins.
@Suite("own steps at real servers", .serialized)
struct OwnStepTests {
    private static let steps = [
        "bind",
        #"{name: vcard-set, send: "<iq type='set' id='{id}'><vCard xmlns='vcard-temp'><FN>{user}</FN></vCard></iq>"}"#,
        #"""
        {name: vcard, send: "<iq type='get' id='{id}' xmlns:v='vcard-temp'><vCard xmlns='vcard-temp'/></iq>", expect: "/c:iq[@type='result']/v:vCard[starts-with(v:FN, 'u')]"}
        """#,
        #"""
        {name: disco, send: "<iq type='get' id='{id}' to='{domain}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", expect: "//*[local-name()='identity'][@category='server']"}
        """#,
        #"{name: private-set, send: "<iq type='set' id='x-{id}'><query xmlns='jabber:iq:private'><m xmlns='urn:m'>{n}</m></query></iq>"}"#,
        #"""
        {name: private, send: "<iq type='get' id='{id}' xmlns:m='urn:m'><query xmlns='jabber:iq:private'><m xmlns='urn:m'/></query></iq>", expect: "//m:m[. > 0]"}
        """#,
        "presence",
        #"""
        {name: echo, send: "<message to='{jid}' type='chat'><body>{resource} of {n}</body></message>", expect: "/c:message[contains(c:body, ' of ')]"}
        """#,
    ]

    private func prosody() async throws -> Prosody {
        var options = Prosody.Options()
        options.modules = ["vcard", "private"]
        return try await Prosody(options)
    }

    private func ejabberd() async throws -> Ejabberd {
        var options = Ejabberd.Options()
        options.modules = ["mod_vcard", "mod_private"]
        return try await Ejabberd(options)
    }

    @Test("a vCard, disco#info, private storage and a message to oneself are phases at Prosody")
    func stepsAtProsody() async throws { try await expectPhases(at: try await prosody()) }

    @Test("a vCard, disco#info, private storage and a message to oneself are phases at ejabberd")
    func stepsAtEjabberd() async throws { try await expectPhases(at: try await ejabberd()) }

    private func expectPhases(at server: any RealServer) async throws {
        var login = LoginCase(mechanism: "PLAIN", security: .none).sized()
        login.profile = "steps: [\(Self.steps.joined(separator: ", "))]"
        let result = try await login.run(at: server)
        #expect(result.outcome.status == .exited(0), "\(result.outcome.errorOutput)")
        #expect(result.failures == [:])
        for step in ["vcard-set", "vcard", "disco", "private-set", "private", "echo", "login"] {
            #expect(result.summary(step)?.count == login.wanted, "\(step)")
        }
    }

    @Test("what a server does not know, and what it does not say, fail by their names at Prosody")
    func failuresAtProsody() async throws { try await expectFailures(at: try await prosody()) }

    @Test("what a server does not know, and what it does not say, fail by their names at ejabberd")
    func failuresAtEjabberd() async throws { try await expectFailures(at: try await ejabberd()) }

    private func expectFailures(at server: any RealServer) async throws {
        let unknown = #"{name: nobody, send: "<iq type='get' id='{id}' to='{domain}'><x xmlns='urn:nobody'/></iq>"}"#
        let unsaid = #"""
            {name: unsaid, send: "<iq type='get' id='{id}'><query xmlns='jabber:iq:roster'/></iq>", expect: "//c:nothing"}
            """#
        let ends = [
            (unknown, "nobody: stanza: service-unavailable"),
            (unsaid, "unsaid: protocol: reply does not match //c:nothing"),
        ]
        for (step, failure) in ends {
            var login = LoginCase(mechanism: "PLAIN", security: .none, load: "- burst: {logins: 40}")
            login.profile = "steps: [bind, \(step)]"
            login.thresholds = "failures < 1%"
            let result = try await login.run(at: server)
            #expect(result.outcome.status == .exited(1))
            #expect(result.failures == [failure: 40])
            #expect(result.summary("login")?.count == 0)
        }
    }
}
