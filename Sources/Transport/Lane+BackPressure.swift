import Dispatch

// What one connection may take of its lane at once, and what it may be owed: the others have their turn meanwhile, and a
// peer that asks and does not read is not read either.

extension Lane {
    /// With so much to be sent a connection is read no further: 64 KiB, some hundreds of answers.
    private static let mostBeforeReading = 64 * 1024
    /// With more than this it is given up: 1 MiB, more than anybody is told at once.
    private static let mostOwed = 1024 * 1024

    func isOwedMuch(_ index: Int) -> Bool { connections[index].outbox.count >= Self.mostBeforeReading }

    /// Keeps what the kernel did not take, until it says that it has room.
    func owe(_ bytes: UnsafeRawBufferPointer, on index: Int) {
        if connections[index].outbox.isEmpty { watchAgain(index) }
        let wasOverdue = connections[index].outbox.count > Self.mostOwed
        if !wasOverdue { unsafe connections[index].outbox.append(contentsOf: bytes) }
        if isOwedMuch(index) { connections[index].isHeldBack = true }
        guard !wasOverdue, connections[index].outbox.count > Self.mostOwed else { return }
        overdue.append(id(of: index))
        comeBack()
    }

    /// Reads nothing more of it before what it has sent is delivered, in turns with the others.
    func holdBack(_ index: Int) {
        connections[index].isHeldBack = true
        guard !isOwedMuch(index) else { return }
        unfinished.append(id(of: index))
        comeBack()
    }

    /// Once a connection that was held back is owed little again, and all that it has sent is delivered, it is read.
    func readOn(_ connection: ConnectionID) {
        guard let index = live(connection), !isOwedMuch(index) else { return }
        guard connections[index].compression?.isWaiting != true else { return holdBack(index) }
        connections[index].isHeldBack = false
        watchAgain(index)
    }

    /// Other work of the queue comes first.
    func comeBack() {
        guard !isComingBack else { return }
        isComingBack = true
        queue.async { [self] in
            let began = MonotonicClock.now
            isComingBack = false
            giveUpOverdue(at: began)
            continueUnfinished()
            tellEstablished()
            armTimer()
            busy += MonotonicClock.now - began
        }
    }

    private func giveUpOverdue(at now: UInt64) {
        let given = overdue
        overdue.removeAll()
        for connection in given {
            if let index = live(connection) { fail(index, .doesNotRead, at: now) }
        }
    }

    private func continueUnfinished() {
        let waiting = unfinished
        unfinished.removeAll()
        for connection in waiting {
            guard let index = live(connection), let compression = connections[index].compression,
                let (bytes, receipt) = compression.takeWaiting()
            else { continue }
            unsafe bytes.withUnsafeBytes { unsafe inflate($0, compression, of: connection, receipt) }
            if !compression.isWaiting { readOn(connection) }
        }
        tell { $0.laneDidHandleEvents() }
    }
}
