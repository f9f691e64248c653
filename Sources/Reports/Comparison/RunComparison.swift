/// Two runs of one scenario judged: what changed from the first to the second.
///
/// The intervals of each run stand for its blocks. They are not pairs, and neighbours are alike: each run's intervals are
/// joined to ``batches`` of equal length, those are resampled (unpaired), and the interval is widened by what likeness
/// is left between neighbouring batches. A regression needs the interval of the ratio, adjusted by Holm's procedure as in
/// an experiment, to lie wholly beyond 1 + tolerance. What differs between two runs for no reason of the server's, two
/// runs cannot show: the tolerance stands for it.
public struct RunComparison: Sendable, Equatable {
    /// As in an experiment; the run before is the baseline. ``ComparisonRow/moreBlocks`` counts intervals of each run.
    public var rows: [ComparisonRow]
    public var seed: UInt64
    public var resamples: Int
    public var tolerance: Double

    /// With fewer intervals in either run nothing is concluded.
    public static let fewestIntervals = 20
    /// A run is cut into so many parts.
    public static let batches = 10

    /// The rows by which the second run is worse.
    public var regressions: [ComparisonRow] { rows.filter(\.verdict.isWorse) }

    /// Judges two runs.
    ///
    /// - Parameters:
    ///   - before: The intervals of the first run, in the order of time; those without a login are left out.
    ///   - name: Of the second run, for the rows.
    ///   - tolerance: The share of change that is no news: 0.05 lets 105 ms pass for 100 ms. At least 0.
    public static func judge(
        before: [VariantSample], after: [VariantSample], name: String, tolerance: Double, seed: UInt64,
        resamples: Int = 2000
    ) -> RunComparison {
        precondition(tolerance >= 0, "a tolerance is not below 0")
        precondition(resamples >= 40, "fewer than 40 resamples have no 2.5 % point")
        let first = Series(before, seed: seed, resamples: resamples)
        let second = Series(after, seed: ~seed, resamples: resamples)
        let measures = Set(first.measures).intersection(second.measures)
        let contrasts = first.measures.filter(measures.contains).map { measure in
            Contrast(name, second.figure(measure), against: first.figure(measure), tolerance: tolerance)
        }
        let rows = contrasts.rows(
            blocks: min(first.intervals, second.intervals), atLeast: fewestIntervals, isHypothesis: { _ in true })
        return RunComparison(rows: rows, seed: seed, resamples: resamples, tolerance: tolerance)
    }
}

/// A run as blocks that may be resampled.
private struct Series {
    let intervals: Int
    let batches: Int
    private let pool: PooledSamples
    private let draws: Resamples

    init(_ samples: [VariantSample], seed: UInt64, resamples: Int) {
        let samples = samples.filter { $0.logins > 0 }
        let count = min(RunComparison.batches, samples.count)
        intervals = samples.count
        batches = count
        pool = PooledSamples(
            (0..<count).map { batch in
                let range = (samples.count * batch / count)..<(samples.count * (batch + 1) / count)
                return VariantSample(merging: samples[range])
            })
        draws = Resamples(of: count, count: resamples, seed: seed)
    }

    var measures: [ComparisonMeasure] { batches > 0 ? pool.measures : [] }

    func figure(_ measure: ComparisonMeasure) -> MeasuredFigure {
        let statistic = pool.statistic(measure)
        var figure = ResampledFigure(draws, statistic)
        figure.serialCorrelation = Self.serialCorrelation(
            (0..<batches).map { batch in statistic((0..<batches).map { $0 == batch ? 1 : 0 }) })
        return MeasuredFigure(measure, figure, blocks: batches)
    }

    private static func serialCorrelation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return SerialCorrelation.corrected(values.map { $0 - mean }, around: .mean)
    }
}
