import Dispatch
import Engine
import LoadPlan
import Metrics
import ResultFiles
import Transport

/// Runs a plan against an embedded server of its own, without files or words, and keeps what was measured.
final class QuietRun: RunObserver, @unchecked Sendable {  // written on the run's queue, read once it has ended
    struct Measured {
        var totals: RunTotals
        var outcome: RunOutcome
        /// What the server did on purpose; nil if it did not say.
        var embedded: RunDescription.Embedded?
    }

    private let ended = DispatchSemaphore(value: 0)
    private var totals: RunTotals
    private var outcome: RunOutcome?

    private init(_ plan: RunPlan) { totals = RunTotals(names: ScopeNames(stages: plan.stages.map(\.name))) }

    /// Blocks until the run is over and its server is gone.
    ///
    /// - Throws: `CommandFailure` if the server does not start, or nobody can log in there.
    static func run(_ plan: RunPlan, lanes: LaneGroup) throws -> Measured {
        let children = try EmbeddedChildren(for: [plan])
        defer { children.stop() }
        let side = try RunSide(plan, children[plan], ServerSearch())
        let observer = QuietRun(plan)
        let run = Run(plan, target: side.target, lanes: lanes, serverPID: side.server.pid, observer: observer)
        run.start()
        observer.ended.wait()
        guard let outcome = observer.outcome else {
            throw CommandFailure(.notReachable, "muster: a run of \(plan.name) had no end")
        }
        return Measured(totals: observer.totals, outcome: outcome, embedded: children.stop().first)
    }

    func runDidTick(_ status: LiveStatus) {}

    func runDidEndInterval(_ interval: IntervalRecord) { totals.merge(interval) }

    func runDidEnd(_ outcome: RunOutcome) {
        self.outcome = outcome
        ended.signal()
    }
}
