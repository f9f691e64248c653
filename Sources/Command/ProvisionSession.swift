import Dispatch
import Engine
import Glibc
import LoadPlan
import Metrics
import Provisioning
import Reports
import Transport

/// Accounts being made or removed, in whichever way.
protocol ProvisionWork: AnyObject, Sendable {
    /// Both are called by one thread at a time: `progress` once a second, `done` once at the end.
    func start(
        progress: @escaping @Sendable (ProvisionTally) -> Void, done: @escaping @Sendable (ProvisionTally) -> Void)
    /// Begins no more; the second call cuts what is under way.
    func interrupt()
}

extension Provisioner: ProvisionWork {}
extension RESTProvisioner: ProvisionWork {}

/// Work from its start to its exit code: shows how it stands, and hears the signals.
struct ProvisionSession {
    private let work: any ProvisionWork
    private let words: ProvisionSummary.Words
    private let isQuiet: Bool

    init(_ work: any ProvisionWork, _ words: ProvisionSummary.Words, isQuiet: Bool) {
        self.work = work
        self.words = words
        self.isQuiet = isQuiet
    }

    /// Blocks until it is over.
    func run() -> ExitStatus {
        let live = isQuiet ? nil : LiveView(isDrawn: Terminal.isInteractive, isColored: false)
        let tally = waitForTheEnd(live)
        live?.end()
        let summary = ProvisionSummary(tally, words)
        if !isQuiet { Terminal.output(summary.text) }
        if let reason = summary.errorLine { Terminal.error(reason) }
        Terminal.output(summary.sentence)
        return Self.status(tally)
    }

    private func waitForTheEnd(_ live: LiveView?) -> ProvisionTally {
        let ended = DispatchSemaphore(value: 0)
        let last = Last()
        let signals = SignalWaiter([SIGINT, SIGTERM]) { [work] in work.interrupt() }
        let (began, words) = (MonotonicClock.now, words)
        work.start { tally in
            live?.show(ProvisionSummary(tally, words).progress, after: MonotonicClock.now - began)
        } done: { tally in
            last.tally = tally
            ended.signal()
        }
        ended.wait()
        signals.cancel()
        return last.tally
    }

    private final class Last: @unchecked Sendable {  // written before the semaphore is signalled, read after
        var tally = ProvisionTally(wanted: 0)
    }

    private static func status(_ tally: ProvisionTally) -> ExitStatus {
        switch tally.ending {
        case .unreachable: .notReachable
        case .interrupted: .interrupted
        case .completed, .gaveUp, nil: tally.isComplete ? .passed : .failed
        }
    }
}
