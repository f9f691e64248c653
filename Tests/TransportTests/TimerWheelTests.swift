import LoadPlan
import Testing

@testable import Transport

@Suite("The timer wheel")
struct TimerWheelTests {
    private let step: UInt64 = 1 << 23

    @Test("fires each deadline once, never early and at most two steps late", arguments: 0..<20)
    func random(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var wheel = TimerWheel(now: 0)
        var deadlines: [Int: UInt64] = [:]
        var expired: [Int] = []
        for turn in 1...400 {
            let now = UInt64(turn) * 50_000_000
            wheel.collectExpired(at: now, into: &expired)
            for index in expired {
                let deadline = deadlines.removeValue(forKey: index)
                #expect(deadline != nil && deadline ?? 0 <= now)
            }
            expired.removeAll()
            for deadline in deadlines.values { #expect(deadline + 2 * step > now) }
            let index = Int.random(in: 0..<50, using: &generator)
            if Bool.random(using: &generator) {
                deadlines[index] = now + UInt64.random(in: 0...60_000_000_000, using: &generator)
                wheel.set(index, deadline: deadlines[index] ?? 0)
            } else {
                deadlines[index] = nil
                wheel.clear(index)
            }
        }
    }

    @Test("an empty wheel wakes nobody, a full one in time")
    func wakes() {
        var wheel = TimerWheel(now: 0)
        #expect(wheel.nextWake == nil)
        wheel.set(3, deadline: 10 * step)
        #expect((wheel.nextWake ?? 0) >= 10 * step)
        #expect((wheel.nextWake ?? .max) <= 12 * step)
        wheel.clear(3)
        #expect(wheel.nextWake == nil)
    }
}

@Suite("Addresses")
struct SocketAddressTests {
    @Test("literals are read, names are not", arguments: ["127.0.0.1", "::1", "10.1.2.3", "2001:db8::1"])
    func literals(_ text: String) {
        let address = SocketAddress(literal: text, port: 5222)
        #expect(address?.description == (text.contains(":") ? "[\(text)]:5222" : "\(text):5222"))
        #expect(SocketAddress(literal: "localhost", port: 5222) == nil)
    }

    @Test("loopback is 127.0.0.0/8 and ::1, and nothing else")
    func loopback() {
        for (text, expected) in [("127.9.9.9", true), ("::1", true), ("128.0.0.1", false), ("::2", false)] {
            #expect(SocketAddress(literal: text, port: 1)?.isLoopback == expected)
        }
    }
}
