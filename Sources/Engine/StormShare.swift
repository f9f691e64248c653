import Metrics
import Transport

/// One lane's share of what follows an outage. Instants are of the monotonic clock.
struct StormShare: Sendable {
    /// When the outage began: who was online then and dies later belongs to it.
    let began: UInt64
    let online: Int
    /// Attempts since the server was told to come back, for an hour; nil until it was.
    private var tries: CountsBySecond?
    private(set) var lost = 0
    private(set) var left = 0
    private(set) var returns: [UInt64] = []
    private var attempts: UInt64 = 0
    private var mostAttempts = 0

    init(began: UInt64, online: Int) {
        self.began = began
        self.online = online
    }

    /// The server has been told to come back.
    mutating func beginReturn(at instant: UInt64) { tries = CountsBySecond(since: instant, limit: 3600) }

    mutating func noteLoss() { lost += 1 }

    mutating func noteLeaving() { left += 1 }

    mutating func noteReturn(at instant: UInt64) { returns.append(instant) }

    /// - Parameter number: which one it is of its session, from 1.
    mutating func noteAttempt(_ number: Int, at instant: UInt64) {
        attempts += 1
        mostAttempts = max(mostAttempts, number)
        if let told = tries?.since, instant >= told { tries?.note(at: instant) }
    }

    /// Adds it to what the other lanes saw. Their returns are sorted when all are there.
    func add(to record: inout StormRecord) {
        record.online += online
        record.lost += lost
        record.left += left
        record.returns += returns.map { $0 - min($0, tries?.since ?? $0) }
        record.attempts += attempts
        record.mostAttempts = max(record.mostAttempts, mostAttempts)
        let counts = tries?.counts ?? []
        while record.attemptsBySecond.count < counts.count { record.attemptsBySecond.append(0) }
        for (second, count) in counts.enumerated() { record.attemptsBySecond[second] += count }
    }
}

extension LaneRunner {
    /// The server is about to go.
    func beginStorm(at instant: UInt64) { storms.append(StormShare(began: instant, online: online)) }

    /// The server has been told to come back.
    func serverReturns(at instant: UInt64) {
        guard !storms.isEmpty else { return }
        storms[storms.count - 1].beginReturn(at: instant)
    }

    var stormProgress: StormProgress {
        storms.last.map { StormProgress(awaited: $0.lost - $0.left, back: $0.returns.count) } ?? StormProgress()
    }

    /// The storm that a session was lost in; nil for one that died at another time.
    func storm(of session: Session) -> Int? {
        guard let last = storms.last, session.state == .online, session.loggedIn <= last.began else { return nil }
        return storms.count - 1
    }
}
