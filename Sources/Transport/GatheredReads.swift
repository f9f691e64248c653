/// Where in a lane's window the reads of one batch of events are.
struct GatheredReads {
    struct Read {
        let connection: ConnectionID
        let range: Range<Int>
        let receipt: Receipt
    }

    private(set) var reads: [Read] = []
    /// Where the free part of the window begins.
    private(set) var end = 0

    mutating func append(_ connection: ConnectionID, _ range: Range<Int>, _ receipt: Receipt) {
        reads.append(Read(connection: connection, range: range, receipt: receipt))
        end = range.upperBound
    }

    mutating func removeAll() {
        reads.removeAll(keepingCapacity: true)
        end = 0
    }
}
