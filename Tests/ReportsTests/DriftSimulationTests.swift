import TestSupport
import Testing

@testable import Reports

/// The promises of drift, counted over simulated nights whose truth is known. The seeds are fixed, so a count is the
/// same on every machine.
@Suite("drift, over simulated nights")
struct DriftSimulationTests {
    private let nights = TestSize.pick(small: 100, long: 1000)

    @Test("a leak, a slowing and a rising cost are found with the true rate inside the interval in 93 of 100 nights")
    func found() async {
        let mebibytes = 20.0 * 1_048_576
        let night = SimulatedNight(slowing: 0.05, costlier: 0.03, leak: mebibytes)
        let truths: [DriftMeasure: Double] = [.p50: 0.05, .p99: 0.05, .serverCPU: 0.03, .serverMemory: mebibytes]
        let counts = await count(night) { report in
            truths.map { measure, truth in
                let row = report.row(measure, inStage: "night")
                let isHeld = row?.trend?.rate.interval?.contains(truth) ?? false
                return (measure.rawValue, row?.verdict == .grows && isHeld)
            }
        }
        for measure in truths.keys { #expect(share(counts, measure.rawValue) >= 0.93, "\(counts)") }
    }

    @Test("of nights without a drift 94 of 100 show none in any measure", arguments: [0.5, 0.95])
    func clean(correlation: Double) async {
        let counts = await count(SimulatedNight(correlation: correlation)) { report in
            [("clean", report.rows.allSatisfy { $0.verdict == .noDriftShown } && report.rows.count == 7)]
        }
        #expect(share(counts, "clean") >= 0.94, "\(counts)")
    }

    @Test("short ones are too short to judge, and their windows are counted")
    func short() {
        let report = SimulatedNight(intervals: 20).report(seed: 1)
        #expect(report.rows.count == 7 && report.rows.allSatisfy { $0.verdict == .tooShort && $0.trend == nil })
        #expect(report.row(.p99, inStage: "night")?.reason == "1 of the 24 windows of 1,000 logins that it takes")
        #expect(report.row(.serverMemory, inStage: "night")?.reason == "18 of the 24 intervals that it takes")
        let longer = SimulatedNight(intervals: 60).report(seed: 1)
        #expect(longer.row(.p50, inStage: "night")?.verdict.isJudged == true)
        #expect(longer.row(.p99, inStage: "night")?.verdict == .tooShort)
    }

    @Test("a change at once is found within half an hour of when it was, and is no growth by and by")
    func change() async {
        let counts = await count(SimulatedNight(step: (0.6, 1.25))) { report in
            [DriftMeasure.p50, .p99, .serverMemory].map { measure in
                let change = report.row(measure, inStage: "night")?.trend?.change
                return (measure.rawValue, change.map { abs($0.at - 0.6 * 28_800) < 1800 } ?? false)
            }
        }
        for measure in [DriftMeasure.p50, .p99, .serverMemory] {
            #expect(share(counts, measure.rawValue) >= 0.94, "\(counts)")
        }
    }

    private func share(_ counts: [String: Int], _ what: String) -> Double {
        Double(counts[what] ?? 0) / Double(nights)
    }

    /// In how many nights what was true.
    private func count(
        _ night: SimulatedNight, _ facts: @escaping @Sendable (DriftReport) -> [(String, Bool)]
    ) async -> [String: Int] {
        let nights = nights
        return await withTaskGroup(of: [String: Int].self) { group in
            for part in 0..<4 {
                group.addTask {
                    stride(from: part, to: nights, by: 4).reduce(into: [:]) { counts, seed in
                        for (what, isTrue) in facts(night.report(seed: UInt64(seed))) where isTrue {
                            counts[what, default: 0] += 1
                        }
                    }
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
    }
}
