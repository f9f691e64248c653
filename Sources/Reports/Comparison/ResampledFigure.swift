import Metrics

/// A figure as measured, and as it came out in each resample.
struct ResampledFigure {
    var value: Double
    var resampled: [Double]
    /// How alike neighbouring blocks are, -1 to 1; 0 where the order of the blocks says nothing.
    var serialCorrelation = 0.0

    /// A statistic of blocks, each as often as its weight.
    init(_ resamples: Resamples, _ statistic: ([UInt64]) -> Double) {
        value = statistic(Resamples.asMeasured(resamples.blocks))
        resampled = resamples.weights.map(statistic)
    }

    private init(value: Double, resampled: [Double], serialCorrelation: Double) {
        (self.value, self.resampled, self.serialCorrelation) = (value, resampled, serialCorrelation)
    }

    /// The resamples of both are combined one by one, so that matched pairs stay matched.
    func combined(with other: ResampledFigure, by operation: (Double, Double) -> Double) -> ResampledFigure {
        ResampledFigure(
            value: operation(value, other.value), resampled: zip(resampled, other.resampled).map(operation),
            serialCorrelation: (serialCorrelation + other.serialCorrelation) / 2)
    }

    func mapped(_ operation: (Double) -> Double) -> ResampledFigure {
        ResampledFigure(
            value: operation(value), resampled: resampled.map(operation), serialCorrelation: serialCorrelation)
    }

    /// nil where a value has no logarithm.
    var logarithm: ResampledFigure? {
        guard value > 0, resampled.allSatisfy({ $0 > 0 }) else { return nil }
        return mapped { naturalLogarithm($0) }
    }
}

/// A variant in all blocks: the percentiles of a phase share one pool.
struct PooledSamples {
    private let samples: [VariantSample]
    private let latencies: [Phase: PooledLatencies]
    /// Those that enough of the blocks have, in the order of the files.
    let measures: [ComparisonMeasure]

    init(_ samples: [VariantSample], atLeast least: Int) {
        self.samples = samples
        measures = ComparisonMeasure.all(in: samples, atLeast: least)
        let phases = measures.compactMap(\.latencyPhase)
        latencies = Dictionary(
            uniqueKeysWithValues: Set(phases).map { phase in
                (phase, PooledLatencies(samples.map { $0.phases[phase] ?? BlockLatencies() }))
            })
    }

    /// One of the ``measures`` of these blocks by their weights; latencies in microseconds.
    func statistic(_ measure: ComparisonMeasure) -> ([UInt64]) -> Double {
        switch measure {
        case .latency(let phase, let percentile):
            let pool = latencies[phase] ?? PooledLatencies([])
            return { pool.percentile(percentile.share, weights: $0) / 1000 }
        case .failures:
            let share = 100 * FailureShare(samples.map(\.ends)).value
            return { _ in share }
        case .cost(let cost):
            return CostTotals(cost, samples).figure
        }
    }
}

/// The totals of a cost, block by block: a figure is a ratio of sums.
private struct CostTotals {
    private let above: [Double]
    private let below: [Double]

    init(_ cost: CostMeasure, _ samples: [VariantSample]) {
        let totals = samples.map { $0.costs[cost] ?? 0 }
        let logins = samples.map { Double($0.logins) }
        switch cost.form {
        case .perLogin: (above, below) = (totals, logins)
        case .perBlock: (above, below) = (totals, samples.map { _ in 1 })
        case .loginsPerSecond: (above, below) = (logins, totals)
        }
    }

    func figure(weights: [UInt64]) -> Double {
        var (sum, divisor) = (0.0, 0.0)
        for block in weights.indices {
            sum += Double(weights[block]) * above[block]
            divisor += Double(weights[block]) * below[block]
        }
        return divisor > 0 ? sum / divisor : .infinity
    }
}
