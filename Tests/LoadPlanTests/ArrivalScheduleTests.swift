import LoadPlan
import Testing

@Suite struct ArrivalScheduleTests {
    private func arrivals(
        _ shape: Stage.Shape, _ process: ArrivalProcess = .even, seed: UInt64 = 1, stream: UInt64 = 0
    ) -> [UInt64] {
        ArrivalSchedule(shape, process: process, seed: seed, stream: stream).map(Array.init) ?? []
    }

    @Test("even arrivals of a hold are one period apart, the first at once")
    func evenHold() {
        let due = arrivals(.hold(rate: 200, duration: .seconds(2)))
        #expect(due.count == 400)
        #expect(due.first == 0)
        #expect(zip(due, due.dropFirst()).allSatisfy { (4_999_999...5_000_001).contains($1 - $0) })
    }

    static let ramps: [(from: Double, to: Double, seconds: Int)] = [
        (10, 200, 30), (0, 100, 10), (100, 0, 10), (5, 5, 60), (20, 150, 10), (0, 1, 1), (1000, 1, 3), (0.5, 0.25, 100),
    ]

    @Test("a ramp has as many arrivals as the area below it", arguments: ramps)
    func rampCount(from: Double, to: Double, seconds: Int) {
        let due = arrivals(.ramp(from: from, to: to, duration: .seconds(seconds)))
        let area = (from + to) / 2 * Double(seconds)
        #expect(abs(Double(due.count) - area) <= 1)
        #expect(due == due.sorted())
        #expect(due.allSatisfy { $0 < UInt64(seconds) * 1_000_000_000 })
    }

    @Test("half way up a ramp from nothing a quarter has come")
    func rampShape() {
        let due = arrivals(.ramp(from: 0, to: 100, duration: .seconds(10)))
        #expect(abs(due.count { $0 < 5_000_000_000 } - 125) <= 1)
    }

    @Test("poisson arrivals have the rate's mean and an exponential's spread")
    func poisson() {
        let due = arrivals(.hold(rate: 100, duration: .seconds(1000)), .poisson)
        #expect(abs(due.count - 100_000) < 1300)
        let gaps = zip(due, due.dropFirst()).map { Double($1 - $0) / 1e9 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(abs(mean - 0.01) < 0.0002)
        #expect(abs(variance.squareRoot() / mean - 1) < 0.03)
    }

    @Test("poisson arrivals follow a ramp")
    func poissonRamp() {
        let due = arrivals(.ramp(from: 0, to: 1000, duration: .seconds(100)), .poisson)
        #expect(abs(due.count - 50_000) < 900)
        #expect(abs(due.count { $0 < 50_000_000_000 } - 12_500) < 450)
    }

    @Test("the same seed makes the same arrivals, another stream or seed makes others")
    func determinism() {
        let shape = Stage.Shape.hold(rate: 50, duration: .seconds(10))
        let first = arrivals(shape, .poisson, seed: 3, stream: 1)
        #expect(first == arrivals(shape, .poisson, seed: 3, stream: 1))
        #expect(first != arrivals(shape, .poisson, seed: 3, stream: 2))
        #expect(first != arrivals(shape, .poisson, seed: 4, stream: 1))
    }

    @Test("a rate of nothing has no arrivals", arguments: [ArrivalProcess.even, .poisson])
    func idle(process: ArrivalProcess) {
        #expect(arrivals(.hold(rate: 0, duration: .seconds(10)), process).isEmpty)
    }

    @Test("closed stages have no schedule")
    func closed() {
        let shapes: [Stage.Shape] = [.burst(logins: 5), .crowd(sessions: 5, end: .logins(9))]
        #expect(shapes.allSatisfy { ArrivalSchedule($0, process: .even, seed: 1, stream: 0) == nil })
    }
}
