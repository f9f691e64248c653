import Foundation
import Metrics

@testable import Reports

/// A run of hours whose truth is known, as unkind as a real one: what happens lasts for minutes, and each hour there is
/// a burst of logins that everything feels.
struct SimulatedNight {
    /// Of 10 s each.
    var intervals = 2880
    var loginsPerInterval = 100
    /// Shares an hour, compounded.
    var slowing = 0.0
    var costlier = 0.0
    /// Bytes an hour.
    var leak = 0.0
    /// At once, from this share of the night on.
    var step: (at: Double, factor: Double)?
    /// Of the noise from interval to interval.
    var correlation = 0.9

    private static let hour = 360
    /// Where a login of the middle interval stands beside its p50, and how many of 100 do.
    private static let shape: [(factor: Double, count: UInt64)] = [
        (0.6, 10), (0.8, 20), (0.95, 19), (1, 3), (1.1, 18), (1.3, 15), (1.7, 10), (2.5, 4), (4, 1),
    ]

    func ledger(seed: UInt64) -> DriftLedger {
        var chance = Chance(seed: seed)
        var (latency, tail, memory, cpu) = (
            Noise(correlation), Noise(correlation), Noise(correlation), Noise(correlation)
        )
        var ledger = DriftLedger()
        for number in 0..<intervals {
            let hours = Double(number) / Double(Self.hour)
            let burst = Self.burst(number)
            let jump = step.map { Double(number) >= $0.at * Double(intervals) ? $0.factor : 1 } ?? 1
            let level = 20 * pow(1 + slowing, hours) * exp(0.1 * latency.next(&chance) + burst) * jump
            var server = DriftInterval.Server()
            let growth = leak * hours + 2e6 * memory.next(&chance) + 30e6 * burst
            server.residentBytes = UInt64(400e6 * jump + growth)
            server.descriptors = 500 + Int(10 * chance.normal() + 200 * burst)
            server.threads = 40
            server.cpu = UInt64(
                Double(loginsPerInterval) * 2000 * pow(1 + costlier, hours)
                    * exp(0.05 * cpu.next(&chance) - 0.2 * burst))
            let failed = chance.uniform() < 0.05 ? 1 : 0
            ledger.add(
                DriftInterval(
                    began: Double(number) * 10, end: Double(number + 1) * 10,
                    latencies: latencies(level, tail: exp(0.15 * tail.next(&chance))), due: UInt64(loginsPerInterval),
                    unreached: UInt64(failed), server: server))
        }
        return ledger
    }

    func report(seed: UInt64) -> DriftReport {
        let stage = DriftStage(name: "night", isSteady: true, series: ledger(seed: seed).all)
        return DriftReport.judge([stage], seed: seed, resamples: 200)
    }

    /// Two minutes of the burst and its decay, from 0 to 1.
    private static func burst(_ number: Int) -> Double {
        let since = number % hour
        return number >= hour && since < 12 ? exp(-Double(since) / 4) : 0
    }

    private func latencies(_ milliseconds: Double, tail: Double) -> BlockLatencies {
        var latencies = BlockLatencies()
        for (factor, count) in Self.shape {
            let value = milliseconds * (factor > 1.5 ? 1.5 + (factor - 1.5) * tail : factor)
            let count = count * UInt64(loginsPerInterval) / 100
            latencies.buckets.append(BlockLatencies.Bucket(to: UInt64(value * 1_000_000), count: count))
        }
        latencies.minimum = latencies.buckets[0].to
        latencies.maximum = latencies.buckets[latencies.buckets.count - 1].to
        return latencies
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
