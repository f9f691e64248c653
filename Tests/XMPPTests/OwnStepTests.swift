import LibXML2
import SASL
import TestSupport
import Testing

@testable import XMPP

@Suite("Steps of the scenario's own")
struct OwnStepTests {
    private typealias Step = LoginScript.OwnStep
    private typealias Template = LoginScript.StanzaTemplate

    private static func iq(_ number: Int = 0, expecting expectation: String? = nil) -> Step {
        Step(
            number: number, kind: .iq, stanza: Template([.text("<iq type='get' id='"), .id, .text("'><q/></iq>")]),
            id: Template([.id]), expectation: expectation)
    }

    private static func message(expecting expectation: String? = nil) -> Step {
        Step(
            number: 0, kind: .message, stanza: Template([.text("<message to='"), .jid, .text("'/>")]), id: nil,
            expectation: expectation)
    }

    @Test("put in what differs from login to login, escaped for XML")
    func values() throws {
        let step = Step(
            number: 0, kind: .presence,
            stanza: Template([
                .text("<presence to='"), .jid, .text("'>"), .user, .text("|"), .domain, .text("|"), .resource,
                .text("|"), .number, .text("|"), .id, .text("</presence>"),
            ]), id: nil)
        let talk = try BoundTalk([step])
        #expect(
            talk.sent == [
                "<presence to='romeo@example.org/&lt;orchard&gt;'>romeo|example.org|&lt;orchard&gt;|7|o2</presence>"
            ])
        #expect(talk.isLoggedIn)
    }

    @Test("an iq is answered by the result of its id; other stanzas are passed over")
    func result() throws {
        var talk = try BoundTalk([Self.iq(), Self.iq(1)])
        talk.hear("<message/><iq type='result' id='other'/><presence/>")
        #expect(talk.ended == [.bind])
        talk.hear("<iq type='result' id='o2'/>")
        #expect(talk.ended == [.bind, .own(0)])
        talk.hear("<iq type='result' id='o3'/>")
        #expect(talk.ended == [.bind, .own(0), .own(1)])
        #expect(talk.isLoggedIn)
    }

    @Test("the error of an iq is a failure of its name, unless it is what was expected")
    func errors() throws {
        let error =
            "<iq type='error' id='o2'><error type='cancel'>"
            + "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        for step in [Self.iq(), Self.iq(expecting: "/c:iq[@type='result']")] {
            var talk = try BoundTalk([step])
            talk.hear(error)
            #expect(talk.failure == "own.1: stanza: item-not-found")
        }
        var talk = try BoundTalk([Self.iq(expecting: "/c:iq/c:error")])
        talk.hear(error)
        #expect(talk.failure == nil && talk.isLoggedIn)
    }

    @Test("the reply to an iq that is not the expected one is a failure that says so")
    func mismatch() throws {
        var talk = try BoundTalk([Self.iq(expecting: "//c:item")])
        talk.hear("<iq type='result' id='other'><item/></iq>")
        #expect(talk.failure == nil && !talk.isLoggedIn)
        talk.hear("<iq type='result' id='o2'><q xmlns='urn:q'/></iq>")
        #expect(talk.failure == "own.1: protocol: reply does not match //c:item")
    }

    @Test("what is not expected of a message is passed over; without expectation nothing is awaited")
    func messages() throws {
        var talk = try BoundTalk([Self.message(expecting: "/c:message[c:body='hi']")])
        talk.hear("<presence/><message><body>no</body></message><iq type='error' id='x'/>")
        #expect(talk.ended == [.bind] && talk.failure == nil)
        talk.hear("<message><body>hi</body></message>")
        #expect(talk.ended == [.bind, .own(0)] && talk.isLoggedIn)
        #expect(try BoundTalk([Self.message()]).ended == [.bind])
        #expect(try BoundTalk([Self.message()]).isLoggedIn)
    }

    @Test("while a reply is judged elsewhere what comes is kept, in its order, and the server's questions are answered")
    func keeping() throws {
        var talk = try BoundTalk([Self.message(expecting: "/c:message/c:body"), Self.iq(1)], judgesAtOnce: false)
        talk.hear("<message/><message><bo")
        talk.hear("dy>x</body></message><iq type='get' id='ping' from='a'><ping xmlns='urn:xmpp:ping'/></iq>")
        #expect(talk.waiting.count == 1 && talk.sent.count == 1)
        talk.judge()
        #expect(talk.waiting.count == 1 && talk.ended == [.bind])
        talk.judge()
        #expect(talk.ended == [.bind, .own(0)])
        #expect(talk.sent.suffix(2) == ["<iq type='get' id='o3'><q/></iq>", "<iq type='result' id='ping' to='a'/>"])
        talk.hear("<iq type='result' id='o3'/>")
        #expect(talk.isLoggedIn)
    }

    @Test("a server that floods while a reply is judged fails by name, and is kept no longer")
    func flood() throws {
        var talk = try BoundTalk([Self.message(expecting: "/c:message/c:body")], judgesAtOnce: false)
        talk.hear("<message/>")
        let flood = String(repeating: "<message/>", count: 10_000)
        for _ in 0..<21 where talk.failure == nil { talk.hear(flood) }
        #expect(talk.failure == "own.1: xml: too big")
    }
}

@Suite("Own steps where the login was another than RFC 6120's")
struct OwnStepProfileTests {
    private let step = LoginScript.OwnStep(
        number: 0, kind: .iq,
        stanza: .init([
            .text("<iq type='get' id='"), .id, .text("' to='"), .jid, .text("'><ping xmlns='urn:xmpp:ping'/></iq>"),
        ]), id: .init([.id]))

    private func duet(
        _ profile: LoginScript.Profile, _ extensions: Set<ServerProfile.Extension>,
        _ before: [LoginScript.Step] = [.bind]
    ) throws -> Duet {
        let script = LoginScript(
            domain: "localhost", encryption: .none, mechanisms: .preferred([.plain]), steps: before + [.own(step)],
            profile: profile)
        let server = ServerProfile(
            domain: "localhost", mechanisms: [.plain], encryption: .none, dialect: .plain,
            accounts: try .anyone(password: Secret("pw"), iterations: 16), extensions: extensions)
        return Duet(
            script, server, resource: "phone", agent: UserAgent(id: "d4565fa7-4d72-4749-b3d3-740edbf87770"))
    }

    @Test("know the address that Bind 2 gave them")
    func bind2() throws {
        let duet = try duet(
            .extensible(LoginScript.ExtensibleOptions(bindsInline: true, usesTokens: false)), [.sasl2, .bind2])
        #expect(duet.talk.outcome == "logged in" && duet.talk.phases.last == .own(0))
        #expect(duet.talk.sent.last?.contains(" to='u1@localhost/phone/s1'>") == true)
    }

    @Test("know the address that they asked for by Non-SASL Authentication")
    func iqAuth() throws {
        let duet = try duet(.iqAuth([.password]), [.iqAuth])
        #expect(duet.talk.outcome == "logged in" && duet.talk.phases.last == .own(0))
        #expect(duet.talk.sent.last?.contains(" to='u1@localhost/phone'>") == true)
    }

    @Test("are stanzas of a managed stream, which the server acknowledges")
    func managed() throws {
        let duet = try duet(.sasl, [.management], [.bind, .enable])
        #expect(duet.talk.outcome == "logged in" && duet.talk.phases.suffix(2) == [.enable, .own(0)])
        #expect(duet.talk.sent.last == "<r xmlns='urn:xmpp:sm:3'/>")
        #expect(duet.said.last == "<a xmlns='urn:xmpp:sm:3' h='1'/>")
    }
}

@Suite("Own steps against Openfire's recorded replies")
struct OwnStepReplayTests {
    private let steps: [LoginScript.OwnStep]
    private let expectations: [Int: String] = [
        0: "/c:iq[@type='result']//*[@var='vcard-temp']", 2: "//*[local-name()='name'] = 'Openfire'",
        4: "/c:iq[@type='result']",
    ]
    private let transcript: OpenfireTranscript

    init() throws {
        transcript = try #require(OpenfireTranscript.all.first { $0.name == "disco-ping-vcard" })
        let expectations = expectations
        steps = Self.recorded(transcript).enumerated().map { number, stanza in
            let id = stanza.firstMatch(of: /id='([^']*)'/).map { String($0.1) } ?? ""
            return LoginScript.OwnStep(
                number: number, kind: .iq, stanza: .init([.text(stanza)]), id: .init([.text(id)]),
                expectation: expectations[number])
        }
    }

    /// What the recorded client asked once it was online.
    private static func recorded(_ transcript: OpenfireTranscript) -> [String] {
        transcript.events.compactMap { event -> String? in
            guard case .client(let text, _) = event, text.hasPrefix("<iq type='get'"), !text.contains("roster") else {
                return nil
            }
            return text
        }
    }

    private func replay(cut: Int? = nil) throws -> Replay {
        try Replay.outcome(
            of: transcript, steps: Replay.usualSteps + steps.map { .own($0) },
            expecting: expectations.mapValues { try .init($0, namespaces: ["c": "jabber:client"]) }, cut: cut)
    }

    @Test("disco#info, ping, version, disco#items and a vCard are phases of the login")
    func phases() throws {
        let replay = try replay()
        #expect(replay.outcome == "logged in")
        #expect(replay.phases.suffix(5) == (0..<5).map { LoginPhase.own($0) })
        #expect(replay.sent.suffix(5).elementsEqual(Self.recorded(transcript)))
    }

    @Test("wherever its reads are cut")
    func cut() throws {
        for cut in 1..<transcript.longestRead {
            #expect(try replay(cut: cut).phases.suffix(5) == (0..<5).map { LoginPhase.own($0) }, "cut at \(cut)")
        }
    }

    @Test("what Openfire does not say is a failure of that step")
    func refused() throws {
        let replay = try Replay.outcome(
            of: transcript, steps: Replay.usualSteps + steps.map { .own($0) },
            expecting: [0: .init("//c:nothing", namespaces: ["c": "jabber:client"])])
        #expect(replay.outcome == "own.1: protocol: reply does not match \(expectations[0] ?? "")")
    }
}
