import Dispatch
public import LoadPlan
import Metrics
import Transport

/// Runs a plan: lanes × sessions × plan × recorders. It stages the load, gathers the lanes' snapshots once a second,
/// watches the generator itself, and knows when to stop.
///
/// All of its state is confined to its queue; the observer is called there.
public final class Run: @unchecked Sendable {  // all mutable state is confined to `queue`
    let plan: RunPlan
    let queue = DispatchQueue(label: "muster.run")
    let lanes: LaneGroup
    let runners: [LaneRunner]
    let names: ScopeNames
    var serverPID: Int32?
    private(set) weak var observer: (any RunObserver)?
    let serverSwitch: (any ServerSwitch)?

    var state = State.ready
    var stage = 0
    var origin: UInt64 = 0
    var stageStarts: [UInt64] = []
    var loadEnd: UInt64?
    var lanesLeftInStage = 0
    var lanesEverConnected = 0
    var connectFailures: [Int]
    var unreachable: Failure?
    var interrupts = 0
    var isCut = false
    var clock: (any DispatchSourceTimer)?
    var gathering: Gathering
    var totals = Totals()
    var outages = Outages()
    let watchdog: Watchdog
    var watch: Watch

    enum State: Equatable {
        case ready, running
        /// Arrivals are over; what is in flight may end until this instant.
        case draining(until: UInt64)
        /// Everybody is being logged out.
        case leaving(until: UInt64)
        case ended
    }

    /// - Parameters:
    ///   - lanes: the event loops that share the load; nobody else's until the run has ended.
    ///   - serverPID: the server's process, if it is on this machine and known.
    ///   - serverSwitch: by which an outage is made; needed where the plan has one.
    ///   - trace: where single logins are noted, of as many lanes.
    public convenience init(
        _ plan: RunPlan, target: RunTarget, lanes: LaneGroup, serverPID: Int32?,
        serverSwitch: (any ServerSwitch)? = nil, trace: LoginTrace? = nil, observer: any RunObserver
    ) {
        self.init(
            plan, target: target, lanes: lanes, keepsakes: lanes.lanes.map { _ in Keepsakes(plan.accounts) },
            names: ScopeNames(plan),
            serverPID: serverPID, serverSwitch: serverSwitch, trace: trace, observer: observer)
    }

    /// - Parameter keepsakes: one for each lane.
    init(
        _ plan: RunPlan, target: RunTarget, lanes: LaneGroup, keepsakes: [Keepsakes], names: ScopeNames,
        serverPID: Int32?, serverSwitch: (any ServerSwitch)? = nil, trace: LoginTrace? = nil,
        observer: any RunObserver
    ) {
        self.plan = plan
        self.lanes = lanes
        self.serverPID = serverPID
        self.observer = observer
        self.serverSwitch = serverSwitch
        self.names = names
        connectFailures = Array(repeating: 0, count: lanes.lanes.count)
        watch = Watch(stages: plan.stages.count)
        gathering = Gathering(names)
        watchdog = Watchdog(loops: lanes.lanes.map(\.queue), snapshots: queue)
        let sources = SourceRotation.addresses(for: plan, target: target.addresses[0])
        runners = lanes.lanes.indices.map { number in
            LaneRunner(
                lane: lanes.lanes[number], number: number, of: lanes.lanes.count, plan: plan, target: target,
                scopes: names, sources: SourceRotation(addresses: sources, startingAt: number), crypto: lanes.crypto,
                keepsakes: keepsakes[number], trace: trace?.shares[number])
        }
        if let time = target.resolveTime { noteResolve(time) }
    }

    private func noteResolve(_ time: UInt64) {
        let scope = Scope(stage: 0)
        gathering.phases[scope, .resolve].started += 1
        gathering.phases[scope, .resolve].complete(after: time)
    }

    /// Starts the first stage. The run holds on to itself until it has ended.
    public func start() {
        for runner in runners {
            runner.owner = self
            runner.lane.start(delegate: runner)
        }
        // Dispatch opens its timers' descriptor at the first deadline: before any login can take the last one.
        queue.asyncAfter(deadline: .now() + .milliseconds(1)) { [self] in
            state = .running
            noteCPU()
            origin = MonotonicClock.now + 1_000_000
            watchdog.start()
            begin(stage: 0, at: origin)
            startClock()
            if interrupts > 0 { drain(for: Self.patience) }
        }
    }

    /// The first call stops arrivals and gives what is in flight 10 s; the second ends the run at once. Everything that
    /// was measured is handed over either way.
    public func interrupt() {
        queue.async { [self] in
            interrupts += 1
            switch state {
            case .ready, .ended: break
            case .running where interrupts == 1: drain(for: Self.patience)
            case .draining where interrupts == 1: drain(for: Self.patience)
            case .running, .draining, .leaving: leave(patience: 0)
            }
        }
    }

    /// Stops arrivals for good, and gives what is in flight 10 s: there is nothing more to be learnt.
    public func cut() {
        queue.async { [self] in
            guard state == .running else { return }
            isCut = true
            drain(for: Self.patience)
        }
    }

    /// What is in flight has this long when nothing more is begun: 10 s, in nanoseconds.
    private static let patience: UInt64 = 10_000_000_000

    /// What is to be written waits since this instant of the monotonic clock; nil where nothing does. Any queue.
    public func filesAwaited(since instant: UInt64?) { watchdog.expect(.files, since: instant) }

    private func startClock() {
        let clock = DispatchSource.makeTimerSource(queue: queue)
        clock.schedule(
            deadline: DispatchTime(uptimeNanoseconds: origin + 1_000_000_000), repeating: .seconds(1),
            leeway: .milliseconds(1))
        clock.setEventHandler { [self] in tick() }
        clock.activate()
        self.clock = clock
    }
}

// MARK: - Stages

extension Run: LaneRunnerOwner {
    func begin(stage: Int, at instant: UInt64) {
        self.stage = stage
        stageStarts.append(instant - origin)
        lanesLeftInStage = runners.count
        let group = DispatchGroup()
        for runner in runners { runner.lane.queue.async(group: group) { runner.begin(stage: stage, at: instant) } }
        let isPause = !plan.stages[stage].hasArrivals
        if isPause { group.notify(queue: queue) { [self] in if isIn(stage) { beginPause(plan.stages[stage]) } } }
    }

    func laneFinished(stage: Int, lane: Int) {
        queue.async { [self] in
            guard stage == self.stage, state == .running else { return }
            lanesLeftInStage -= 1
            if lanesLeftInStage == 0 { stageIsOver() }
        }
    }

    func stageIsOver() {
        let planned = plan.stages[stage].duration.map { origin + stageStarts[stage] + $0.inNanoseconds }
        if stage + 1 < plan.stages.count {
            begin(stage: stage + 1, at: planned ?? MonotonicClock.now)
        } else {
            drain(for: PhaseTimeouts(plan.login.timeouts, names.phases).longest)
        }
    }

    func laneConnected(lane: Int) {
        queue.async { [self] in lanesEverConnected += 1 }
    }

    /// The target cannot be reached at all when its first ten attempts failed.
    func laneCannotConnect(lane: Int, failures: Int, _ failure: Failure) {
        queue.async { [self] in
            connectFailures[lane] = failures
            guard lanesEverConnected == 0, unreachable == nil, state != .ended else { return }
            let isHopeless = connectFailures.reduce(0, +) >= 10 || allFailedSoFar
            if isHopeless { giveUp(failure) }
        }
    }

    /// All attempts of the first 5 s have failed by now.
    private var allFailedSoFar: Bool {
        MonotonicClock.now > origin + 5_000_000_000 && UInt64(connectFailures.reduce(0, +)) >= totals.begun
    }

    private func giveUp(_ failure: Failure) {
        unreachable = failure
        leave(patience: 0)
    }
}

// MARK: - The end

extension Run {
    /// Stops arrivals and waits for what is in flight.
    func drain(for nanoseconds: UInt64) {
        loadEnd = MonotonicClock.now
        state = .draining(until: MonotonicClock.now + nanoseconds)
        for runner in runners { runner.lane.queue.async { runner.stopArrivals() } }
        watchDraining()
    }

    /// Logs everybody out, and cuts what is still in flight.
    func leave(patience: UInt64) {
        state = .leaving(until: MonotonicClock.now + patience)
        for runner in runners {
            runner.lane.queue.async {
                runner.stopArrivals()
                runner.cutLogins("still in flight when the run ended")
                runner.logOutAll()
            }
        }
        watchDraining()
    }

    /// Looks at the lanes every 20 ms until they are empty or the time is up.
    private func watchDraining() {
        queue.asyncAfter(deadline: .now() + .milliseconds(20)) { [self] in
            guard state != .ended else { return }
            gather { [self] in drained() }
        }
    }

    private func drained() {
        let now = MonotonicClock.now
        switch state {
        case .draining(let limit) where gathering.inFlight == 0 || now >= limit: leave(patience: 3_000_000_000)
        case .leaving(let limit) where gathering.isIdle || now >= limit: stop()
        case .draining, .leaving: watchDraining()
        case .ready, .running, .ended: break
        }
    }

    /// What led here may have been seen before the last logins were cut: the lanes are asked once more.
    private func stop() {
        guard state != .ended else { return }
        state = .ended
        clock?.cancel()
        gather { [self] in gatherStorms { [self] in lanes.clear(then: queue) { [self] in finish() } } }
    }

    private func finish() {
        let now = MonotonicClock.now
        watchdog.stop()
        closeSecond(at: now, isLast: true)
        observer?.runDidTick(status(max(now, origin) - origin))
        endInterval(at: now)
        let ending: RunOutcome.Ending =
            unreachable.map { .unreachable($0) } ?? outages.failure.map { .outageFailed($0.reason) }
            ?? (interrupts > 0 ? .interrupted : isCut ? .cut : .completed)
        observer?.runDidEnd(
            RunOutcome(
                ending: ending, duration: max(now, origin) - origin, stageStarts: stageStarts,
                watchedSeconds: watch.time.map { Double($0) / 1e9 }, firstMark: watch.firstMark,
                delays: watchdog.delays,
                traffic: gathering.traffic, busiestLane: gathering.busy.max() ?? 0,
                firstLogins: gathering.firstLogins,
                loadDuration: max(origin, loadEnd ?? now) - origin, storms: outages.records))
    }
}
