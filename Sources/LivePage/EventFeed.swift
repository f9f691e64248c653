import Synchronization

/// The newest event of each name, for readers who take them at their own pace.
///
/// Whoever is slow misses what was replaced meanwhile; nothing is queued for anybody, so a reader that does not read costs
/// no memory, and nobody waits for it.
final class EventFeed: Sendable {
    private struct State {
        var events: [String: (number: UInt64, bytes: [UInt8])] = [:]
        var last: UInt64 = 0
        var readers: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var nextReader: UInt64 = 0
        var isOver = false
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: how many readers there may be at once.
    init(capacity: Int) { self.capacity = capacity }

    var readerCount: Int { state.withLock { $0.readers.count } }

    /// Replaces the event of this name, and wakes all readers.
    ///
    /// - Parameter data: may have lines, which become one text again at the other end.
    func send(_ name: String, _ data: String) {
        let bytes = Self.event(name, data)
        state.withLock { state in
            state.last += 1
            state.events[name] = (state.last, bytes)
            for reader in state.readers.values { reader.yield() }
        }
    }

    /// As `text/event-stream` has it: a field for each line, which a carriage return would end as well.
    private static func event(_ name: String, _ data: String) -> [UInt8] {
        var bytes = Array("event: \(name)\ndata: ".utf8)
        bytes.reserveCapacity(bytes.count + data.utf8.count + 64)
        for byte in data.utf8 where byte != UInt8(ascii: "\r") {
            bytes.append(byte)
            if byte == UInt8(ascii: "\n") { bytes += "data: ".utf8 }
        }
        bytes += "\n\n".utf8
        return bytes
    }

    /// No event follows. Readers are given what they have not seen yet.
    func end() {
        let readers = state.withLock { state in
            state.isOver = true
            return Array(state.readers.values)
        }
        // Not under the lock: a reader that is finished leaves at once.
        for reader in readers { reader.finish() }
    }

    /// A new reader, who is given the newest events first; nil where there are as many as there may be, or it is over.
    func join() -> EventReader? {
        state.withLock { state in
            guard state.readers.count < capacity, !state.isOver else { return nil }
            let (wakes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
            let number = state.nextReader
            state.nextReader += 1
            state.readers[number] = continuation
            continuation.onTermination = { [weak self] _ in self?.leave(number) }
            return EventReader(feed: self, wakes: wakes)
        }
    }

    private func leave(_ number: UInt64) {
        // Not under the lock: letting go of a continuation may call this again.
        let gone = state.withLock { $0.readers.removeValue(forKey: number) }
        _ = gone
    }

    /// The events after this number in their order, and the number of the last.
    fileprivate func events(after number: UInt64) -> (bytes: [UInt8], last: UInt64) {
        state.withLock { state in
            let news = state.events.values.filter { $0.number > number }.sorted { $0.number < $1.number }
            return (news.flatMap(\.bytes), state.last)
        }
    }
}

/// One reader's way through a feed. It has left once nobody holds it.
struct EventReader: Sendable {
    fileprivate let feed: EventFeed
    fileprivate let wakes: AsyncStream<Void>

    func makeIterator() -> Iterator { Iterator(feed: feed, wakes: wakes.makeAsyncIterator()) }

    struct Iterator {
        fileprivate let feed: EventFeed
        fileprivate var wakes: AsyncStream<Void>.Iterator
        private var seen: UInt64 = 0

        fileprivate init(feed: EventFeed, wakes: AsyncStream<Void>.Iterator) {
            self.feed = feed
            self.wakes = wakes
        }

        /// What is new, as the lines of server-sent events; nil once the feed is over.
        mutating func next() async -> [UInt8]? {
            while true {
                let (bytes, last) = feed.events(after: seen)
                seen = last
                if !bytes.isEmpty { return bytes }
                guard await wakes.next() != nil else { return rest() }
            }
        }

        /// What was sent between the last look and the end.
        private mutating func rest() -> [UInt8]? {
            let (bytes, last) = feed.events(after: seen)
            seen = last
            return bytes.isEmpty ? nil : bytes
        }
    }
}
