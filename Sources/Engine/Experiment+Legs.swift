import Dispatch
import LoadPlan
public import Metrics
import Transport

extension Experiment {
    /// The variant that runs, or ran and is in its pause.
    struct Leg {
        let run: Run
        var record: LegRecord
        let clientBefore: UInt64
        let serverBefore: ProcessReader.Figures
        let threadsBefore: [Int32: UInt64]
        /// The outcome says when the first arrival was due; until then, about now.
        var offset: UInt64
        var connected = false
        /// Of the intervals that are over.
        var failures = FailureTable()
    }

    func nextLeg() {
        guard !isInterrupted, let (block, place, variant) = schedule.popLast() else { return windUp() }
        let now = MonotonicClock.now
        if epoch == 0 { epoch = now }
        let names = ScopeNames(stages: names.stages, steps: names.phases.steps)
        let run = Run(
            plan.variants[variant].plan, target: sides[variant].target, lanes: lanes, keepsakes: keepsakes[variant],
            names: names, serverPID: sides[variant].serverPID, observer: self)
        if hasConnected { run.lanesEverConnected = 1 }
        let record = LegRecord(
            block: block, variant: variant, place: place, began: now - epoch, phases: PhaseTable(names: names))
        leg = Leg(
            run: run, record: record, clientBefore: ProcessReader.ownCPU, serverBefore: serverFigures(variant),
            threadsBefore: serverThreads(variant),
            offset: now - epoch)
        run.start()
    }

    private func serverFigures(_ variant: Int) -> ProcessReader.Figures {
        sides[variant].serverPID.map { ProcessReader.readTree($0) } ?? ProcessReader.Figures()
    }

    private func serverThreads(_ variant: Int) -> [Int32: UInt64] {
        sides[variant].serverPID.map { ProcessReader.threads(ofTree: $0) } ?? [:]
    }

    /// All sessions are closed: what the server still has to do for them falls into the pause.
    private func legIsOver(_ outcome: RunOutcome) {
        guard var leg else { return }
        leg.record.load = outcome.loadDuration
        leg.record.bytesSent = outcome.traffic.bytesSent
        leg.record.bytesReceived = outcome.traffic.bytesReceived
        leg.record.roundTrips = outcome.traffic.roundTrips
        leg.record.busiestLane = outcome.busiestLane
        leg.record.firstLogins = outcome.firstLogins
        self.leg = leg
        count(leg, outcome)
        if let ending = ending(after: leg, outcome) { return windUp(ending) }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(ExperimentPlan.pause.inNanoseconds / 1_000_000))) {
            [self] in
            closeLeg()
            nextLeg()
        }
    }

    /// nil where the experiment goes on.
    private func ending(after leg: Leg, _ outcome: RunOutcome) -> RunOutcome.Ending? {
        switch outcome.ending {
        case .completed: hopeless(leg)
        case .cut: hopeless(leg) ?? .cut
        case .interrupted, .outageFailed, .unreachable, .variantFailed: outcome.ending
        }
    }

    /// A variant as which nobody can log in makes the rest of the experiment worthless; nil where somebody could, or nobody
    /// was heard of: that is the run's to tell.
    private func hopeless(_ leg: Leg) -> RunOutcome.Ending? {
        guard leg.record.block == 0, leg.record.record(of: .connect).completed > 0,
            leg.record.record(of: .login).completed == 0, let failure = leg.failures.mostFrequent
        else { return nil }
        return .variantFailed(names.variants[leg.record.variant], failure)
    }

    private func count(_ leg: Leg, _ outcome: RunOutcome) {
        result.traffic += outcome.traffic
        let logins = leg.record.record(of: .login)
        before.begun += logins.started
        before.completed += logins.completed
        before.failed += logins.failed
        before.failures.merge(placed(leg.failures, leg))
        hasConnected = hasConnected || leg.record.record(of: .connect).completed > 0
        guard leg.record.block > 0 else { return }
        if result.stageStarts.isEmpty { result.stageStarts = outcome.stageStarts.map { $0 + leg.offset } }
        for (stage, seconds) in outcome.watchedSeconds.enumerated() { result.watchedSeconds[stage] += seconds }
        result.delays.add(outcome.delays)
        result.firstMark = result.firstMark ?? outcome.firstMark?.placed(after: leg.offset)
    }

    private func closeLeg() {
        guard var record = leg?.record, let leg else { return }
        record.length = MonotonicClock.now - epoch - record.began
        record.clientCPU = ProcessReader.ownCPU - leg.clientBefore
        record.server = serverShare(leg, record)
        self.leg = nil
        observer?.experimentDidEndLeg(record)
        if record.block == 0 { warmed(by: record) }
    }

    /// After a whole block it is decided whether another one has to warm up.
    private func warmed(by leg: LegRecord) {
        warmUpLegs.append(leg)
        guard warmUpLegs.count == plan.variants.count else { return }
        warmUp.add(block: warmUpLegs, idle: idle)
        warmUpLegs = []
        guard plan.extendsWarmUp, warmUp.wantsMore, warmUp.blocks < plan.mostWarmUpBlocks else {
            observer?.experimentDidWarmUp(warmUp)
            return
        }
        let order = plan.order(inBlock: plan.blocks + warmUp.blocks).enumerated()
        schedule += order.map { (0, $0.offset, $0.element) }.reversed()
        legCount += plan.variants.count
    }

    private func serverShare(_ leg: Leg, _ record: LegRecord) -> LegRecord.Server? {
        let after = serverFigures(record.variant)
        guard let pid = sides[record.variant].serverPID, let cpu = after.cpu, let cpuBefore = leg.serverBefore.cpu,
            let memory = after.residentBytes, let memoryBefore = leg.serverBefore.residentBytes
        else { return nil }
        let seen = record.server
        let threads = serverThreads(record.variant).map { $1 - min($1, leg.threadsBefore[$0] ?? 0) }
        return LegRecord.Server(
            pid: pid, cpu: cpu - min(cpu, cpuBefore), memoryGrowth: Int64(memory) - Int64(memoryBefore),
            descriptors: max(seen?.descriptors ?? 0, after.descriptors ?? 0),
            threads: max(seen?.threads ?? 0, after.threads ?? 0), busiestThread: threads.max() ?? 0)
    }

    func windUp(_ ending: RunOutcome.Ending = .completed) {
        leg = nil
        result.ending = isInterrupted ? .interrupted : ending
        if result.ending == .completed { measureIdle(\.after) { [self] in finish() } } else { finish() }
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        result.duration = MonotonicClock.now - min(epoch, MonotonicClock.now)
        observer?.experimentDidMeasureIdle(idle)
        observer?.runDidEnd(result)
    }
}

// MARK: - The run of one leg

extension Experiment: RunObserver {
    public func runDidTick(_ status: LiveStatus) {
        queue.async { [self] in
            guard let leg else { return }
            observer?.runDidTick(placed(status, leg))
        }
    }

    private func placed(_ status: LiveStatus, _ leg: Leg) -> LiveStatus {
        var status = status
        status.elapsed += leg.offset
        status.stage = leg.record.block == 0 ? "warm-up" : names.variants[leg.record.variant]
        status.stageNumber = legCount - schedule.count
        status.stageCount = legCount
        status.started += before.begun
        status.completed += before.completed
        status.failed += before.failed
        var failures = before.failures
        failures.merge(placed(status.failures, leg))
        status.failures = failures
        let moreBlocks = legCount / plan.variants.count - plan.blocks - 1
        status.runLength = (plan.duration + plan.blockDuration * moreBlocks).inNanoseconds
        return status
    }

    private func placed(_ failures: FailureTable, _ leg: Leg) -> FailureTable {
        failures.placed(variant: UInt16(leg.record.variant), after: leg.offset)
    }

    public func runDidEndInterval(_ interval: IntervalRecord) {
        queue.async { [self] in
            guard var leg else { return }
            leg.record.phases.merge(interval.phases)
            leg.record.add(marked: interval.marked)
            leg.failures.merge(interval.failures)
            leg.record.server = seen(interval.system.server, leg.record.server)
            self.leg = leg
            guard leg.record.block > 0 else { return cutIfHopeless(leg) }
            observer?.runDidEndInterval(
                interval.placed(variant: UInt16(leg.record.variant), of: names, after: leg.offset))
        }
    }

    private func cutIfHopeless(_ leg: Leg) {
        guard leg.record.record(of: .login).failed >= Self.enoughFailures, hopeless(leg) != nil else { return }
        leg.run.cut()
    }

    /// Where so many failed and nobody came through, nobody will.
    private static let enoughFailures = 20

    /// The most descriptors and threads so far.
    private func seen(_ sample: SystemSample.ServerSample?, _ known: LegRecord.Server?) -> LegRecord.Server? {
        guard let sample else { return known }
        var server = known ?? LegRecord.Server(pid: sample.pid, cpu: 0, memoryGrowth: 0, descriptors: 0, threads: 0)
        server.descriptors = max(server.descriptors, sample.descriptors ?? 0)
        server.threads = max(server.threads, sample.threads ?? 0)
        return server
    }

    public func runDidEnd(_ outcome: RunOutcome) {
        queue.async { [self] in legIsOver(outcome) }
    }
}
