/// An experiment judged: what differs between the variants, how much, and how sure that is.
///
/// **Intervals.** Whole blocks are drawn anew, as many as there are, the same ones for every variant. A percentile is the
/// one of the drawn blocks' merged histograms, a cost the ratio of their sums. The interval of a difference or ratio is
/// that of matched pairs: what a block does to all variants is not in it. Since the order within a block is random, what
/// changes over time, however slowly, falls on the variants by lot: pairs are independent where blocks are not.
/// The interval of a value by itself is about the conditions of these blocks; what another night is like it cannot know.
///
/// **Verdicts.** The primary measures (``ComparisonMeasure/isPrimary``) of all variants are one family, all others the
/// second one. Holm's procedure holds the probability of any false difference in an experiment at 5 %: 4 % for the
/// first family, 1 % for the second. A difference must also exceed the A/A pair's, between the baseline and its copy, and the histogram's resolution.
public struct Comparison: Sendable, Equatable {
    /// Variant by variant without the baseline, its copy last; within a variant in the order of the phases, then costs.
    public var rows: [ComparisonRow]
    public var blocks: Int
    /// With which ``rows`` can be computed again, to the last bit.
    public var seed: UInt64
    public var resamples: Int

    /// With fewer blocks nothing is concluded.
    public static let fewestBlocks = 10

    /// Judges an experiment. Below 1 ms a row at 20 blocks of 2,000 logins, built for release.
    ///
    /// A measure has a row where every block has it, of the variant, the baseline and its copy.
    ///
    /// - Parameters:
    ///   - blocks: Each with a sample for every name. The warm-up block is not among them.
    ///   - names: Of the variants, the baseline first and its copy last. Traps with fewer than two, or when a block has
    ///     another number of samples.
    ///   - resamples: How often the blocks are drawn, at least 40; the intervals' ends waver the more the fewer.
    public static func judge(
        blocks: [ComparisonBlock], names: [String], seed: UInt64, resamples: Int = 2000
    ) -> Comparison {
        precondition(names.count > 1, "a comparison has a baseline and its copy")
        precondition(blocks.allSatisfy { $0.variants.count == names.count }, "each block holds every variant once")
        precondition(resamples >= 40, "fewer than 40 resamples have no 2.5 % point")
        let draws = Resamples(of: blocks.count, count: resamples, seed: seed)
        let contrasts = blocks.isEmpty ? [] : contrasts(blocks, names: names, draws)
        let rows = contrasts.rows(
            blocks: blocks.count, atLeast: fewestBlocks, isEnough: { _ in blocks.count >= fewestBlocks },
            isHypothesis: { $0.variant != names[names.count - 1] })
        return Comparison(rows: rows, blocks: blocks.count, seed: seed, resamples: resamples)
    }

    private static func contrasts(
        _ blocks: [ComparisonBlock], names: [String], _ draws: Resamples
    ) -> [any Contrasted] {
        let variants = names.indices.map { variant in
            PooledSamples(blocks.map { $0.variants[variant] }, atLeast: blocks.count)
        }
        let failures = ShareYardstick(blocks)
        let again = variants[names.count - 1]
        let yardsticks = variants[0].measures.filter(Set(again.measures).contains).map {
            Yardstick($0, baseline: variants[0], again: again, draws)
        }
        return names.indices.dropFirst().flatMap { index -> [any Contrasted] in
            let measures = Set(variants[index].measures)
            let figures = yardsticks.filter { measures.contains($0.measure) }.map {
                $0.contrast(names[index], variants[index], draws)
            }
            return [failures?.contrast(names[index], index)].compactMap { $0 } + figures
        }
    }
}

/// What each variant's share of failures is held against.
private struct ShareYardstick {
    private let shares: [FailureShare]

    /// nil where nothing was due.
    init?(_ blocks: [ComparisonBlock]) {
        guard let variants = blocks.first?.variants.indices else { return nil }
        shares = variants.map { variant in FailureShare(blocks.map { $0.variants[variant].ends }) }
        guard shares.allSatisfy({ $0.ended > 0 }) else { return nil }
    }

    func contrast(_ name: String, _ variant: Int) -> ShareContrast {
        ShareContrast(
            name, shares[variant], against: shares[0], noise: shares[shares.count - 1].value - shares[0].value)
    }
}

/// What each variant's figure is held against.
private struct Yardstick {
    let measure: ComparisonMeasure
    let baseline: MeasuredFigure
    /// The difference of the A/A pair.
    let noise: Double

    init(_ measure: ComparisonMeasure, baseline: PooledSamples, again: PooledSamples, _ draws: Resamples) {
        self.measure = measure
        self.baseline = MeasuredFigure(
            measure, ResampledFigure(draws, baseline.statistic(measure)), blocks: draws.blocks)
        noise = again.statistic(measure)(Resamples.asMeasured(draws.blocks)) - self.baseline.figure.value
    }

    func contrast(_ name: String, _ variant: PooledSamples, _ draws: Resamples) -> Contrast {
        let figure = ResampledFigure(draws, variant.statistic(measure))
        return Contrast(
            name, MeasuredFigure(measure, figure, blocks: draws.blocks), against: baseline, noise: noise)
    }
}
