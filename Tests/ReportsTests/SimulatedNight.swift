import Foundation
import Metrics

@testable import Reports

/// A run of hours whose truth is known, as unkind as a real one: what happens lasts for minutes, and each hour there is
/// a burst of logins that everything feels.
struct SimulatedNight {
    /// Of 30 s each.
    var intervals = 960
    /// Shares an hour, compounded: of the latencies (twice that of the p99), and of the processor time.
    var slowing = 0.0
    var costlier = 0.0
    /// Bytes an hour.
    var leak = 0.0
    /// In which shape all of that comes; the sum over the night is the same.
    var shape = Shape.linear
    /// How high the memory climbs, in bytes, before a collector of garbage takes it down to where it began, and at least
    /// and at most how many intervals it climbs.
    var sawtooth: (height: Double, climbs: ClosedRange<Double>)?
    /// Of the noise from interval to interval.
    var correlation = 0.73

    enum Shape: String, CaseIterable {
        case linear, quadratic
        /// Nothing until half way.
        case late
        /// All of it at once, at six tenths.
        case step

        /// From 0 to 1.
        func share(at share: Double) -> Double {
            switch self {
            case .linear: share
            case .quadratic: share * share
            case .late: max(0, 2 * share - 1)
            case .step: share < 0.6 ? 0 : 1
            }
        }
    }

    private static let hour = 120

    /// What four measures come to, interval by interval; of the p99 in windows of four.
    func series(seed: UInt64) -> [DriftSeries] {
        var chance = Chance(seed: seed)
        var (latency, tail, memory, cpu) = (
            Noise(correlation), Noise(correlation), Noise(correlation), Noise(correlation)
        )
        var tooth = Sawtooth(sawtooth, &chance)
        var points: [DriftMeasure: [DriftSeries.Point]] = [:]
        var window: [Double] = []
        for number in 0..<intervals {
            let at = Double(number) * 30 + 15
            let put = { (measure: DriftMeasure, value: Double) in
                points[measure, default: []].append(DriftSeries.Point(at: at, value: value, weight: 300))
            }
            let hours = shape.share(at: Double(number) / Double(intervals)) * Double(intervals) / Double(Self.hour)
            let burst = Self.burst(number)
            let level = exp(0.1 * latency.next(&chance) + burst)
            put(.p50, 20_000 * pow(1 + slowing, hours) * level)
            window.append(50_000 * pow(1 + 2 * slowing, hours) * level * exp(0.15 * tail.next(&chance)))
            if window.count == 4 {
                put(.p99, window.reduce(0, +) / 4)
                window = []
            }
            put(
                .serverMemory,
                400e6 + leak * hours + 2e6 * memory.next(&chance) + 30e6 * burst + tooth.next(&chance))
            put(.serverCPU, 2000 * pow(1 + costlier, hours) * exp(0.05 * cpu.next(&chance) - 0.2 * burst))
        }
        return [.p50, .p99, .serverMemory, .serverCPU].map { DriftSeries($0, points[$0] ?? []) }
    }

    func report(seed: UInt64) -> DriftReport {
        let stage = DriftStage(name: "night", isSteady: true, series: series(seed: seed))
        return DriftReport.judge([stage], seed: seed, resamples: 200)
    }

    /// Two minutes of the burst and its decay, from 0 to 1.
    private static func burst(_ number: Int) -> Double {
        let since = number % hour
        return number >= hour && since < 4 ? exp(-Double(since)) : 0
    }

    /// Garbage that piles up and is collected, no tooth like the other.
    private struct Sawtooth {
        private let kind: (height: Double, climbs: ClosedRange<Double>)?
        private var length = 1.0
        private var height = 0.0
        private var age = 0.0

        init(_ kind: (height: Double, climbs: ClosedRange<Double>)?, _ chance: inout Chance) {
            self.kind = kind
            begin(&chance)
            age = chance.uniform() * length
        }

        private mutating func begin(_ chance: inout Chance) {
            guard let kind else { return }
            let climbs = kind.climbs
            length = climbs.lowerBound + (climbs.upperBound - climbs.lowerBound) * chance.uniform()
            height = kind.height * (0.7 + 0.3 * chance.uniform())
            age = 0
        }

        mutating func next(_ chance: inout Chance) -> Double {
            age += 1
            if age > length { begin(&chance) }
            return height * age / length
        }
    }

    /// A first-order autoregression of variance 1.
    private struct Noise {
        private let correlation: Double
        private var state: Double?

        init(_ correlation: Double) { self.correlation = correlation }

        mutating func next(_ chance: inout Chance) -> Double {
            let fresh = chance.normal()
            let next = state.map { correlation * $0 + (1 - correlation * correlation).squareRoot() * fresh } ?? fresh
            state = next
            return next
        }
    }
}
