import Dispatch
import Engine
import Foundation
import LoadPlan
import Metrics
import ResultFiles
import Transport

/// Runs a plan against an embedded server of its own, without results or words, and keeps what was measured.
final class QuietRun: RunObserver, @unchecked Sendable {  // written on the run's queue, read once it has ended
    struct Measured {
        var totals: RunTotals
        var outcome: RunOutcome
        /// What the server did in each phase of each login; empty unless single logins were traced.
        var exchanges: [ExchangeRow]
    }

    private let ended = DispatchSemaphore(value: 0)
    private var totals: RunTotals
    private var outcome: RunOutcome?

    private init(_ plan: RunPlan) { totals = RunTotals(names: ScopeNames(plan)) }

    /// Blocks until the run is over and its server is gone.
    ///
    /// - Parameter trace: where single logins are noted; then the server keeps its times, too.
    /// - Throws: `CommandFailure` if the server does not start, or nobody can log in there; `ResultError` if its times
    ///   cannot be read.
    static func run(_ plan: RunPlan, lanes: LaneGroup, trace: LoginTrace? = nil) throws -> Measured {
        let times = trace.map { _ in Self.temporaryFile }
        defer { times.map { try? FileManager.default.removeItem(atPath: $0) } }
        let children = try EmbeddedChildren(for: [plan], timesFile: times)
        defer { children.stop() }
        let side = try RunSide(plan, children[plan], ServerSearch())
        let observer = QuietRun(plan)
        let run = Run(
            plan, target: side.target, lanes: lanes, serverPID: side.server.pid, trace: trace, observer: observer)
        run.start()
        observer.ended.wait()
        guard let outcome = observer.outcome else {
            throw CommandFailure(.notReachable, "muster: a run of \(plan.name) had no end")
        }
        children.stop()
        return Measured(
            totals: observer.totals, outcome: outcome, exchanges: try times.map(ExchangeRow.read) ?? [])
    }

    private static var temporaryFile: String {
        FileManager.default.temporaryDirectory.appending(path: "muster-times-\(getpid())-\(UUID()).csv").path
    }

    func runDidTick(_ status: LiveStatus) {}

    func runDidEndInterval(_ interval: IntervalRecord) { totals.merge(interval) }

    func runDidEnd(_ outcome: RunOutcome) {
        self.outcome = outcome
        ended.signal()
    }
}
