import CEpoll
import Glibc

extension Lane {
    func handle(_ events: UInt32, of connection: ConnectionID) {
        let index = connection.index
        if connections[index].state == .connecting {
            finishConnect(index, events)
            guard live(connection) != nil else { return }
        }
        if events & EPOLLOUT.rawValue != 0 { drainOutbox(of: index) }
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue) != 0 {
            let mayBeOver = events & ~(EPOLLIN.rawValue | EPOLLOUT.rawValue) != 0
            if mayBeOver { drain(connection) } else { gather(connection) }
        }
    }

    private func finishConnect(_ index: Int, _ events: UInt32) {
        let instant = MonotonicClock.now
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
            let code = pendingError(of: connections[index].descriptor)
            if code != 0 { return fail(index, TransportFailure(errno: code), at: instant) }
        }
        if connections[index].heard == 0 { connections[index].heard = established(index, noticedAt: instant) }
        open(index)
    }

    /// Of an instant ago: its owner is told once the call that began it has returned, without a turn of its own.
    func noteEstablished(_ index: Int) {
        connections[index].heard = established(index, noticedAt: MonotonicClock.now)
        established.append(id(of: index))
        if !isInTurn { comeBack() }
    }

    func tellEstablished() {
        guard !established.isEmpty else { return }
        let waiting = established
        established.removeAll(keepingCapacity: true)
        for connection in waiting {
            if let index = live(connection), connections[index].state == .connecting { open(index) }
        }
        tell { $0.laneDidHandleEvents() }
    }

    private func open(_ index: Int) {
        connections[index].state = .open
        noteAnswer(index)
        let (connection, instant) = (id(of: index), connections[index].heard)
        tell { $0.laneDidConnect(connection, at: instant) }
    }

    /// No time stamp tells when the peer's SYN-ACK arrived, but the kernel has timed the round trip of the handshake. To ask
    /// for it takes half a microsecond: what was noticed at once needs no better.
    private func established(_ index: Int, noticedAt instant: UInt64) -> UInt64 {
        guard instant - connections[index].sent > Self.atOnce else { return instant }
        let roundTrip = muster_handshake_time(connections[index].descriptor)
        return roundTrip > 0 ? min(instant, connections[index].sent + roundTrip) : instant
    }

    private static let atOnce: UInt64 = 50_000

    private func pendingError(of descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code
    }

    /// One read, whose bytes wait in the window until the whole batch of events was read. One after the other instead,
    /// the kernel's part and ours would take turns and drive each other out of the processor's caches.
    private func gather(_ connection: ConnectionID) {
        if unsafe window.count - gathered.end < Self.leastRead { deliverGathered() }
        guard let index = live(connection), !connections[index].isHeldBack else { return }
        let start = gathered.end
        let space = unsafe window.count - start
        let (count, receipt) = read(index)
        guard count > 0 else { return }
        gathered.append(connection, start..<start + count, receipt)
        guard count == space else { return }
        deliverGathered()
        drain(connection)
    }

    func deliverGathered() {
        for slot in gathered.reads.indices {
            let one = gathered.reads[slot]
            guard let index = live(one.connection) else { continue }
            unsafe deliver(UnsafeRawBufferPointer(rebasing: window[one.range]), to: index, one.receipt)
        }
        gathered.removeAll()
    }

    /// Reads and delivers until the socket is empty, for what is left brings no event of its own. A peer that never
    /// stops gets its next turn after the others.
    private func drain(_ connection: ConnectionID) {
        for _ in 0..<Self.readsInARow {
            guard let index = live(connection), !connections[index].isHeldBack else { return }
            let start = gathered.end
            let (count, receipt) = read(index)
            guard count > 0 else { return }
            unsafe deliver(UnsafeRawBufferPointer(rebasing: window[start..<start + count]), to: index, receipt)
        }
        if let index = live(connection) { watchAgain(index) }
    }

    private static let readsInARow = 16
    /// Gathered reads leave at least this much room: the greatest TLS record with its head.
    private static let leastRead = 16 * 1024 + 512

    /// Reads into what is free of the window.
    ///
    /// - Returns: how many bytes came, 0 where there are none or no connection any more, and when.
    private func read(_ index: Int) -> (count: Int, receipt: Receipt) {
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: window[gathered.end...])
        var stamp: UInt64 = 0
        let count = unsafe muster_receive(connections[index].descriptor, free.baseAddress, free.count, &stamp)
        let code = errno
        let instant = MonotonicClock.now
        if count > 0 {
            traffic.bytesReceived += UInt64(count)
            noteAnswer(index)
            return (count, receipt(stamp, of: index, readAt: instant))
        } else if count == 0 {
            fail(index, .closed, at: instant)
        } else if code != EAGAIN, code != EINTR {
            fail(index, TransportFailure(errno: code), at: instant)
        }
        return (0, Receipt(at: instant))
    }

    private func receipt(_ stamp: UInt64, of index: Int, readAt instant: UInt64) -> Receipt {
        traffic.reads += 1
        guard stamp > 0,
            let arrived = arrivals.instant(of: stamp, notBefore: connections[index].heard, notAfter: instant)
        else {
            traffic.unstampedReads += 1
            return Receipt(at: instant)
        }
        connections[index].heard = arrived
        return Receipt(arrived: min(instant, max(arrived, connections[index].sent)), read: instant)
    }

    private func noteAnswer(_ index: Int) {
        guard connections[index].awaitsAnswer else { return }
        connections[index].awaitsAnswer = false
        traffic.roundTrips += 1
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, to index: Int, _ receipt: Receipt) {
        if connections[index].tls != nil {
            unsafe decrypt(bytes, for: id(of: index), receipt)
        } else {
            unsafe hand(bytes, to: index, receipt)
        }
    }
}

// MARK: - Sending

extension Lane {
    /// Sends what the kernel takes and keeps the rest; a failed send shows at the next read.
    func transmit(_ bytes: UnsafeRawBufferPointer, on index: Int) {
        guard bytes.count > 0 else { return }
        guard connections[index].outbox.isEmpty else { return unsafe owe(bytes, on: index) }
        let flags = Int32(MSG_NOSIGNAL)
        let sent = unsafe Glibc.send(connections[index].descriptor, bytes.baseAddress, bytes.count, flags)
        let taken = max(0, sent)
        traffic.bytesSent += UInt64(taken)
        connections[index].awaitsAnswer = true
        guard taken < bytes.count, sent >= 0 || errno == EAGAIN else { return }
        unsafe owe(UnsafeRawBufferPointer(rebasing: bytes[taken...]), on: index)
    }

    private func drainOutbox(of index: Int) {
        guard !connections[index].outbox.isEmpty else { return }
        let waiting = connections[index].outbox
        connections[index].outbox = []
        unsafe waiting.withUnsafeBytes { unsafe transmit($0, on: index) }
        if connections[index].isHeldBack { readOn(id(of: index)) }
    }
}
