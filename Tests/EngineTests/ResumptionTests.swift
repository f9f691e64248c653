import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Engine

/// Twenty accounts log in three times each, one after the other, so that every ticket has come before it is wanted.
@Suite("Resumed handshakes", .serialized)
struct ResumptionTests {
    private let accounts = 20
    private let rounds = 3

    @Test(
        "with a ticket for each account all but its first handshake resume, and each is labelled so",
        arguments: [Target.TLSVersion.v1_2, .v1_3], [1, 2])
    func account(_ version: Target.TLSVersion, _ lanes: Int) async throws {
        let totals = try await run(version, .account, lanes: lanes)
        #expect(count(totals, .tlsFull) == accounts)
        #expect(count(totals, .tlsResumed) == accounts * (rounds - 1))
    }

    @Test(
        "with a ticket for all only the first handshake of each lane is full",
        arguments: [Target.TLSVersion.v1_2, .v1_3], [1, 2])
    func shared(_ version: Target.TLSVersion, _ lanes: Int) async throws {
        let totals = try await run(version, .shared, lanes: lanes)
        #expect(count(totals, .tlsFull) == lanes)
        #expect(count(totals, .tlsResumed) == accounts * rounds - lanes)
    }

    @Test("nobody resumes where the scenario does not say so, though tickets are handed out")
    func none() async throws {
        let totals = try await run(.v1_3, .none)
        #expect(count(totals, .tls) == accounts * rounds)
        #expect(count(totals, .tlsFull) == 0)
        #expect(count(totals, .tlsResumed) == 0)
    }

    @Test("a server that hands out no tickets is labelled full every time", arguments: [Target.TLSVersion.v1_2, .v1_3])
    func noTickets(_ version: Target.TLSVersion) async throws {
        let totals = try await run(version, .account, tickets: 0)
        #expect(count(totals, .tlsFull) == accounts * rounds)
        #expect(count(totals, .tlsResumed) == 0)
    }

    @Test("a login that is refused leaves its ticket all the same")
    func refused() async throws {
        let totals = try await run(.v1_3, .account, password: "wrong")
        #expect(totals.record(of: .login).failed == accounts * rounds)
        #expect(count(totals, .tlsResumed) == accounts * (rounds - 1))
    }

    @Test("anonymous logins share the newest ticket")
    func anonymous() async throws {
        let totals = try await run(.v1_3, .shared, anonymous: true)
        #expect(count(totals, .tlsFull) == 1)
        #expect(count(totals, .tlsResumed) == accounts * rounds - 1)
    }

    @Test("a resumed connection can be bound to", arguments: ["SCRAM-SHA-256-PLUS"])
    func bound(_ mechanism: String) async throws {
        for version in [Target.TLSVersion.v1_2, .v1_3] {
            let totals = try await run(version, .account, mechanism: mechanism)
            #expect(count(totals, .tlsResumed) == accounts * (rounds - 1))
        }
    }

    private func count(_ totals: RunTotals, _ phase: Phase) -> Int { Int(totals.record(of: phase).completed) }

    private func run(
        _ version: Target.TLSVersion, _ resumption: Target.Resumption, mechanism: String = "PLAIN", lanes: Int = 1,
        tickets: Int = 2, anonymous: Bool = false, password: Password = "pw"
    ) async throws -> RunTotals {
        let logins = accounts * rounds
        let crowd = Stage(name: "crowd", shape: .crowd(sessions: lanes, end: .logins(logins)))
        var trial = try Trial([crowd], mechanism: anonymous ? "ANONYMOUS" : mechanism, tickets: tickets)
        trial.plan.target.tlsVersions = version...version
        trial.plan.target.resumption = resumption
        trial.plan.accounts.source = anonymous ? .anonymous : .pattern("u{n}", count: accounts, password: password)
        let (totals, _) = try await trial.run(lanes: lanes)
        #expect(totals.failures.entries.isEmpty == (password == "pw"))
        #expect(totals.record(of: .login).started == logins)
        if resumption != .none {
            #expect(count(totals, .tlsFull) + count(totals, .tlsResumed) == count(totals, .tls))
        }
        return totals
    }
}
