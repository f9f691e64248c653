import Dispatch
import Transport

/// A time in which something of ours stood still.
struct Standstill: Equatable {
    enum Part: Int, CaseIterable {
        /// All of it: the process was stopped, or got no processor.
        case generator
        /// The queue of a lane.
        case loop
        /// The queue that takes the lanes' snapshots and begins the stages.
        case snapshots
        /// What is to be written, with the disk that it waits for.
        case files

        /// What is later than this stood still: 100 ms, in nanoseconds; a disk may take half a second.
        var limit: UInt64 { self == .files ? 500_000_000 : 100_000_000 }
    }

    var part: Part
    /// In nanoseconds.
    var length: UInt64

    /// `the generator stood still for 10.0 s`
    var words: String {
        let tenths = (length + 50_000_000) / 100_000_000
        let time = "\(tenths / 10).\(tenths % 10) s"
        return switch part {
        case .generator: "the generator stood still for \(time)"
        case .loop: "an event loop stood still for \(time)"
        case .snapshots: "the run's own queue stood still for \(time)"
        case .files: "the result's files waited for \(time)"
        }
    }
}

/// Sees when the generator stands still, whether or not anything is due: a thread of its own that wakes every 50 ms and
/// notes how late it is, and how long the other queues let it wait.
final class Watchdog: Sendable {
    private let queues: [(part: Standstill.Part, queue: DispatchQueue)]
    private let book: Guarded<StandstillBook>

    /// - Parameters:
    ///   - loops: The lanes' queues.
    ///   - snapshots: The run's.
    init(loops: [DispatchQueue], snapshots: DispatchQueue) {
        queues = loops.map { (.loop, $0) } + [(.snapshots, snapshots)]
        book = Guarded(StandstillBook(queues: queues.map(\.part), since: MonotonicClock.now))
    }

    /// It holds on to itself until it is stopped.
    func start() {
        book.withLock { $0 = StandstillBook(queues: queues.map(\.part), since: MonotonicClock.now) }
        DispatchQueue(label: "muster.watchdog").async { [self] in watch() }
    }

    func stop() { book.withLock { $0.isClosed = true } }

    private var isClosed: Bool { book.withLock { $0.isClosed } }

    private func watch() {
        while !isClosed {
            MonotonicClock.sleep(until: MonotonicClock.now + StandstillBook.period)
            let asked = book.withLock { $0.woke(at: MonotonicClock.now) }
            for number in asked { ask(number) }
        }
    }

    private func ask(_ number: Int) {
        queues[number].queue.async { [self] in book.withLock { $0.answered(number, at: MonotonicClock.now) } }
    }

    /// The worst standstill since the last call, the one that goes on included; nil without any.
    func take() -> Standstill? { book.withLock { $0.take(at: MonotonicClock.now) } }

    /// A part that is no queue is awaited since this instant; nil where it is not any more.
    func expect(_ part: Standstill.Part, since instant: UInt64?) {
        book.withLock { $0.expect(part, since: instant, at: MonotonicClock.now) }
    }

    var delays: OwnDelays { book.withLock { $0.delays } }
}

/// What a watchdog has seen. A value: instants come from outside, in nanoseconds.
struct StandstillBook {
    static let period: UInt64 = 50_000_000
    var isClosed = false
    private(set) var delays = OwnDelays()
    private let queues: [Standstill.Part]
    private var lastWake: UInt64
    /// When each queue was asked; nil once it has answered.
    private var asked: [UInt64?]
    /// Since when other parts are awaited.
    private var awaited: [Standstill.Part: UInt64] = [:]
    private var found: [Standstill.Part: UInt64] = [:]
    private var takenUntil: UInt64 = 0

    init(queues: [Standstill.Part], since instant: UInt64) {
        self.queues = queues
        lastWake = instant
        asked = queues.map { _ in nil }
    }

    /// - Returns: the queues to be asked now.
    mutating func woke(at instant: UInt64) -> [Int] {
        note(.generator, since: lastWake + Self.period, until: instant)
        lastWake = instant
        let idle = asked.indices.filter { asked[$0] == nil }
        for number in idle { asked[number] = instant }
        return idle
    }

    mutating func answered(_ number: Int, at instant: UInt64) {
        guard let since = asked[number] else { return }
        asked[number] = nil
        note(queues[number], since: since, until: instant)
    }

    mutating func expect(_ part: Standstill.Part, since: UInt64?, at instant: UInt64) {
        if let before = awaited[part], before != since { note(part, since: before, until: instant) }
        awaited[part] = since
    }

    /// The worst since the last call: the generator as a whole before a part of it.
    mutating func take(at instant: UInt64) -> Standstill? {
        note(.generator, since: lastWake + Self.period, until: instant)
        for (number, since) in asked.enumerated() {
            if let since { note(queues[number], since: since, until: instant) }
        }
        for (part, since) in awaited { note(part, since: since, until: instant) }
        defer {
            found = [:]
            takenUntil = instant
        }
        return Standstill.Part.allCases.lazy.compactMap { [found] part in
            found[part].map { Standstill(part: part, length: $0) }
        }.first
    }

    /// What was told before is not told again.
    private mutating func note(_ part: Standstill.Part, since: UInt64, until instant: UInt64) {
        guard instant > since else { return }
        let length = instant - since
        switch part {
        case .generator: delays.generator = max(delays.generator, length)
        case .loop: delays.loops = max(delays.loops, length)
        case .snapshots: delays.snapshots = max(delays.snapshots, length)
        case .files: delays.files = max(delays.files, length)
        }
        let isNew = instant - max(since, min(instant, takenUntil)) > part.limit / 2
        if length > part.limit, isNew { found[part] = max(found[part] ?? 0, length) }
    }
}
