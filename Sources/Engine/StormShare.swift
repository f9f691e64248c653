import Metrics

/// One lane's share of what follows an outage. Instants are of the monotonic clock.
struct StormShare: Sendable {
    /// When the outage began: who was online then and dies later belongs to it.
    let began: UInt64
    let online: Int
    /// When the server was told to come back.
    var told: UInt64?
    private(set) var lost = 0
    private(set) var left = 0
    private(set) var returns: [UInt64] = []
    private var attempts: UInt64 = 0
    private var mostAttempts = 0
    private var attemptsBySecond: [UInt32] = []

    /// Attempts are counted by the second for an hour.
    private static let seconds = 3600

    init(began: UInt64, online: Int) {
        self.began = began
        self.online = online
    }

    mutating func noteLoss() { lost += 1 }

    mutating func noteLeaving() { left += 1 }

    mutating func noteReturn(at instant: UInt64) { returns.append(instant) }

    /// - Parameter number: which one it is of its session, from 1.
    mutating func noteAttempt(_ number: Int, at instant: UInt64) {
        attempts += 1
        mostAttempts = max(mostAttempts, number)
        guard let told, instant >= told else { return }
        let second = Int((instant - told) / 1_000_000_000)
        guard second < Self.seconds else { return }
        while attemptsBySecond.count <= second { attemptsBySecond.append(0) }
        attemptsBySecond[second] += 1
    }

    /// Adds it to what the other lanes saw. Their returns are sorted when all are there.
    func add(to record: inout StormRecord) {
        record.online += online
        record.lost += lost
        record.left += left
        record.returns += returns.map { $0 - min($0, told ?? $0) }
        record.attempts += attempts
        record.mostAttempts = max(record.mostAttempts, mostAttempts)
        while record.attemptsBySecond.count < attemptsBySecond.count { record.attemptsBySecond.append(0) }
        for (second, count) in attemptsBySecond.enumerated() { record.attemptsBySecond[second] += count }
    }
}

/// How far a lane's share of the storm has come.
struct StormProgress: Sendable {
    var awaited = 0
    var back = 0

    /// 0 to 1; 1 where nobody was lost.
    var share: Double { awaited > 0 ? Double(back) / Double(awaited) : 1 }

    static func += (left: inout Self, right: Self) {
        left.awaited += right.awaited
        left.back += right.back
    }
}

extension LaneRunner {
    /// The server is about to go.
    func beginStorm(at instant: UInt64) { storms.append(StormShare(began: instant, online: online)) }

    /// The server has been told to come back.
    func serverReturns(at instant: UInt64) {
        guard !storms.isEmpty else { return }
        storms[storms.count - 1].told = instant
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
