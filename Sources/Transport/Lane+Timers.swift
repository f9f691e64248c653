import CEpoll
import Glibc

extension Lane {
    func timerFired() {
        var expirations: UInt64 = 0
        unsafe read(timer, &expirations, 8)
        armedWake = .max
        isTimerDue = false
        let now = MonotonicClock.now
        if ownerWake <= now {
            ownerWake = .max
            tell { $0.laneDidWake(at: now) }
        }
        fireDeadlines(at: now)
        tell { $0.laneDidHandleEvents() }
    }

    /// What had arrived by now is delivered before a deadline is told, however long it lay there: who has answered is
    /// not late because we are. A deadline that was set anew meanwhile has not passed.
    private func fireDeadlines(at now: UInt64) {
        wheel.collectExpired(at: now, into: &expired)
        guard !expired.isEmpty else { return }
        let passed = expired.filter { connections[$0].state != .free }.map(id)
        expired.removeAll(keepingCapacity: true)
        for connection in passed { catchUp(connection, until: now) }
        tell { $0.laneDidHandleEvents() }
        for connection in passed {
            guard let index = live(connection), !wheel.isSet(index) else { continue }
            tell { $0.laneDeadlinePassed(connection, at: now) }
        }
    }

    /// Handles all that the kernel had for a connection by this instant. A peer that never stops is left when what it said
    /// arrived later, or after so many reads.
    public func catchUp(_ connection: ConnectionID, until now: UInt64) {
        checkQueue()
        for _ in 0..<Self.mostReads {
            guard let index = live(connection), !connections[index].isHeldBack, connections[index].heard < now,
                let events = pendingEvents(
                    of: connections[index].descriptor, connections[index].state == .connecting ? EPOLLOUT : EPOLLIN)
            else { return }
            handle(events, of: connection)
            deliverGathered()
        }
    }

    /// 16 MiB: more than a socket holds.
    private static let mostReads = 256

    func pendingEvents(of descriptor: Int32, _ wanted: EPOLL_EVENTS) -> UInt32? {
        var one = pollfd(fd: descriptor, events: Int16(wanted.rawValue), revents: 0)
        return unsafe poll(&one, 1, 0) > 0 ? UInt32(UInt16(bitPattern: one.revents)) : nil
    }

    /// Sets the kernel's timer to the next instant anybody waits for, unless it will fire before.
    func armTimer() {
        let wanted = min(ownerWake, wheel.nextWake ?? .max)
        guard wanted < armedWake else { return }
        armedWake = wanted
        muster_timer_set(timer, wanted)
    }
}
