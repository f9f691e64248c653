import Metrics
import Transport

/// What leaves a lane once a second.
struct Snapshot: Sendable {
    var phases: PhaseTable
    /// As ``Metrics/IntervalRecord/marked``.
    var marked: PhaseTable?
    /// What is ours of itself, and the failures that are the server's whatever we did.
    var held: PhaseTable?
    var answered: PhaseTable?
    var failures: FailureTable
    /// By stage.
    var lapses: [Lapses]
    var inFlight = 0
    var online = 0
    /// Since the run began.
    var firstLogins: UInt64 = 0
    /// Wall time that the lane's loop was at work since the run began, in nanoseconds.
    var busy: UInt64 = 0
    /// Since the run began.
    var traffic = Traffic()
    var isIdle = true
    /// Of the latest outage.
    var storm = StormProgress()
    /// Logins in flight by the index of their phase; empty where they were not counted.
    var inPhase: [Int] = []
}

extension LaneRunner {
    /// Hands over what was recorded since the last snapshot.
    ///
    /// - Parameter countsPhases: whether the logins in flight are counted by phase, in O(sessions): a lane keeps no such
    ///   count while it logs in.
    func takeSnapshot(countsPhases: Bool) -> Snapshot {
        countDue(at: MonotonicClock.now)
        var snapshot = recorder.take()
        snapshot.inFlight = inFlight
        snapshot.online = online
        snapshot.firstLogins = recorder.firstLogins
        snapshot.busy = lane.busy - began.busy
        snapshot.traffic = lane.traffic - began.traffic
        snapshot.isIdle = isIdle
        snapshot.storm = stormProgress
        if countsPhases { snapshot.inPhase = countPhases() }
        return snapshot
    }

    private func countPhases() -> [Int] {
        var counts = [Int](repeating: 0, count: Phase.limit)
        var left = inFlight
        for index in sessions.indices {
            if left == 0 { break }
            guard sessions[index].state == .loggingIn else { continue }
            counts[Int(sessions[index].phase.index)] += 1
            left -= 1
        }
        return counts
    }
}
