import Foundation
import SASL
import Synchronization
import Testing

@testable import XMPP

/// Both sides, as values that talk to each other.
@Suite("The Extensible SASL Profile, both sides")
struct SASL2DuetTests {
    private static let bindings = [
        ChannelBinding(.tlsExporter, data: Array(0..<32)), ChannelBinding(.tlsServerEndPoint, data: Array(32..<64)),
    ]
    private static let agent = UserAgent(id: "d4565fa7-4d72-4749-b3d3-740edbf87770")
    private static let accounts = Result { try SASLAccounts.anyone(password: Secret("pw"), iterations: 16) }

    private func profile(
        _ extensions: Set<ServerProfile.Extension> = [.sasl2, .bind2, .fast],
        encryption: ServerProfile.Encryption = .starttls, tokens: FASTTokens = FASTTokens()
    ) throws -> ServerProfile {
        ServerProfile(
            domain: "localhost", mechanisms: Mechanism.supported.filter { !$0.isHashedToken }, encryption: encryption,
            dialect: .plain, accounts: try Self.accounts.get(), extensions: extensions, tokens: tokens)
    }

    private func script(
        _ mechanism: Mechanism = .scramSHA1, encryption: LoginScript.Encryption = .starttls, tokens: Bool = false,
        inline: Bool = true
    ) -> LoginScript {
        LoginScript(
            domain: "localhost", encryption: encryption, mechanisms: .preferred([mechanism]),
            profile: .extensible(LoginScript.ExtensibleOptions(bindsInline: inline, usesTokens: tokens)))
    }

    private func duet(
        _ script: LoginScript, _ profile: ServerProfile, token: FASTToken? = nil, password: String = "pw",
        bindings: [ChannelBinding] = bindings
    ) -> Duet {
        Duet(
            script, profile, password: password, resource: "phone",
            agent: UserAgent(id: Self.agent.id, token: token), bindings: bindings)
    }

    @Test(
        "every mechanism logs in, with Bind 2 and without, and a wrong password is refused",
        arguments: Mechanism.supported.filter { $0.strength > 0 })
    func mechanisms(_ mechanism: Mechanism) throws {
        for inline in [true, false] {
            let duet = duet(script(mechanism, inline: inline), try profile())
            #expect(duet.talk.outcome == "logged in")
            #expect(duet.jid == (inline ? "u1@localhost/phone/s1" : "u1@localhost/phone"))
            #expect(duet.talk.phases.contains(.bind) == !inline)
            #expect(!duet.talk.phases.contains(.restart))
        }
        let wrong = duet(script(mechanism), try profile(), password: "wrong")
        #expect(wrong.talk.outcome == "sasl: sasl: not-authorized")
    }

    @Test("the second login is by token, bound where the connection can be, and so is the third")
    func tokens() throws {
        for (bindings, mechanism) in [
            (Self.bindings, Mechanism.hashedTokenExporter), ([Self.bindings[1]], .hashedTokenEndPoint),
            ([], .hashedToken),
        ] {
            let profile = try profile()
            let script = script(tokens: true)
            let first = duet(script, profile, bindings: bindings)
            #expect(first.talk.outcome == "logged in")
            var token = try #require(first.token)
            #expect(token.mechanism == mechanism)
            for attempt: UInt32 in [1, 2] {
                token.attempt = attempt
                let next = duet(script, profile, token: token, bindings: bindings)
                #expect(next.talk.outcome == "logged in")
                #expect(next.talk.tokens == [.authenticated(byToken: true, next: nil)])
                #expect(next.jid == "u1@localhost/phone/s1")
            }
        }
    }

    @Test("a token that is presented again with the same count is refused, as are another's and a made-up one")
    func misuse() throws {
        let profile = try profile()
        let script = script(tokens: true)
        let token = try #require(duet(script, profile).token)
        #expect(duet(script, profile, token: token).talk.outcome == "logged in")
        #expect(duet(script, profile, token: token).talk.outcome == "sasl: sasl: not-authorized (FAST token)")
        var fresh = token
        fresh.attempt = 9
        let thief = Duet(
            script, profile, user: "u2", agent: UserAgent(id: Self.agent.id, token: fresh), bindings: Self.bindings)
        #expect(thief.talk.outcome == "sasl: sasl: not-authorized (FAST token)")
        let invented = FASTToken(mechanism: .hashedToken, secret: Secret("x"), expiry: "")
        #expect(duet(script, profile, token: invented).talk.tokens == [.refused])
    }

    @Test("a token is replaced in good time, the old one is good until the new one is used, and then no more")
    func rotation() throws {
        let clock = Clock()
        let profile = try profile(tokens: FASTTokens(lifetime: 100) { clock.now })
        let script = script(tokens: true)
        var old = try #require(duet(script, profile).token)
        #expect(old.expiry == "1970-01-01T00:01:40Z")
        clock.advance(by: 60)
        let new = try #require(duet(script, profile, token: old).token)
        #expect(new.secret != old.secret)
        #expect(new.expiry == "1970-01-01T00:02:40Z")
        old.attempt = 2
        #expect(duet(script, profile, token: old).talk.outcome == "logged in")
        let newest = try #require(duet(script, profile, token: attempt(3, old)).token)
        #expect(duet(script, profile, token: newest).talk.outcome == "logged in")
        #expect(
            duet(script, profile, token: attempt(4, old)).talk.outcome == "sasl: sasl: not-authorized (FAST token)")
    }

    @Test("a token that has expired is refused as such")
    func expiry() throws {
        let clock = Clock()
        let profile = try profile(tokens: FASTTokens(lifetime: 100) { clock.now })
        let script = script(tokens: true)
        let token = try #require(duet(script, profile).token)
        clock.advance(by: 101)
        #expect(duet(script, profile, token: token).talk.outcome == "sasl: sasl: credentials-expired (FAST token)")
        #expect(duet(script, profile).talk.outcome == "logged in")
    }

    @Test("a server offers the profile, and FAST to those who say who they are, only where it was told to")
    func offer() throws {
        let plain = duet(script(encryption: .none), try profile([], encryption: .none))
        #expect(plain.talk.outcome == "sasl: sasl: sasl2-not-offered")
        let alone = duet(script(encryption: .none), try profile([.sasl2], encryption: .none))
        #expect(alone.said[0].contains("urn:xmpp:sasl:2"))
        #expect(!alone.said[0].contains("urn:xmpp:bind:0") && !alone.said[0].contains("urn:xmpp:fast:0"))
        #expect(alone.talk.outcome == "logged in")
        let nobody = Duet(script(.anonymous, encryption: .none), try profile(encryption: .none), user: "")
        #expect(nobody.talk.outcome == "logged in")
        #expect(!nobody.said[0].contains("urn:xmpp:fast:0"))
    }

    private func attempt(_ number: UInt32, _ token: FASTToken) -> FASTToken {
        FASTToken(mechanism: token.mechanism, secret: token.secret, expiry: token.expiry, attempt: number)
    }

    /// A wall clock that stands still.
    private final class Clock: Sendable {
        private let seconds = Mutex(0.0)

        var now: Date { Date(timeIntervalSince1970: seconds.withLock { $0 }) }

        func advance(by seconds: Double) { self.seconds.withLock { $0 += seconds } }
    }
}
