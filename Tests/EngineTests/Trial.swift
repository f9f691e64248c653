import Dispatch
import Domains
import EmbeddedServer
import LoadPlan
import Metrics
import SASL
import Testing
import Transport
import XMPP

@testable import Engine

/// Gathers what a run hands over, and waits for its end.
final class Gatherer: RunObserver, @unchecked Sendable {  // called on the run's queue, read after its end
    private(set) var totals: RunTotals
    private let ended: AsyncStream<RunOutcome>
    private let continuation: AsyncStream<RunOutcome>.Continuation

    init(_ plan: RunPlan) {
        totals = RunTotals(names: ScopeNames(plan))
        (ended, continuation) = AsyncStream.makeStream()
    }

    func runDidTick(_ status: LiveStatus) {}
    func runDidEndInterval(_ interval: IntervalRecord) { totals.merge(interval) }
    func runDidEnd(_ outcome: RunOutcome) { continuation.yield(outcome) }

    func outcome() async -> RunOutcome? { await ended.first { _ in true } }
}

/// A plan against an embedded server of this process.
struct Trial {
    var plan: RunPlan
    let server: LoginServer
    private let address: SocketAddress

    init(
        _ stages: [Stage], mechanism: String = "SCRAM-SHA-1", tls: Target.TLSMode = .starttls,
        password: String = "pw", session: SessionPlan = SessionPlan(), failureShare: Double = 0, tickets: Int = 0,
        clientAuthorities: String? = nil,
        extensions: Set<ServerProfile.Extension> = [], tokens: FASTTokens = FASTTokens(),
        delays: [LoginPhase: UInt64] = [:]
    ) throws {
        let encryption: ServerProfile.Encryption = tls == .none ? .none : tls == .direct ? .direct : .starttls
        let profile = ServerProfile(
            domain: "localhost",
            mechanisms: LoginServer.mechanisms, encryption: encryption,
            dialect: .openfire,
            accounts: try .anyone(password: Secret("pw"), iterations: 64, sharedSecret: nil),
            extensions: extensions, tokens: tokens)
        server = try LoginServer(
            ServerConfiguration(
                profile: profile, delays: delays, failureShare: failureShare, tickets: tickets,
                clientAuthorities: clientAuthorities))
        address = try server.start()
        let pin = server.fingerprint.map { Target.Verification.pin(sha256: $0) } ?? .none
        let target = Target(
            address: .host("127.0.0.1", port: address.port), domain: "localhost", tls: tls, verification: pin)
        plan = RunPlan(
            name: "trial", seed: 1, interval: .seconds(1), target: target,
            accounts: Accounts(source: .pattern("u{n}", count: 500, password: Password(password))),
            login: LoginPlan(mechanism: .preferred([mechanism])), stages: stages, session: session)
    }

    /// - Parameters:
    ///   - keepsakes: one for each lane; nil for new ones.
    ///   - disturb: is called when the run has just started.
    func run(
        lanes: Int = 1, interrupting: Bool = false, keepsakes: [Keepsakes]? = nil,
        search: ServerSearch = ServerSearch(), disturbing: (Run) -> Void = { _ in }
    ) async throws -> (RunTotals, RunOutcome) {
        let gatherer = Gatherer(plan)
        let group = try LaneGroup(count: lanes, cryptoWidth: 2)
        let run = Run(
            plan, target: try RunTarget(plan, search: search), lanes: group,
            keepsakes: keepsakes ?? (0..<lanes).map { _ in Keepsakes(plan.accounts) }, names: ScopeNames(plan),
            serverPID: nil, observer: gatherer)
        run.start()
        disturbing(run)
        if interrupting { run.interrupt() }
        let outcome = try #require(await gatherer.outcome())
        await withCheckedContinuation { done in group.stop(then: .global()) { done.resume() } }
        await stop()
        return (gatherer.totals, outcome)
    }

    /// Ends the server; a lane's owner has to outlive its last event.
    func stop() async { await withCheckedContinuation { done in server.stop { done.resume() } } }
}

let burst = Stage(name: "burst", shape: .burst(logins: 60))
