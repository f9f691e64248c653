import TestSupport
import Testing

@testable import Reports

/// The promises of drift, counted over simulated nights whose truth is known: they are those of docs/soak.md. The seeds are
/// fixed, so a count is the same on every machine.
@Suite("drift, over simulated nights")
struct DriftSimulationTests {
    private let nights = TestSize.pick(small: 100, long: 2000)
    private static let mebibyte = 1_048_576.0

    @Test("a leak, a slowing and a rising cost are found with the true rate inside the interval in 98 of 100 nights")
    func found() async {
        let night = SimulatedNight(slowing: 0.1, costlier: 0.1, leak: 10 * Self.mebibyte)
        let truths: [DriftMeasure: Double] = [
            .p50: 0.1, .p99: 0.2, .serverCPU: 0.1, .serverMemory: 10 * Self.mebibyte,
        ]
        let counts = await count(night) { report in
            truths.map { measure, truth in
                let row = report.row(measure, inStage: "night")
                let isHeld = row?.trend?.rate.interval?.contains(truth) ?? false
                return ("\(measure)", row?.verdict == .grows && isHeld)
            }
        }
        for measure in truths.keys { #expect(share(counts, "\(measure)") >= 0.98 - chance(0.98), "\(counts)") }
    }

    @Test(
        "of 100 nights without a drift at most one shows any or misses a limit, however low",
        arguments: [0.3, 0.73, 0.86])
    func clean(correlation: Double) async {
        let counts = await count(SimulatedNight(correlation: correlation)) { Self.alarms($0) }
        #expect(
            share(counts, "shown") <= 0.01 + chance(0.01) && share(counts, "missed") <= 0.01 + chance(0.01), "\(counts)"
        )
        for measure in Self.limits.keys { #expect(share(counts, "\(measure) held") >= 0.9, "\(counts)") }
    }

    @Test("memory that piles up and is collected is no leak", arguments: [20.0...40, 40...120, 60...70, 130...230])
    func sawtooth(climbs: ClosedRange<Double>) async {
        let counts = await count(SimulatedNight(sawtooth: (200e6, climbs))) { Self.alarms($0) }
        #expect(
            share(counts, "shown") <= 0.01 + chance(0.01) && share(counts, "missed") <= 0.01 + chance(0.01), "\(counts)"
        )
    }

    /// What the promises are about, an hour.
    private static let limits: [DriftMeasure: Double] = [
        .p50: 0.05, .p99: 0.1, .serverCPU: 0.05, .serverMemory: 5 * mebibyte,
    ]

    /// Whether any drift is shown, and whether any measure misses a limit that is next to nothing.
    private static func alarms(_ report: DriftReport) -> [(String, Bool)] {
        let missed = limits.keys.contains { report.outcome($0, below: 1e-9) == .failed }
        let shown = report.rows.contains { $0.verdict != .noDriftShown }
        return [("shown", shown), ("missed", missed)]
            + limits.map { ("\($0.key) held", report.outcome($0.key, below: $0.value) == .passed) }
    }

    @Test(
        "what comes to twice the limit over a night misses it, whatever its shape, is shown, and never passes",
        arguments: SimulatedNight.Shape.allCases)
    func shapes(shape: SimulatedNight.Shape) async {
        let night = SimulatedNight(slowing: 0.1, costlier: 0.1, leak: 10 * Self.mebibyte, shape: shape)
        let counts = await count(night) { report in
            Self.limits.flatMap { measure, limit in
                [
                    ("\(measure) missed", report.outcome(measure, below: limit) == .failed),
                    ("\(measure) passed", report.outcome(measure, below: limit) == .passed),
                    ("\(measure) shown", report.row(measure, inStage: "night")?.trend?.isShown == true),
                ]
            }
        }
        for measure in Self.limits.keys {
            #expect(share(counts, "\(measure) missed") >= 0.95, "\(counts)")
            #expect(share(counts, "\(measure) shown") >= 0.95, "\(counts)")
            #expect(share(counts, "\(measure) passed") == 0, "\(counts)")
        }
    }

    @Test("a change at once is found within half an hour of when it was, and is no growth by and by")
    func change() async {
        let night = SimulatedNight(slowing: 0.1, costlier: 0.1, leak: 10 * Self.mebibyte, shape: .step)
        let counts = await count(night) { report in
            Self.limits.keys.map { measure in
                let change = report.row(measure, inStage: "night")?.trend?.change
                return ("\(measure)", change.map { abs($0.at - 0.6 * 28_800) < 1800 } ?? false)
            }
        }
        for measure in Self.limits.keys { #expect(share(counts, "\(measure)") >= 0.95, "\(counts)") }
    }

    private func share(_ counts: [String: Int], _ what: String) -> Double {
        Double(counts[what] ?? 0) / Double(nights)
    }

    /// What a share that is kept may be off by in so few nights: once in a hundred counts it is more. Two hundredths of 100,
    /// half of one of 2,000.
    private func chance(_ share: Double) -> Double { 2.33 * (share * (1 - share) / Double(nights)).squareRoot() }

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

extension DriftReport {
    /// Of a threshold on a measure of the only stage.
    fileprivate func outcome(_ measure: DriftMeasure, below limit: Double) -> Verdict.Outcome {
        figure(measure, Rule(text: "", measure: .drift(measure), limit: limit), nil).outcome(below: limit)
    }
}
