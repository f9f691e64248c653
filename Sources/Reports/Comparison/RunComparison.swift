/// Two runs of one scenario judged: what changed from the first to the second.
///
/// The intervals of each run stand for its blocks. They are not pairs, and neighbours are alike: each run's intervals are
/// joined to ``batches`` of equal length, those are resampled (unpaired), and the interval is widened by what likeness
/// is left between neighbouring batches. A regression needs the interval of the ratio, adjusted by Holm's procedure as in
/// an experiment, to lie wholly beyond 1 + tolerance. What differs between two runs for no reason of the server's, two
/// runs cannot show: the tolerance stands for it.
///
/// The share of logins that were not reached needs no such blocks, and is judged of however few (``ShareContrast``). What
/// only one of the runs has is a difference, and no regression.
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
    ///   - before: The intervals of the first run, in the order of time; those in which nothing was due are left out.
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
        let intervals = min(first.intervals, second.intervals)
        let rows = contrasts(first, second, name, tolerance).rows(
            blocks: intervals, atLeast: fewestIntervals,
            isEnough: { $0 == .failures || intervals >= fewestIntervals }, isHypothesis: { _ in true })
        return RunComparison(
            rows: rows + first.rows(name, missingIn: second, .onlyBefore)
                + second.rows(name, missingIn: first, .onlyAfter),
            seed: seed, resamples: resamples, tolerance: tolerance)
    }

    private static func contrasts(
        _ first: Series, _ second: Series, _ name: String, _ tolerance: Double
    ) -> [any Contrasted] {
        let measures = Set(first.measures).intersection(second.measures)
        let figures = first.measures.filter(measures.contains).map { measure in
            Contrast(name, second.figure(measure), against: first.figure(measure), tolerance: tolerance)
        }
        guard first.failures.ended > 0, second.failures.ended > 0 else { return figures }
        return [ShareContrast(name, second.failures, against: first.failures, tolerance: tolerance)] + figures
    }
}

/// A run as blocks that may be resampled.
private struct Series {
    let intervals: Int
    let batches: Int
    let failures: FailureShare
    /// What was measured at all, however seldom.
    private let known: Set<ComparisonMeasure>
    private let pool: PooledSamples
    private let draws: Resamples

    init(_ samples: [VariantSample], seed: UInt64, resamples: Int) {
        let samples = samples.filter { $0.logins > 0 || $0.ends.count > 0 }
        let count = min(RunComparison.batches, samples.count)
        intervals = samples.count
        batches = count
        let parts = (0..<count).map { batch in
            let range = (samples.count * batch / count)..<(samples.count * (batch + 1) / count)
            return VariantSample(merging: samples[range])
        }
        pool = PooledSamples(parts, atLeast: (count + 1) / 2)
        failures = FailureShare(parts.map(\.ends))
        known = Set(ComparisonMeasure.all(in: parts, atLeast: 1))
        draws = Resamples(of: count, count: resamples, seed: seed)
    }

    var measures: [ComparisonMeasure] { batches > 0 ? pool.measures : [] }

    /// The measures that the other one has nothing of: of a phase its middle, a cost.
    func rows(_ name: String, missingIn other: Series, _ verdict: ComparisonVerdict) -> [ComparisonRow] {
        guard other.batches > 0 else { return [] }
        let missing = measures.filter { !other.known.contains($0) && (!$0.isLatency || $0.name == "p50") }
        return missing.map { ComparisonRow(name, $0, figure($0).estimate, verdict) }
    }

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

extension ComparisonRow {
    /// Of what only one of two runs has.
    fileprivate init(
        _ name: String, _ measure: ComparisonMeasure, _ estimate: Estimate, _ verdict: ComparisonVerdict
    ) {
        let nothing = Estimate(value: .nan, interval: nil)
        self.init(
            variant: name, measure: measure, value: verdict == .onlyAfter ? estimate : nothing,
            baseline: verdict == .onlyBefore ? estimate : nothing, difference: nil, ratio: nil, verdict: verdict)
    }
}
