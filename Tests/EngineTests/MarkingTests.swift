import Dispatch
import Glibc
import LoadPlan
import Metrics
import Testing
import Transport

@testable import Engine

@Suite("A generator that is its own bottleneck", .serialized)
struct MarkingTests {
    private static let hold = Stage(name: "hold", shape: .hold(rate: 50, duration: .seconds(2)))
    private static let crowd = Stage(name: "crowd", shape: .crowd(sessions: 4, end: .after(.seconds(2))))
    private static let herd = Stage(name: "herd", shape: .burst(logins: 60))

    /// Too few accounts: the failures are ours, and come at once.
    private static func withoutAccounts(_ stages: [Stage]) throws -> Trial {
        var trial = try Trial(stages, mechanism: "PLAIN", tls: .none, session: SessionPlan(stay: .untilEnd))
        trial.plan.accounts = Accounts(source: .pattern("u{n}", count: 20, password: "pw"), resource: "m")
        return trial
    }

    @Test("is marked in the stage of its failures, though that is over within the second")
    func herd() async throws {
        let one = Stage(name: "one", shape: .burst(logins: 1))
        let (totals, outcome) = try await Self.withoutAccounts([one, Self.herd]).run()
        #expect(totals.record(of: .due, inStage: 1).failed == 41)
        #expect(totals.marks.seconds(inStage: 1) == 1)
        #expect(totals.marks.seconds(inStage: 0) == 0)
        #expect(totals.marks.spans.allSatisfy { $0.stage == 1 })
        #expect(outcome.watchedSeconds[1] > 0)
        #expect(totals.marked?.record(of: .due, inStage: 1).failed == 41)
        #expect(totals.unmarkedRecord(of: .due, inStage: 0).completed == 1)
    }

    @Test("is marked in whatever stage a loop of it stood still", arguments: [hold, crowd])
    func standstill(_ stage: Stage) async throws {
        let trial = try Trial([stage], mechanism: "PLAIN", tls: .none)
        let (totals, outcome) = try await trial.run { run in
            run.lanes.lanes[0].queue.async { usleep(700_000) }
        }
        #expect(totals.marks.seconds(inStage: 0) >= 1)
        #expect(totals.marks.spans.contains { $0.reason.contains("stood still for") })
        #expect(totals.marked?.record(of: .login).started ?? 0 > 0)
        #expect(outcome.firstMark != nil)
    }

    @Test("tells all that was due when it is interrupted, though it could not begin it")
    func interrupted() async throws {
        let hour = Stage(name: "hour", shape: .hold(rate: 4000, duration: .seconds(3600)))
        let (totals, outcome) = try await Trial([hour], mechanism: "PLAIN", tls: .none).run { run in
            run.lanes.lanes[0].queue.async { usleep(500_000) }
            run.interrupt()
        }
        let due = totals.record(of: .due)
        #expect(outcome.ending == .interrupted)
        #expect(due.started >= 1800)
        #expect(due.started == due.latencies?.count)
        let dropped = totals.failures.entries.filter { $0.key.condition == "not begun before the run ended" }
        #expect(dropped.keys.allSatisfy { $0.kind == .local && $0.phase == .due })
        #expect(due.started == totals.record(of: .login).started + (dropped.values.first?.count ?? 0))
        #expect(totals.marks.seconds > 0)
    }

    @Test("is watched in every leg of an experiment, however short, and marked with its variant")
    func experiment() async throws {
        let legs = Stage(name: "short", shape: .hold(rate: 200, duration: .milliseconds(300)))
        let trial = try Self.withoutAccounts([legs])
        let plain = ExperimentPlan.Variant(name: "plain", plan: trial.plan)
        let plan = ExperimentPlan(baseline: plain, others: [], blocks: 1)
        let gatherer = ExperimentGatherer(plan)
        let lanes = try LaneGroup(count: 1, cryptoWidth: 1)
        let side = Experiment.Side(target: try RunTarget(trial.plan), serverPID: nil)
        let experiment = Experiment(plan, sides: [side, side], lanes: lanes, observer: gatherer)
        experiment.start()
        let outcome = try #require(await gatherer.outcome())
        withExtendedLifetime(experiment) {}
        await withCheckedContinuation { done in lanes.stop(then: .global()) { done.resume() } }
        await trial.stop()
        #expect(outcome.watchedSeconds[0] >= 0.6)
        #expect(gatherer.totals.marks.seconds(inStage: 0) >= 1)
        for variant in [0, 1] as [UInt16] {
            #expect(gatherer.totals.marked?.total(ofVariant: variant, phase: .due).failed ?? 0 > 0)
        }
        #expect(gatherer.legs.count == 4)
        #expect(gatherer.legs.allSatisfy { $0.marked?.record(of: .due).failed == $0.record(of: .due).failed })
    }
}

/// Gathers what an experiment hands over.
private final class ExperimentGatherer: ExperimentObserver, @unchecked Sendable {  // read after its end
    private(set) var totals: RunTotals
    private(set) var legs: [LegRecord] = []
    private let ended: AsyncStream<RunOutcome>
    private let continuation: AsyncStream<RunOutcome>.Continuation

    init(_ plan: ExperimentPlan) {
        totals = RunTotals(names: ScopeNames(plan))
        (ended, continuation) = AsyncStream.makeStream()
    }

    func runDidTick(_ status: LiveStatus) {}
    func runDidEndInterval(_ interval: IntervalRecord) { totals.merge(interval) }
    func runDidEnd(_ outcome: RunOutcome) { continuation.yield(outcome) }
    func experimentDidEndLeg(_ leg: LegRecord) { legs.append(leg) }
    func experimentDidMeasureIdle(_ burns: [IdleBurn]) {}
    func experimentDidWarmUp(_ warmUp: WarmUp) {}

    func outcome() async -> RunOutcome? { await ended.first { _ in true } }
}
