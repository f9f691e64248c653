import EmbeddedServer
import LoadPlan
import Metrics
import SASL
import Testing
import Transport
import XMPP

@testable import Engine

/// Gathers what a run hands over, and waits for its end.
private final class Gatherer: RunObserver, @unchecked Sendable {  // called on the run's queue, read after its end
    private(set) var totals: RunTotals
    private let ended: AsyncStream<RunOutcome>
    private let continuation: AsyncStream<RunOutcome>.Continuation

    init(_ plan: RunPlan) {
        totals = RunTotals(names: ScopeNames(stages: plan.stages.map(\.name)))
        (ended, continuation) = AsyncStream.makeStream()
    }

    func runDidTick(_ status: LiveStatus) {}
    func runDidEndInterval(_ interval: IntervalRecord) { totals.merge(interval) }
    func runDidEnd(_ outcome: RunOutcome) { continuation.yield(outcome) }

    func outcome() async -> RunOutcome? { await ended.first { _ in true } }
}

/// A plan against an embedded server of this process.
private struct Trial {
    var plan: RunPlan
    let server: LoginServer
    private let address: SocketAddress

    init(
        _ stages: [Stage], mechanism: String = "SCRAM-SHA-1", tls: Target.TLSMode = .starttls,
        password: String = "pw", session: SessionPlan = SessionPlan(), failureShare: Double = 0
    ) throws {
        let encryption: ServerProfile.Encryption = tls == .none ? .none : tls == .direct ? .direct : .starttls
        let profile = ServerProfile(
            domain: "localhost", mechanisms: Mechanism.supported.filter { $0 != .external }, encryption: encryption,
            dialect: .openfire,
            accounts: try .anyone(password: Secret("pw"), iterations: 64, sharedSecret: nil))
        server = try LoginServer(ServerConfiguration(profile: profile, failureShare: failureShare))
        address = try server.start()
        let pin = server.fingerprint.map { Target.Verification.pin(sha256: $0) } ?? .none
        let target = Target(
            address: .host("127.0.0.1", port: address.port), domain: "localhost", tls: tls, verification: pin)
        plan = RunPlan(
            name: "trial", seed: 1, interval: .seconds(1), target: target,
            accounts: Accounts(source: .pattern("u{n}", count: 500, password: Password(password))),
            login: LoginPlan(mechanism: .preferred([mechanism])), stages: stages, session: session)
    }

    func run(lanes: Int = 1, interrupting: Bool = false) async throws -> (RunTotals, RunOutcome) {
        let gatherer = Gatherer(plan)
        let run = try Run(
            plan, target: try RunTarget(plan), laneCount: lanes, cryptoWidth: 2, serverPID: nil, observer: gatherer)
        run.start()
        if interrupting { run.interrupt() }
        let outcome = try #require(await gatherer.outcome())
        await withCheckedContinuation { done in server.stop { done.resume() } }
        return (gatherer.totals, outcome)
    }
}

private let burst = Stage(name: "burst", shape: .burst(logins: 60))

@Suite("A run", .serialized)
struct RunTests {
    @Test(
        "logs everybody in, by every mechanism, and times each phase",
        arguments: ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "DIGEST-MD5"])
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
