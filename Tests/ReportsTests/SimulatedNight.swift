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
    /// Of the noise from interval to interval: 0.73 lasts for one and a half minutes, 0.86 for three and a half.
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

    /// What every measure comes to, interval by interval; of the p99 in windows of four.
    func series(seed: UInt64) -> [DriftSeries] {
        let luck = Luck(self, seed: seed)
        return DriftMeasure.allCases.map { measure in
            let values = (0..<intervals).map { figure(measure, $0, luck) }
            let length = measure == .p99 ? 4 : 1
            return DriftSeries(
                measure,
                stride(from: 0, through: intervals - length, by: length).map { first in
                    let mean = values[first..<first + length].reduce(0, +) / Double(length)
                    return DriftSeries.Point(
                        at: 30 * (Double(first) + Double(length) / 2), value: mean, weight: 300 * Double(length))
                })
        }
    }

    private func figure(_ measure: DriftMeasure, _ number: Int, _ luck: Luck) -> Double {
        let hours = shape.share(at: Double(number) / Double(intervals)) * Double(intervals) / Double(Self.hour)
        let burst = Self.burst(number)
        let noise = luck.noise[measure]?[number] ?? 0
        switch measure {
        case .p50: return 20_000 * pow(1 + slowing, hours) * exp(0.1 * noise + burst)
        case .p99:
            let level = exp(0.1 * (luck.noise[.p50]?[number] ?? 0) + burst + 0.15 * noise)
            return 50_000 * pow(1 + 2 * slowing, hours) * level
        case .failures: return events(0.3 * exp(noise + 2 * burst), luck.dice[number]) / 300
        case .serverMemory: return 400e6 + leak * hours + 2e6 * noise + 30e6 * burst + luck.garbage[number]
        case .serverDescriptors: return (500 + 20 * noise + 200 * burst).rounded()
        case .serverThreads: return noise > 1.5 ? 41 : 40
        case .serverCPU: return 2000 * pow(1 + costlier, hours) * exp(0.05 * noise - 0.2 * burst)
        }
    }

    /// How many events a die from 0 to 1 stands for where so many are expected (Poisson's distribution).
    private func events(_ expected: Double, _ die: Double) -> Double {
        var (count, share) = (0.0, exp(-expected))
        var sum = share
        while die > sum, count < 100 {
            count += 1
            share *= expected / count
            sum += share
        }
        return count
    }

    /// What is drawn for a night.
    private struct Luck {
        let noise: [DriftMeasure: [Double]]
        let garbage: [Double]
        let dice: [Double]

        init(_ night: SimulatedNight, seed: UInt64) {
            var chance = Chance(seed: seed)
            var noise: [DriftMeasure: [Double]] = [:]
            for measure in DriftMeasure.allCases {
                var source = Noise(night.correlation)
                noise[measure] = (0..<night.intervals).map { _ in source.next(&chance) }
            }
            var tooth = Sawtooth(night.sawtooth, &chance)
            self.noise = noise
            garbage = (0..<night.intervals).map { _ in tooth.next(&chance) }
            dice = (0..<night.intervals).map { _ in chance.uniform() }
        }
    }

    func report(seed: UInt64) -> DriftReport {
        let stage = DriftStage(name: "night", isSteady: true, series: series(seed: seed))
        return DriftReport.judge([stage])
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
