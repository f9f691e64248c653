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

    private func fireDeadlines(at now: UInt64) {
        wheel.collectExpired(at: now, into: &expired)
        while let index = expired.popLast() {
            guard connections[index].state != .free else { continue }
            let connection = id(of: index)
            tell { $0.laneDeadlinePassed(connection, at: now) }
        }
    }

    /// Sets the kernel's timer to the next instant anybody waits for, unless it will fire before.
    func armTimer() {
        let wanted = min(ownerWake, wheel.nextWake ?? .max)
        guard wanted < armedWake else { return }
        armedWake = wanted
        muster_timer_set(timer, wanted)
    }
}
