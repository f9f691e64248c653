/// Where in a lane's window the reads of one batch of events are.
struct GatheredReads {
    struct Read {
        let connection: ConnectionID
        let range: Range<Int>
        /// When the read returned.
        let instant: UInt64
    }

    private(set) var reads: [Read] = []
    /// Where the free part of the window begins.
    private(set) var end = 0

    mutating func append(_ connection: ConnectionID, _ range: Range<Int>, at instant: UInt64) {
        reads.append(Read(connection: connection, range: range, instant: instant))
        end = range.upperBound
    }

    mutating func removeAll() {
        reads.removeAll(keepingCapacity: true)
        end = 0
    }
}
