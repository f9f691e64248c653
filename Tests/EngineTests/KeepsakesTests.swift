import EmbeddedServer
import LoadPlan
import Metrics
import SASL
import Testing
import XMPP

@testable import Engine

/// A run's memory depends on its concurrency and on the number of its accounts, never on how long it goes on.
@Suite("What a lane keeps", .serialized)
struct KeepsakesTests {
    private let logins = 60

    private func trial(_ source: Accounts.Source, mechanism: String, tls: Target.TLSMode = .starttls) throws -> Trial {
        let crowd = Stage(name: "crowd", shape: .crowd(sessions: 1, end: .logins(logins)))
        var trial = try Trial([crowd], mechanism: mechanism, tls: tls, tickets: 2, extensions: [.rosterVersion])
        trial.plan.accounts.source = source
        trial.plan.target.resumption = .account
        trial.plan.login.scramCache = true
        trial.plan.login.rosterVersion = true
        return trial
    }

    private static func accounts(_ count: Int) -> Accounts.Source { .pattern("u{n}", count: count, password: "pw") }

    @Test("of logins whose names the server makes nothing is kept, and each is its account's first")
    func anonymous() async throws {
        let trial = try trial(.anonymous, mechanism: "ANONYMOUS")
        let kept = Keepsakes(trial.plan.accounts)
        let (totals, outcome) = try await trial.run(keepsakes: [kept])
        #expect(totals.record(of: .login).completed == logins)
        #expect(outcome.firstLogins == logins)
        #expect(kept.knownGood.isEmpty && kept.tickets.byAccount.isEmpty)
        #expect(kept.rosterVersions.isEmpty && kept.keys.count == 0)
    }

    @Test("of accounts that come again one of each is kept, however often they come")
    func named() async throws {
        let trial = try trial(Self.accounts(5), mechanism: "SCRAM-SHA-1")
        let kept = Keepsakes(trial.plan.accounts)
        let (totals, outcome) = try await trial.run(keepsakes: [kept])
        #expect(totals.record(of: .login).completed == logins)
        #expect(outcome.firstLogins == 5)
        #expect(kept.knownGood == [0, 1, 2, 3, 4])
        #expect(kept.tickets.byAccount.count == 5)
        #expect(kept.keys.count == 1, "the embedded server has one salt for all")
    }

    @Test("salted passwords are never more than accounts, though a server makes new salts all the time")
    func salts() async throws {
        let kept = Keepsakes(Accounts(source: Self.accounts(2)))
        for servers in 1...5 {
            let (totals, _) = try await trial(Self.accounts(2), mechanism: "SCRAM-SHA-1", tls: .none)
                .run(keepsakes: [kept])
            #expect(totals.record(of: .login).completed == logins)
            #expect(kept.keys.count == (servers.isMultiple(of: 2) ? 2 : 1))
        }
    }

    @Test("a token is kept for an account that has a name, and for no other")
    func tokens() {
        let token = FASTToken(mechanism: .hashedToken, secret: Secret("t"), expiry: "")
        let (named, unnamed) = (Keepsakes(Accounts()), Keepsakes(Accounts(source: .anonymous)))
        for kept in [named, unnamed] { kept.keep(token, of: 7, at: 0) }
        #expect(named.takeToken(of: 7, at: 0) != nil)
        #expect(unnamed.takeToken(of: 7, at: 0) == nil)
    }
}
