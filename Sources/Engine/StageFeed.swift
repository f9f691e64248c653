import LoadPlan

/// What one lane still has to start of the stage under way: its share of the arrivals, or its slots.
///
/// Instants are of the monotonic clock, in nanoseconds. Memory depends on the sessions of a crowd, not on time.
struct StageFeed {
    private(set) var stage = -1
    private(set) var began: UInt64 = 0
    /// When the stage is over by plan; nil where it ends with its last login.
    private(set) var ends: UInt64?
    private var source = Source.exhausted
    /// Arrivals that are due and were counted as such, and have not begun.
    private var waiting = 0
    /// What is left behind those; nil where none waits.
    private var uncounted: LaneSchedule?
    /// Of an open stage.
    private var mostOutstanding = Int.max
    /// Logins of the stage that were started and have neither completed nor failed.
    private(set) var outstanding = 0
    private(set) var isReported = true

    private enum Source {
        case exhausted
        /// Due instants of an open stage.
        case schedule(LaneSchedule)
        /// All due at the start.
        case burst(remaining: Int)
        /// Slots that wait for their next login, by the instant at which they may start, and the attempts left.
        case crowd(ReadyQueue<Slot>, attemptsLeft: Int)
    }

    /// Begins a stage with this lane's share of it.
    mutating func begin(_ stage: Int, of plan: RunPlan, at instant: UInt64, lane: Int, of laneCount: Int) {
        self.stage = stage
        began = instant
        outstanding = 0
        (waiting, uncounted) = (0, nil)
        mostOutstanding = plan.mostAtOnce ?? .max
        isReported = false
        let shape = plan.stages[stage].shape
        ends = plan.stages[stage].duration.map { instant + $0.inNanoseconds }
        switch shape {
        case .ramp, .hold:
            let process = plan.stages[stage].arrivals ?? plan.arrivals
            let all = ArrivalSchedule(shape, process: process, seed: plan.seed, stream: UInt64(stage))
            source = all.map { .schedule(LaneSchedule($0, lane: lane, of: laneCount, from: instant)) } ?? .exhausted
        case .burst(let logins):
            source = .burst(remaining: Self.share(of: logins, lane: lane, of: laneCount))
        case .crowd(let sessions, let end):
            let slots = Array(
                repeating: Slot(ready: instant, stage: stage),
                count: Self.share(of: sessions, lane: lane, of: laneCount))
            source = .crowd(ReadyQueue(slots), attemptsLeft: Self.attempts(end, lane: lane, of: laneCount))
        case .outage, .recovery:
            source = .exhausted
            isReported = true  // its end is not for a lane to see
        }
    }

    private static func share(of total: Int, lane: Int, of laneCount: Int) -> Int {
        (total - lane + laneCount - 1) / laneCount
    }

    private static func attempts(_ end: Stage.CrowdEnd, lane: Int, of laneCount: Int) -> Int {
        switch end {
        case .after: .max
        case .logins(let logins): share(of: logins, lane: lane, of: laneCount)
        }
    }

    /// Takes the next login that is due by now, or nil.
    mutating func take(at now: UInt64) -> Arrival? {
        switch source {
        case .exhausted: return nil
        case .schedule(var schedule):
            guard outstanding < mostOutstanding, let due = schedule.take(at: now) else { return nil }
            source = .schedule(schedule)
            outstanding += 1
            return Arrival(due: due, wasCounted: wasCounted())
        case .burst(let remaining):
            guard remaining > 0 else { return nil }
            source = .burst(remaining: remaining - 1)
            outstanding += 1
            return Arrival(due: began, isOfHerd: true, wasCounted: wasCounted())
        case .crowd: return takeSlot(at: now)
        }
    }

    /// Whether the arrival that begins now was counted before: those are the first.
    private mutating func wasCounted() -> Bool {
        guard waiting > 0 else { return false }
        waiting -= 1
        if waiting == 0 { uncounted = nil }
        return true
    }

    /// How many arrivals are due by now that have not begun and were not counted before: what is due is told when it is
    /// due, however late it begins. A crowd's are due when they begin.
    ///
    /// O(their number), in constant memory.
    mutating func countDue(at now: UInt64) -> Int {
        let before = waiting
        switch source {
        case .exhausted, .crowd: break
        case .burst(let remaining): waiting = now >= began ? remaining : 0
        case .schedule(let schedule):
            var left = uncounted ?? schedule
            while left.take(at: now) != nil { waiting += 1 }
            uncounted = waiting > 0 ? left : nil
        }
        return waiting - before
    }

    private mutating func takeSlot(at now: UInt64) -> Arrival? {
        guard case .crowd(var slots, let attemptsLeft) = source, attemptsLeft > 0, ends.map({ now < $0 }) ?? true else {
            return nil
        }
        source = .exhausted  // so that the queue is not copied
        let slot = slots.take(at: now)
        let isCounted = slot != nil && attemptsLeft != .max
        source = .crowd(slots, attemptsLeft: isCounted ? attemptsLeft - 1 : attemptsLeft)
        guard let slot else { return nil }
        outstanding += 1
        return Arrival(due: slot.ready, slot: slot, isOfHerd: slot.ready == began)
    }

    /// A slot of this stage's crowd is free again, to start its next login when it is ready.
    mutating func free(_ slot: Slot) {
        guard slot.stage == stage, case .crowd(var slots, let attemptsLeft) = source else { return }
        source = .exhausted
        slots.insert(slot)
        source = .crowd(slots, attemptsLeft: attemptsLeft)
    }

    /// A login of this stage has completed or failed.
    mutating func resolved(of stage: Int) { if stage == self.stage { outstanding -= 1 } }

    /// Starts no more logins.
    ///
    /// - Returns: how many that were counted will never begin.
    mutating func stop() -> Int {
        defer { (waiting, uncounted) = (0, nil) }
        source = .exhausted
        isReported = true
        return waiting
    }

    /// Whether this lane's share of the stage is over, told once.
    mutating func reportEnd(at now: UInt64) -> Bool {
        guard !isReported, isOver(at: now) else { return false }
        isReported = true
        return true
    }

    private func isOver(at now: UInt64) -> Bool {
        switch source {
        case .exhausted: ends.map { now >= $0 } ?? true
        case .schedule(let schedule): schedule.next == nil && now >= (ends ?? 0)
        case .burst(let remaining): remaining == 0 && outstanding == 0
        case .crowd(_, let attemptsLeft): ends.map { now >= $0 } ?? (attemptsLeft == 0 && outstanding == 0)
        }
    }

    /// When to look again; `UInt64.max` if only the end of a login can change anything.
    var nextInstant: UInt64 {
        let end = isReported ? .max : ends ?? .max
        switch source {
        case .exhausted: return end
        case .schedule(let schedule):
            guard schedule.next != nil, outstanding >= mostOutstanding else { return min(schedule.next ?? .max, end) }
            return .max
        case .burst(let remaining): return remaining > 0 ? began : .max
        case .crowd(let slots, let attemptsLeft): return min(attemptsLeft > 0 ? slots.next ?? .max : .max, end)
        }
    }
}

/// A login to be started now.
struct Arrival {
    /// The instant of the monotonic clock when it was due.
    var due: UInt64
    /// The crowd's slot that it fills; nil in the other stages.
    var slot: Slot?
    /// All of a closed stage that begins together: each waits for its turn.
    var isOfHerd = false
    /// Whether ``StageFeed/countDue(at:)`` has told of it.
    var wasCounted = false
}

/// One lane's share of an open stage's arrivals; the next one is drawn already.
private struct LaneSchedule {
    private var schedule: ArrivalSchedule
    private let began: UInt64
    private let laneCount: Int
    /// The instant when the next one is due; nil after the last.
    private(set) var next: UInt64?

    init(_ schedule: ArrivalSchedule, lane: Int, of laneCount: Int, from instant: UInt64) {
        self.schedule = schedule
        (began, self.laneCount) = (instant, laneCount)
        for _ in 0..<lane { _ = self.schedule.next() }
        draw()
    }

    /// Takes the next one if it is due by now.
    mutating func take(at now: UInt64) -> UInt64? {
        guard let due = next, due <= now else { return nil }
        for _ in 1..<laneCount { _ = schedule.next() }
        draw()
        return due
    }

    private mutating func draw() { next = schedule.next().map { $0 + began } }
}

/// One of the sessions that a crowd keeps going.
struct Slot: Scheduled {
    /// When its next login may start.
    var ready: UInt64
    /// Of the crowd.
    let stage: Int
    /// How long it waited before that, in nanoseconds; 0 unless its last login failed.
    var pause: UInt64 = 0

    private static let firstPause: UInt64 = 100_000_000
    private static let longestPause: UInt64 = 5_000_000_000

    /// After a success, or a refused credential: at once.
    func again(at instant: UInt64) -> Slot { Slot(ready: instant, stage: stage) }

    /// After a failure that is no refusal: later, and twice as long each time, so that a server in trouble is not
    /// hammered.
    func later(than instant: UInt64) -> Slot {
        let pause = pause == 0 ? Self.firstPause : min(pause * 2, Self.longestPause)
        return Slot(ready: instant + pause, stage: stage, pause: pause)
    }
}
