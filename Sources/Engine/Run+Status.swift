import LoadPlan
import Metrics
import Transport

// How the run stands, once a second.

extension Run {
    func status(_ elapsed: UInt64) -> LiveStatus {
        var status = LiveStatus()
        status.elapsed = elapsed
        status.isEnding = state != .running
        noteStage(in: &status)
        noteLogins(in: &status)
        noteMachine(in: &status)
        return status
    }

    private func noteStage(in status: inout LiveStatus) {
        status.stage = names.stages[stage]
        status.stageNumber = stage + 1
        status.stageCount = names.stages.count
        status.stageElapsed = status.elapsed - min(status.elapsed, stageStarts[stage])
        status.stageLength = plan.stages[stage].duration?.inNanoseconds
        status.runLength = plannedLength
        guard !status.isEnding else { return }
        status.wantedRate = plan.stages[stage].rate(after: Double(status.stageElapsed) / 1e9)
    }

    private var plannedLength: UInt64? {
        let lengths = plan.stages.compactMap(\.duration)
        guard lengths.count == plan.stages.count else { return nil }
        return lengths.reduce(Duration.zero, +).inNanoseconds
    }

    private func noteLogins(in status: inout LiveStatus) {
        status.started = totals.begun
        status.completed = totals.completed
        status.failed = totals.failed
        status.failures = totals.failures
        status.phases = names.phases
        status.inFlight = gathering.inFlight
        status.inPhase = gathering.inPhase
        status.online = gathering.online
        status.rate = Double(gathering.secondLogins.completed) / secondsSinceLast
        status.loginP50 = gathering.secondLogins.latencies?.percentile(0.5)
        status.loginP99 = gathering.secondLogins.latencies?.percentile(0.99)
    }

    private func noteMachine(in status: inout LiveStatus) {
        status.descriptors = gathering.inFlight + gathering.online
        status.descriptorLimit = DescriptorLimit.current
        status.isMarked = watch.isMarked
        let (client, server) = (ProcessReader.ownCPU, serverPID.flatMap(ProcessReader.cpuOfTree))
        status.clientCPU = share(client, since: totals.cpuOfSeconds)
        status.serverCPU = server.flatMap { share($0, since: totals.serverCPUOfSeconds) }
        totals.cpuOfSeconds = client
        totals.serverCPUOfSeconds = server
    }

    /// Of one processor, of times in microseconds.
    private func share(_ now: UInt64, since before: UInt64?) -> Double? {
        before.map { Double(now - min(now, $0)) / 1e6 / secondsSinceLast }
    }

    private var secondsSinceLast: Double {
        let now = MonotonicClock.now
        return Double(max(1, now - min(now, max(origin, totals.lastSecond)))) / 1e9
    }
}
