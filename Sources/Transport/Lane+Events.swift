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
            receive(connection, untilEmpty: mayBeOver)
        }
    }

    private func finishConnect(_ index: Int, _ events: UInt32) {
        let instant = MonotonicClock.now
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
            let code = pendingError(of: connections[index].descriptor)
            if code != 0 { return fail(index, TransportFailure(errno: code), at: instant) }
        }
        connections[index].state = .open
        let connection = id(of: index)
        tell { $0.laneDidConnect(connection, at: instant) }
    }

    private func pendingError(of descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code
    }

    /// Reads until the socket is empty, for what is left brings no event of its own. A read that did not fill the window
    /// has emptied it, unless the peer's end stands behind. A peer that never stops gets its next turn after the others.
    private func receive(_ connection: ConnectionID, untilEmpty: Bool) {
        for _ in 0..<Self.readsInARow {
            guard let index = live(connection) else { return }
            let count = receiveOnce(index)
            if count < 0 || (count < Self.windowSize && !untilEmpty) { return }
        }
        if let index = live(connection) { watchAgain(index) }
    }

    private static let readsInARow = 16

    /// - Returns: how many bytes came; -1 where there are none, or no connection any more.
    private func receiveOnce(_ index: Int) -> Int {
        let count = unsafe recv(connections[index].descriptor, window.baseAddress, window.count, 0)
        let code = errno
        let instant = MonotonicClock.now
        if count > 0 {
            unsafe deliver(UnsafeRawBufferPointer(rebasing: window[..<count]), to: index, at: instant)
            return count
        }
        if count == 0 {
            fail(index, .closed, at: instant)
        } else if code != EAGAIN, code != EINTR {
            fail(index, TransportFailure(errno: code), at: instant)
        }
        return -1
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, to index: Int, at instant: UInt64) {
        if connections[index].tls != nil {
            unsafe decrypt(bytes, for: id(of: index), at: instant)
        } else {
            let connection = id(of: index)
            tell { unsafe $0.laneDidReceive(connection, bytes, at: instant) }
        }
    }
}

// MARK: - Sending

extension Lane {
    /// Sends what the kernel takes and keeps the rest; a failed send shows at the next read.
    func transmit(_ bytes: UnsafeRawBufferPointer, on index: Int) {
        guard bytes.count > 0 else { return }
        guard connections[index].outbox.isEmpty else {
            unsafe connections[index].outbox.append(contentsOf: bytes)
            return
        }
        let flags = Int32(MSG_NOSIGNAL)
        let sent = unsafe Glibc.send(connections[index].descriptor, bytes.baseAddress, bytes.count, flags)
        let taken = max(0, sent)
        guard taken < bytes.count, sent >= 0 || errno == EAGAIN else { return }
        unsafe connections[index].outbox.append(contentsOf: bytes.dropFirst(taken))
    }

    private func drainOutbox(of index: Int) {
        guard !connections[index].outbox.isEmpty else { return }
        let waiting = connections[index].outbox
        connections[index].outbox = []
        unsafe waiting.withUnsafeBytes { unsafe transmit($0, on: index) }
    }
}
