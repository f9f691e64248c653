import LoadPlan
import Testing

@Suite("When a session comes back")
struct ReconnectPolicyTests {
    private func delays(_ schedule: ReconnectPolicy.Schedule, seed: UInt64 = 1, attempts: Int = 8) -> [Duration] {
        var generator = SeededGenerator(seed: seed)
        let policy = ReconnectPolicy(schedule)
        return (1...attempts).map { policy.delay(attempt: $0, using: &generator) }
    }

    @Test("at once, and every second while that fails")
    func now() {
        #expect(delays(.now, attempts: 3) == [.zero, .seconds(1), .seconds(1)])
    }

    @Test("as XMPPFramework does: after 2 s, then every 20 s")
    func xmppFramework() {
        #expect(delays(.xmppFramework, attempts: 3) == [.seconds(2), .seconds(20), .seconds(20)])
    }

    @Test("twice as late each time, up to the longest")
    func exponential() {
        let schedule = ReconnectPolicy.Schedule.exponential(after: .seconds(1), max: .seconds(60), jitter: .none)
        #expect(delays(schedule) == [1, 2, 4, 8, 16, 32, 60, 60].map(Duration.seconds))
        #expect(delays(schedule, attempts: 100_000).last == .seconds(60))
    }

    @Test("with jitter, spread evenly from zero to the delay, and the same for the same seed")
    func jitter() {
        let schedule = ReconnectPolicy.Schedule.exponential(after: .seconds(8), max: .seconds(8), jitter: .full)
        let all = delays(schedule, attempts: 8_000)
        #expect(all.allSatisfy { (.zero ... .seconds(8)).contains($0) })
        for second in 0..<8 {
            let within = all.count { $0 >= .seconds(second) && $0 < .seconds(second + 1) }
            #expect((850...1150).contains(within), "\(within) of 8000 in second \(second)")
        }
        #expect(delays(schedule) == delays(schedule))
        #expect(delays(schedule) != delays(schedule, seed: 2))
    }
}
