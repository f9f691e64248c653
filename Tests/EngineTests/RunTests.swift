import EmbeddedServer
import LoadPlan
import Metrics
import SASL
import Testing
import Transport
import XMPP

@testable import Engine

@Suite("A run", .serialized)
struct RunTests {
    @Test(
        "logs everybody in, by every mechanism, and times each phase",
        arguments: [
            "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS",
            "SCRAM-SHA-512-PLUS", "DIGEST-MD5", "CRAM-MD5",
        ])
    func mechanisms(_ mechanism: String) async throws {
        let (totals, outcome) = try await Trial([burst], mechanism: mechanism).run()
        #expect(outcome.ending == .completed)
        #expect(totals.record(of: .due).latencies?.reached == 60)
        for phase in [
            Phase.connect, .greeting, .starttls, .tls, .offer, .sasl, .restart, .bind, .session, .roster, .login,
        ] {
            #expect(totals.record(of: phase).completed == 60, "\(phase)")
        }
        #expect(totals.failures.entries.isEmpty)
    }

    @Test(
        "a login is bound to its connection in either version of TLS",
        arguments: [Target.TLSVersion.v1_2, .v1_3], [Target.TLSMode.starttls, .direct])
    func bound(_ version: Target.TLSVersion, _ tls: Target.TLSMode) async throws {
        var trial = try Trial([burst], mechanism: "SCRAM-SHA-256-PLUS", tls: tls)
        trial.plan.target.tlsVersions = version...version
        let (totals, _) = try await trial.run()
        #expect(totals.record(of: .login).completed == 60)
        #expect(totals.failures.entries.isEmpty)
    }

    @Test("a mechanism that binds has a name for its failure where there is no TLS to bind to")
    func unbound() async throws {
        let (totals, _) = try await Trial([burst], mechanism: "SCRAM-SHA-1-PLUS", tls: .none).run()
        #expect(totals.failures.entries.keys.map(\.condition) == ["mechanism-not-offered"])
    }

    @Test("login is at least the sum of its phases", arguments: [Target.TLSMode.none, .starttls, .direct])
    func sums(_ tls: Target.TLSMode) async throws {
        let (totals, _) = try await Trial([Stage(name: "one", shape: .burst(logins: 1))], tls: tls).run()
        let phases: [Phase] = [.connect, .greeting, .starttls, .tls, .offer, .sasl, .restart, .bind, .session, .roster]
        let sum = phases.reduce(0) { $0 + (totals.record(of: $1).latencies?.maximum ?? 0) }
        let login = totals.record(of: .login).latencies?.maximum ?? 0
        #expect(login >= sum)
        #expect(totals.record(of: .starttls).isEmpty == (tls != .starttls))
    }

    @Test("an open stage starts as many logins as its rate asks for, on any number of lanes", arguments: [1, 2])
    func open(_ lanes: Int) async throws {
        let stages = [
            Stage(name: "up", shape: .ramp(from: 0, to: 60, duration: .seconds(1))),
            Stage(name: "flat", shape: .hold(rate: 50, duration: .seconds(1))),
        ]
        let (totals, _) = try await Trial(stages, mechanism: "PLAIN", tls: .none).run(lanes: lanes)
        #expect(totals.record(of: .due, inStage: 0).started == 30)
        #expect(totals.record(of: .due, inStage: 1).started == 50)
        #expect(totals.record(of: .login).completed == 80)
    }

    @Test("a crowd ends after its logins")
    func crowd() async throws {
        let crowd = Stage(name: "crowd", shape: .crowd(sessions: 8, end: .logins(200)))
        let (totals, _) = try await Trial([crowd], mechanism: "PLAIN", tls: .none).run(lanes: 2)
        #expect(totals.record(of: .login).started == 200)
        #expect(totals.record(of: .login).completed == 200)
    }

    @Test("a wrong password is not-authorized for everybody, and nothing else")
    func wrongPassword() async throws {
        let (totals, _) = try await Trial([burst], password: "wrong").run()
        let failures = totals.failures.entries
        #expect(failures.count == 1)
        let key = try #require(failures.keys.first)
        #expect(key.phase == .sasl && key.kind == .sasl && key.condition == "not-authorized")
        #expect(failures[key]?.count == 60)
        #expect(totals.record(of: .due).latencies?.unreached == 60)
        #expect(totals.record(of: .due).latencies?.percentile(0.5) == nil)
    }

    @Test("a certificate that is not the pinned one is a tls failure")
    func wrongPin() async throws {
        var trial = try Trial([burst])
        trial.plan.target.verification = .pin(sha256: String(repeating: "0", count: 64))
        let (totals, _) = try await trial.run()
        #expect(totals.failures.entries.keys.allSatisfy { $0.phase == .tls && $0.kind == .tls })
        #expect(totals.record(of: .tls).failed == 60)
    }

    @Test("the share of failures asked of the server is the share found")
    func share() async throws {
        let (totals, _) = try await Trial([burst], failureShare: 0.25).run()
        #expect(totals.record(of: .login).failed == 15)
        #expect(totals.failures.entries.keys.first?.condition == "temporary-auth-failure")
    }

    @Test("a target that nobody listens on ends the run")
    func unreachable() async throws {
        var trial = try Trial([Stage(name: "hour", shape: .hold(rate: 100, duration: .seconds(3600)))])
        trial.plan.target.address = .host("127.0.0.1", port: 1)
        let (totals, outcome) = try await trial.run()
        guard case .unreachable(let failure) = outcome.ending else {
            Issue.record("\(outcome.ending)")
            return
        }
        #expect(failure.kind == .refused)
        #expect(totals.record(of: .due).started < 1000)
    }

    @Test("an interrupted run stops arrivals and hands over what it has")
    func interrupted() async throws {
        let hold = Stage(name: "hour", shape: .hold(rate: 50, duration: .seconds(3600)))
        let (totals, outcome) = try await Trial([hold], mechanism: "PLAIN", tls: .none).run(interrupting: true)
        #expect(outcome.ending == .interrupted)
        let due = totals.record(of: .due)
        #expect(due.started == due.latencies?.count ?? 0)
    }

    @Test("sessions that stay until the end are logged out by it")
    func stay() async throws {
        let stages = [burst, Stage(name: "rest", shape: .hold(rate: 0, duration: .seconds(1)))]
        let (totals, outcome) = try await Trial(stages, session: SessionPlan(stay: .untilEnd)).run()
        #expect(totals.record(of: .login).completed == 60)
        #expect(totals.record(of: .online).isEmpty)
        #expect(outcome.ending == .completed)
    }
}
