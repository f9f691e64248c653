import Foundation
import Metrics

@testable import Reports

/// Experiments whose truth is known, as unkind as real ones: the server drifts while they run, what happens lasts for
/// several blocks, and each variant of a block has luck of its own.
struct SimulatedExperiment {
    var blocks = 10
    var logins = 40
    /// What each variant takes longer than the baseline and its copy.
    var effects = [Effect()]
    /// The logarithm of the latency rises by so much from the first to the last block.
    var drift = 0.3
    /// Standard deviations of logarithms: of a block (autocorrelated by 0.6), of a variant's turn, of a login.
    var blockNoise = 0.10
    var turnNoise = 0.03
    var loginNoise = 0.4
    var phases: [Phase] = [.login]
    var costs: [CostMeasure] = [.clientCPU, .serverCPU]

    struct Effect {
        var factor = 1.0
        /// Milliseconds.
        var shift = 0.0

        var isNone: Bool { factor == 1 && shift == 0 }

        func callAsFunction(_ value: Double) -> Double { value * factor + shift }
    }

    static let median = 20.0

    struct Outcome {
        var blocks: [ComparisonBlock]
        /// Each block's level, without the luck of turns.
        var levels: [Double]
    }

    var names: [String] { ["plain"] + effects.indices.map { "variant \($0 + 1)" } + ["plain again"] }

    func run(seed: UInt64) -> Outcome {
        var chance = Chance(seed: seed)
        var levels: [Double] = []
        var state = chance.normal()
        let outcome = (0..<blocks).map { block in
            if block > 0 { state = 0.6 * state + 0.8 * chance.normal() }
            levels.append(drift * (Double(block) + 0.5) / Double(blocks) + blockNoise * state)
            return self.block(number: block, state: state, &chance)
        }
        return Outcome(blocks: outcome, levels: levels)
    }

    private func block(number: Int, state: Double, _ chance: inout Chance) -> ComparisonBlock {
        let effects = [Effect()] + effects + [Effect()]
        let turns = chance.order(of: effects.count)
        let samples = zip(effects, turns).map { effect, turn in
            let time = Double(number) + (Double(turn) + 0.5) / Double(effects.count)
            let level = drift * time / Double(blocks) + blockNoise * state + turnNoise * chance.normal()
            return sample(level: level, effect, &chance)
        }
        return ComparisonBlock(variants: samples)
    }

    private func sample(level: Double, _ effect: Effect, _ chance: inout Chance) -> VariantSample {
        var sample = VariantSample(logins: logins)
        for phase in phases {
            let latencies = (0..<logins).map { _ in
                effect(Self.median * exp(level + loginNoise * chance.normal()))
            }
            sample.phases[phase] = BlockLatencies(milliseconds: latencies)
        }
        for cost in costs {
            let mean = Self.median * exp(level + loginNoise * chance.normal() / Double(logins).squareRoot())
            sample.costs[cost] = effect(mean) * 1000 * Double(logins)
        }
        return sample
    }

    /// The true percentile of the baseline in milliseconds, given what the blocks were like.
    func truth(_ share: Double, levels: [Double]) -> Double {
        let spread = (loginNoise * loginNoise + turnNoise * turnNoise).squareRoot()
        var (low, high) = (0.0, 1000.0)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            let below = levels.reduce(0) { $0 + normalShare(below: (log(middle / Self.median) - $1) / spread) }
            if below < share * Double(levels.count) { low = middle } else { high = middle }
        }
        return high
    }

    /// The true cost of a login with the baseline, in milliseconds.
    func costTruth(levels: [Double]) -> Double {
        let variance = loginNoise * loginNoise / Double(logins) + turnNoise * turnNoise
        return levels.reduce(0) { $0 + Self.median * exp($1 + variance / 2) } / Double(levels.count)
    }
}

func normalShare(below value: Double) -> Double { 0.5 * erfc(-value / 2.0.squareRoot()) }

/// Seeded chance for simulations.
struct Chance {
    private var generator: SplitMix64
    private var spare: Double?

    /// The state is drawn, not given: neighbouring states would give overlapping streams.
    init(seed: UInt64) {
        var seeder = SplitMix64(state: seed)
        generator = SplitMix64(state: seeder.next())
    }

    mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

    /// Box and Muller, two at a time.
    mutating func normal() -> Double {
        if let spare {
            self.spare = nil
            return spare
        }
        let (radius, angle) = ((-2 * log(1 - uniform())).squareRoot(), 2 * Double.pi * uniform())
        spare = radius * sin(angle)
        return radius * cos(angle)
    }

    mutating func order(of count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, generator.next(below: index + 1)) }
        return order
    }
}

extension BlockLatencies {
    /// In coarse buckets of 0.5 %, to be quick.
    init(milliseconds: [Double]) {
        self.init()
        for value in milliseconds.map({ UInt64(exp((log($0) * 200).rounded() / 200) * 1_000_000) }).sorted() {
            if buckets.last?.to == value {
                buckets[buckets.count - 1].count += 1
            } else {
                buckets.append(Bucket(to: value, count: 1))
            }
        }
        (minimum, maximum) = (buckets.first?.to ?? .max, buckets.last?.to ?? 0)
    }
}
