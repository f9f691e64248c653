import Foundation
import ResultFiles
import Testing

@testable import Reports

@Suite("drift")
struct DriftTests {
    private let mebibyte = 1_048_576.0

    /// Memory at the end of each minute of two hours, as this says by the hour, with a little noise.
    private func report(
        _ measure: DriftMeasure = .serverMemory, server: RunDescription.Server = RunDescription.Server(),
        noise: Double = 0.1, isSteady: Bool = true, _ figure: (Double) -> Double
    ) -> DriftReport {
        var chance = Chance(seed: 1)
        let points = (1...120).map { minute in
            let hours = Double(minute) / 60
            return DriftSeries.Point(at: hours * 3600, value: figure(hours) + noise * mebibyte * chance.normal())
        }
        let stage = DriftStage(name: "night", isSteady: isSteady, series: [DriftSeries(measure, points)])
        return DriftReport.judge([stage], server: server)
    }

    @Test("a growth is told with its interval and when the limit is reached")
    func growth() {
        var server = RunDescription.Server()
        server.memoryLimitBytes = 2 << 30
        let report = report(server: server) { 400 * mebibyte + 41 * mebibyte * $0 }
        #expect(report.rows[0].verdict == .grows)
        #expect(
            report.sentences[0].wholeMatch(
                of:
                    /the server's memory grows by 4[01][0-9.]* MiB an hour, interval 40\.[0-9]+ to 41\.[0-9]+; at that rate it reaches its limit of 2\.00 GiB in 38 h/
            ) != nil, "\(report.sentences)")
    }

    @Test("a fall is told by its size, steadiness by its interval")
    func fallAndNone() {
        let falling = report { 400 * mebibyte - 41 * mebibyte * $0 }
        #expect(falling.rows[0].verdict == .falls)
        #expect(falling.sentences[0].hasPrefix("the server's memory falls by 41"), "\(falling.sentences)")
        let steady = report { _ in 400 * mebibyte }
        #expect(steady.rows[0].verdict == .noDriftShown)
        #expect(steady.sentences[0].hasPrefix("the server's memory: no drift shown (-"), "\(steady.sentences)")
        #expect(steady.sentences[0].hasSuffix(" KiB an hour)"))
    }

    @Test("a latency that wavers for a minute is told without a rate an hour, which might be anything")
    func minute() {
        var chance = Chance(seed: 1)
        let points = (1...60).map { DriftSeries.Point(at: Double($0), value: 5_000 + 500 * chance.normal()) }
        let stage = DriftStage(name: "first", isSteady: true, series: [DriftSeries(.p50, points)])
        let report = DriftReport.judge([stage])
        #expect(report.sentences == ["login p50: no drift shown (the stage is too short to tell a rate an hour)"])
    }

    @Test("what never moves has no drift and a rate of 0")
    func constant() {
        let report = report(.serverThreads, noise: 0) { _ in 40 }
        #expect(report.rows[0].trend?.rate == Estimate(value: 0, interval: 0...0))
        #expect(report.sentences == ["the number of the server's threads: no drift shown (0 to 0 an hour)"])
    }

    @Test("a change at once is told as one, with its time and both levels")
    func change() throws {
        let report = report { $0 < 1.25 ? 400 * mebibyte : 480 * mebibyte }
        #expect(report.rows[0].verdict == .changed)
        let change = try #require(report.rows[0].trend?.change)
        #expect(abs(change.at - 4500) < 61)
        #expect(
            report.sentences == [
                "the server's memory changed from 400 MiB to 480 MiB at 1:14:30, at once and not by and by"
            ])
    }

    @Test("a growth by and by is no change at once")
    func noChange() {
        #expect(report(noise: 2) { 400 * mebibyte + 41 * mebibyte * $0 }.rows[0].verdict == .grows)
    }

    @Test("the resident memory of a JVM below its maximum heap proves nothing, above it it counts")
    func jvm() {
        var server = RunDescription.Server()
        server.maximumHeapBytes = 1 << 30
        let below = report(server: server) { 400 * mebibyte + 41 * mebibyte * $0 }
        #expect(below.rows[0].verdict == .inconclusive)
        #expect(
            below.sentences == [
                "the server's memory: inconclusive: a JVM's resident memory below its maximum heap of 1.00 GiB proves "
                    + "nothing"
            ])
        #expect(report(server: server) { 1200 * mebibyte + 41 * mebibyte * $0 }.rows[0].verdict == .grows)
    }

    @Test("only a steady load is judged, and with several stages each is named")
    func stages() {
        #expect(report(isSteady: false) { $0 }.rows.isEmpty)
        let points = (0..<60).map { DriftSeries.Point(at: Double($0), value: 40) }
        let stages = ["evening", "night"].map {
            DriftStage(name: $0, isSteady: true, series: [DriftSeries(.serverThreads, points)])
        }
        #expect(
            DriftReport.judge(stages).sentences.map { $0.prefix(48) } == [
                "the number of the server's threads in evening: n", "the number of the server's threads in night: no ",
            ])
    }

    @Test("a line is not moved by a quarter of the points, whatever they are")
    func robust() {
        let times = (0..<16).map { Double($0) }
        let values = times.map { $0.truncatingRemainder(dividingBy: 4) == 1 ? 1e6 : 3 * $0 + 7 }
        #expect(TheilSen.slope(times: times, values: values) == 3)
    }

    @Test("the windows of a run of any length are bounded and spread over all of it")
    func bounded() {
        var ledger = DriftLedger()
        for second in 0..<20_000 {
            var server = DriftInterval.Server()
            server.threads = second
            ledger.add(
                DriftInterval(
                    began: Double(second), end: Double(second + 1), latencies: BlockLatencies(), due: 0, unreached: 0,
                    server: server))
        }
        let points = ledger.all.first { $0.measure == .serverThreads }?.points ?? []
        #expect((DriftLedger.capacity / 2...DriftLedger.capacity).contains(points.count))
        #expect(points.first?.at == 0.5 && (points.last?.at ?? 0) > 19_980)
        #expect(Set(zip(points, points.dropFirst()).map { $1.at - $0.at }) == [8])
    }

    @Test("a window's percentile is the one of its merged intervals")
    func windows() {
        var ledger = DriftLedger()
        for number in 0..<4 {
            let milliseconds = (0..<250).map { Double($0 + 1) * Double(number + 1) }
            ledger.add(
                DriftInterval(
                    began: Double(number), end: Double(number + 1),
                    latencies: BlockLatencies(milliseconds: milliseconds), due: 250, unreached: 25,
                    server: DriftInterval.Server()))
        }
        let p99 = ledger.all.first { $0.measure == .p99 }?.points ?? []
        #expect(p99.count == 1 && p99[0].at == 2 && p99[0].weight == 1000)
        // 990 of 1,000 are at most 4 × 240 ms.
        #expect(abs((p99.first?.value ?? 0) - 960_000) < 5_000)
        let failures = ledger.all.first { $0.measure == .failures }?.points ?? []
        #expect(failures.map(\.value) == [0.1, 0.1, 0.1, 0.1])
    }

    @Test("what is too short says how many windows it takes")
    func short() {
        let rows = { (intervals: Int) in
            DriftReport.judge([DriftStage(name: "night", isSteady: true, series: self.ledger(intervals).all)])
        }
        let report = rows(20)
        #expect(report.rows.count == 7 && report.rows.allSatisfy { $0.verdict == .tooShort && $0.trend == nil })
        #expect(report.row(.p99, inStage: "night")?.reason == "1 of the 24 windows of 1,000 logins that it takes")
        #expect(report.row(.serverMemory, inStage: "night")?.reason == "18 of the 24 intervals that it takes")
        #expect(rows(60).row(.p50, inStage: "night")?.verdict.isJudged == true)
        #expect(rows(60).row(.p99, inStage: "night")?.verdict == .tooShort)
    }

    /// A hundred logins in each interval of 10 s.
    private func ledger(_ intervals: Int) -> DriftLedger {
        var (ledger, server) = (DriftLedger(), DriftInterval.Server())
        (server.cpu, server.residentBytes, server.descriptors, server.threads) = (200_000, 400 << 20, 500, 40)
        for number in 0..<intervals {
            ledger.add(
                DriftInterval(
                    began: Double(number) * 10, end: Double(number + 1) * 10,
                    latencies: BlockLatencies(milliseconds: (0..<100).map { 20 + Double($0) / 10 }), due: 100,
                    unreached: 0, server: server))
        }
        return ledger
    }

    @Test("a growth that begins late or accelerates is told by its end, and by the whole")
    func late() throws {
        let report = report { 400 * mebibyte + 80 * mebibyte * max(0, $0 - 1) }
        #expect(report.rows[0].verdict == .grows)
        #expect(
            report.sentences[0].wholeMatch(
                of:
                    /the server's memory grows by [78][0-9.]+ MiB an hour, .* in the last quarter of the stage, by .* over all of it/
            ) != nil, "\(report.sentences)")
        let accelerating = self.report { 400 * mebibyte + 10 * mebibyte * $0 * $0 }
        #expect(accelerating.rows[0].verdict == .grows)
    }

    @Test("an accelerating leak misses a limit that it was beyond, and does not pass")
    func explosion() {
        let report = report { 400 * mebibyte * exp(2 * $0) }
        let rule = Rule(text: "", measure: .drift(.serverMemory), limit: 100 * mebibyte)
        #expect(report.figure(.serverMemory, rule, nil).outcome(below: rule.limit) == .failed)
    }

    @Test("of what climbs and falls again the end is no leak, however steep")
    func tooth() {
        let report = report { 400 * mebibyte + 200 * mebibyte * ($0 + 0.3).truncatingRemainder(dividingBy: 0.45) }
        #expect(report.rows[0].verdict == .noDriftShown)
        let rule = Rule(text: "", measure: .drift(.serverMemory), limit: mebibyte)
        #expect(report.figure(.serverMemory, rule, nil).outcome(below: rule.limit) == .open)
    }
}
