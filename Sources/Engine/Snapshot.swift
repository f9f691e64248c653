import Metrics
import Transport

/// What leaves a lane once a second.
struct Snapshot: Sendable {
    var phases: PhaseTable
    var failures: FailureTable
    var inFlight = 0
    var online = 0
    var lateArrivals = 0
    /// Since the run began.
    var firstLogins: UInt64 = 0
    var localFailures = 0
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
        defer {
            recorder.failures = FailureTable()
            recorder.lateArrivals = 0
            recorder.localFailures = 0
        }
        return Snapshot(
            phases: recorder.phases.take(), failures: recorder.failures, inFlight: inFlight, online: online,
            lateArrivals: recorder.lateArrivals, firstLogins: recorder.firstLogins,
            localFailures: recorder.localFailures, busy: lane.busy - began.busy,
            traffic: lane.traffic - began.traffic, isIdle: isIdle, storm: stormProgress,
            inPhase: countsPhases ? countPhases() : [])
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
