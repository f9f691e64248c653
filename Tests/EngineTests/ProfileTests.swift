import Domains
import EmbeddedServer
import Foundation
import LoadPlan
import Metrics
import SASL
import Synchronization
import Testing
import XMPP

@testable import Engine

/// Logins by XEP-0388 and XEP-0078, against the embedded server.
@Suite("Runs by other profiles", .serialized)
struct ProfileTests {
    private func trial(
        _ profile: LoginPlan.Profile, _ stage: Stage = burst, tls: Target.TLSMode = .starttls, accounts: Int = 500,
        password: String = "pw", tokens: FASTTokens = FASTTokens()
    ) throws -> Trial {
        var trial = try Trial(
            [stage], tls: tls, extensions: Set(ServerProfile.Extension.allCases), tokens: tokens)
        trial.plan.login.profile = profile
        trial.plan.accounts.source = .pattern("u{n}", count: accounts, password: Password(password))
        return trial
    }

    private static func crowd(_ sessions: Int, logins: Int) -> Stage {
        Stage(name: "crowd", shape: .crowd(sessions: sessions, end: .logins(logins)))
    }

    @Test("Bind 2 saves the restart and the bind, and without it only the restart", arguments: [true, false])
    func bind2(_ bind2: Bool) async throws {
        let (totals, _) = try await trial(.sasl2(bind2: bind2, fast: false)).run()
        #expect(totals.failures.entries.isEmpty)
        for phase in [Phase.sasl, .roster, .login] { #expect(totals.record(of: phase).completed == 60, "\(phase)") }
        #expect(totals.record(of: .bind).completed == (bind2 ? 0 : 60))
        #expect(totals.record(of: .session).completed == (bind2 ? 0 : 60))
        #expect(totals.record(of: .restart).isEmpty)
        #expect(totals.record(of: .saslFull).isEmpty && totals.record(of: .saslFAST).isEmpty)
    }

    @Test(
        "an account's first login is a full one, the later ones are by its token",
        arguments: [Target.TLSMode.none, .starttls, .direct], [Target.TLSVersion.v1_2, .v1_3])
    func fast(_ tls: Target.TLSMode, _ version: Target.TLSVersion) async throws {
        var trial = try trial(.sasl2(bind2: true, fast: true), Self.crowd(4, logins: 60), tls: tls, accounts: 20)
        trial.plan.target.tlsVersions = version...version
        let (totals, _) = try await trial.run(lanes: 2)
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.record(of: .login).completed == 60)
        #expect(totals.record(of: .saslFull).completed == 20)
        #expect(totals.record(of: .saslFAST).completed == 40)
    }

    @Test("several sessions of one account at once are several devices, each logging in in full")
    func devices() async throws {
        var trial = try trial(.sasl2(bind2: true, fast: true), accounts: 1)
        trial.plan.session.stay = .for(.milliseconds(500))
        let (totals, _) = try await trial.run()
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.record(of: .saslFull).completed == 60)
        #expect(totals.record(of: .saslFAST).isEmpty)
    }

    @Test("a token that the server takes for expired fails by name, and the account's next login is a full one")
    func refusal() async throws {
        let hurried = Mutex(Date())
        let tokens = FASTTokens(lifetime: 5_000) {
            hurried.withLock { now in
                now += 10_000
                return now
            }
        }
        let crowd = Self.crowd(1, logins: 6)
        let (totals, _) = try await trial(.sasl2(bind2: true, fast: true), crowd, accounts: 1, tokens: tokens).run()
        #expect(totals.record(of: .saslFull).completed == 3)
        let failures = totals.failures.entries
        #expect(failures.keys.map(\.condition) == ["credentials-expired (FAST token)"])
        #expect(failures.values.map(\.count) == [3])
        #expect(failures.values.allSatisfy { $0.example.contains("next login is a full one") })
    }

    @Test("XEP-0078 logs in by digest and by password, and nothing is bound", arguments: ["DIGEST", "PLAIN"])
    func iqAuth(_ mechanism: String) async throws {
        var trial = try trial(.iqAuth)
        trial.plan.login.mechanism = .preferred([mechanism])
        trial.plan.accounts.resource = "m{n}"
        let (totals, _) = try await trial.run()
        #expect(totals.failures.entries.isEmpty)
        for phase in [Phase.iqAuth, .roster, .login] { #expect(totals.record(of: phase).completed == 60, "\(phase)") }
        for phase in [Phase.sasl, .restart, .bind, .session] { #expect(totals.record(of: phase).isEmpty, "\(phase)") }
    }

    @Test("a wrong password at XEP-0078 is a stanza's not-authorized, and keeps no slot of a crowd waiting")
    func wrongPassword() async throws {
        var trial = try trial(.iqAuth, Self.crowd(2, logins: 60), password: "wrong")
        trial.plan.accounts.resource = "m{n}"
        let (totals, outcome) = try await trial.run()
        let key = try #require(totals.failures.entries.keys.first)
        #expect(key.phase == .iqAuth && key.kind == .stanza && key.condition == "not-authorized")
        #expect(totals.failures.entries[key]?.count == 60)
        #expect(outcome.ending == .completed)
    }

    @Test("an account that is online has no resource for another session of XEP-0078")
    func noResource() async throws {
        var trial = try trial(.iqAuth, accounts: 20)
        trial.plan.accounts.resource = "m{n}"
        trial.plan.session.stay = .untilEnd
        let (totals, _) = try await trial.run()
        #expect(totals.record(of: .login).completed == 20)
        #expect(totals.failures.entries.keys.map(\.condition) == ["no free account"])
    }

    @Test("a server is looked at before it is loaded, and told by name what it lacks")
    func preflight() async throws {
        #expect(try await lacks(.sasl2(bind2: true, fast: false)) == "sasl2-not-offered")
        #expect(try await lacks(.iqAuth) == nil)
    }

    private func lacks(_ profile: LoginPlan.Profile) async throws -> String? {
        var trial = try Trial([burst])
        trial.plan.login.profile = profile
        let verdict = Preflight.look(at: try RunTarget(trial.plan)).verdict
        await trial.stop()
        guard case .impossible(let failure) = verdict else { return verdict == .ready ? nil : "\(verdict)" }
        return failure.condition
    }
}

@Suite("What a lane keeps of FAST")
struct KeptTokensTests {
    private func token(_ expiry: String) -> FASTToken {
        FASTToken(mechanism: .hashedToken, secret: Secret("t"), expiry: expiry)
    }

    private static func text(in seconds: TimeInterval) -> String {
        Date(timeIntervalSinceNow: seconds).formatted(.iso8601)
    }

    @Test("each attempt with a token has the next number, and a new token begins anew")
    func attempts() {
        var kept = KeptTokens()
        #expect(kept.take(of: 7, at: 0) == nil)
        kept.keep(token(Self.text(in: 3600)), of: 7, at: 0)
        #expect((1...3).map { _ in kept.take(of: 7, at: 0)?.attempt } == [1, 2, 3])
        kept.keep(token(Self.text(in: 3600)), of: 7, at: 0)
        #expect(kept.take(of: 7, at: 0)?.attempt == 1)
        kept.drop(of: 7)
        #expect(kept.take(of: 7, at: 0) == nil)
    }

    @Test("a token is kept until it expires; one whose expiry cannot be read until it is refused")
    func expiry() {
        let hour: UInt64 = 3_600_000_000_000
        for (expiry, isGood) in [
            (Self.text(in: 1800), false), (Self.text(in: 7200), true), ("", true), ("soon", true),
            (Self.text(in: -10), false), (Self.text(in: 1800).replacing("Z", with: ".250Z"), false),
            (Self.text(in: 7200).replacing("Z", with: "+00:00"), true), ("2999-01-01T00:00:00Z", true),
        ] {
            var kept = KeptTokens()
            kept.keep(token(expiry), of: 1, at: 0)
            #expect((kept.take(of: 1, at: hour) != nil) == isGood, "\(expiry)")
        }
    }

    @Test("clients' ids are UUIDs, one an account at every run of a seed, and others for further devices")
    func ids() throws {
        var plan = RunPlan(
            name: "x", seed: 1, interval: .seconds(1), target: Target(address: .embedded, domain: "x"),
            login: LoginPlan(profile: .sasl2(bind2: true, fast: false)), stages: [burst])
        var agents = try #require(UserAgents(plan, lane: 0))
        let ids = (0..<1000).map { agents.id(of: $0) }
        #expect(ids == (0..<1000).map { agents.id(of: $0) })
        let devices = (0..<1000).compactMap { _ in agents.nextDevice() }
        #expect(Set(ids + devices).count == 2000)
        let form = #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#
        #expect((ids + devices).allSatisfy { $0.wholeMatch(of: form) != nil })
        plan.seed = 2
        #expect(UserAgents(plan, lane: 0)?.id(of: 0) != ids[0])
        plan.login.profile = .sasl
        #expect(UserAgents(plan, lane: 0) == nil)
    }
}
