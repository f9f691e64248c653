import FlyingSocks

/// A reader's events as the body of a response.
struct EventSequence: AsyncBufferedSequence {
    typealias Element = UInt8

    let reader: EventReader

    func makeAsyncIterator() -> Iterator { Iterator(events: reader.makeIterator()) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var events: EventReader.Iterator
        private var pending: ArraySlice<UInt8> = []

        init(events: EventReader.Iterator) { self.events = events }

        mutating func next() async -> UInt8? {
            if pending.isEmpty { pending = await events.next()?[...] ?? [] }
            return pending.popFirst()
        }

        /// Whole events, however many bytes are suggested: a browser acts on an event once it is complete.
        mutating func nextBuffer(suggested count: Int) async -> ArraySlice<UInt8>? {
            defer { pending = [] }
            return pending.isEmpty ? await events.next()?[...] : pending
        }
    }
}
