/// A measure of two sides, before it is known among how many it is looked at.
protocol Contrasted {
    var variant: String { get }
    var measure: ComparisonMeasure { get }
    /// The p value by itself: the share outside of the widest interval that shows a difference.
    var significance: Double { get }
    /// - Parameter decision: Of its family; nil for fewer blocks than can be judged.
    func row(_ decision: Holm.Decision?, blocks: Int, atLeast enough: Int) -> ComparisonRow
}

/// A variant's figure against the baseline's, by the resamples of both.
struct Contrast: Contrasted {
    let variant: String
    let measure: ComparisonMeasure
    let value: Estimate
    let baseline: Estimate
    let difference: Spread
    /// nil where a figure is not above 0.
    let logarithmOfRatio: Spread?
    /// A difference not above this is none, whatever its interval.
    let floor: Double
    /// How far from 1 the ratio has to be; nil where the difference is judged, not the ratio.
    let tolerance: Double?

    /// - Parameter noise: The difference of the A/A pair, which is known to be none.
    init(
        _ variant: String, _ value: MeasuredFigure, against baseline: MeasuredFigure, noise: Double = 0,
        tolerance: Double? = nil
    ) {
        let blocks = min(value.blocks, baseline.blocks)
        (self.variant, self.tolerance, measure) = (variant, tolerance, value.measure)
        (self.value, self.baseline) = (value.estimate, baseline.estimate)
        difference = Spread(value.figure.combined(with: baseline.figure, by: -), blocks: blocks)
        logarithmOfRatio = value.logarithm.flatMap { value in
            baseline.logarithm.map { Spread(value.combined(with: $0, by: -), blocks: blocks) }
        }
        floor = max(abs(noise), measure.resolution(at: max(value.figure.value, baseline.figure.value)))
    }

    var significance: Double {
        guard let tolerance else { return difference.significance() }
        return logarithmOfRatio?.significance(beyond: naturalLogarithm(1 + tolerance)) ?? 1
    }

    func row(_ decision: Holm.Decision?, blocks: Int, atLeast enough: Int) -> ComparisonRow {
        var row = ComparisonRow(
            variant: variant, measure: measure, value: value, baseline: baseline, difference: shownDifference,
            ratio: shownRatio, verdict: .tooFewBlocks)
        if let decision { row.verdict = verdict(decision) }
        row.moreBlocks = row.verdict.isDifference ? nil : moreBlocks(decision, blocks: blocks, atLeast: enough)
        return row
    }

    private func verdict(_ decision: Holm.Decision) -> ComparisonVerdict {
        let isShown = decision.isRejected && abs(difference.value) > floor
        return isShown ? measure.verdict(rose: difference.value > 0) : .noDifferenceShown
    }

    private var shownDifference: Estimate? {
        guard measure.isLatency else { return Estimate(difference) }
        return value.value.isFinite || baseline.value.isFinite ? Estimate(difference).reachedDifference : nil
    }

    private var shownRatio: Estimate? {
        guard value.value.isFinite, baseline.value.isFinite else { return nil }
        return logarithmOfRatio.map { Estimate(exponential: $0) }
    }
}

extension Contrast {
    /// The spread shrinks as the root of the number of blocks. It is settled when it is below the difference seen, or
    /// below what the experiment cannot tell from none.
    private func moreBlocks(_ decision: Holm.Decision?, blocks: Int, atLeast enough: Int) -> Int? {
        let missing = max(0, enough - blocks)
        let target = max(abs(difference.value), floor)
        let reach = difference.reach(outside: decision?.share ?? Estimate.outside)
        guard reach > target || missing > 0 else { return abs(difference.value) > floor ? 1 : nil }
        guard reach > target, reach.isFinite else { return missing }
        let times = reach / target
        let more = Double(blocks) * (times * times - 1)
        return max(missing, more < Double(ComparisonRow.mostBlocks) ? Int(more.rounded(.up)) : ComparisonRow.mostBlocks)
    }
}

extension ComparisonMeasure {
    /// The histogram's bucket at this latency in microseconds: 512 ns, or at most a part in 1,024.
    fileprivate func resolution(at value: Double) -> Double { isLatency ? max(0.512, value / 1024) : 0 }
}

extension [any Contrasted] {
    /// How often an experiment without any difference may show one: 5 % in all. The declared primary measures are given
    /// the most of it, so that the many others cost them little.
    private static var families: [(isPrimary: Bool, share: Double)] { [(true, 0.04), (false, 0.01)] }

    /// Judges each family, the primary measures and the others, by Holm's procedure.
    ///
    /// - Parameter isEnough: Whether that many blocks are enough for the measure.
    func rows(
        blocks: Int, atLeast enough: Int, isEnough: (ComparisonMeasure) -> Bool,
        isHypothesis: (any Contrasted) -> Bool
    ) -> [ComparisonRow] {
        let none = Holm.Decision(isRejected: false, share: Estimate.outside)
        var decisions = map { isEnough($0.measure) ? none : nil as Holm.Decision? }
        for (isPrimary, share) in Self.families {
            let family = indices.filter {
                self[$0].measure.isPrimary == isPrimary && isHypothesis(self[$0]) && isEnough(self[$0].measure)
            }
            let judged = Holm.decisions(family.map { self[$0].significance }, share: share)
            for (index, decision) in zip(family, judged) { decisions[index] = decision }
        }
        return indices.map { self[$0].row(decisions[$0], blocks: blocks, atLeast: enough) }
    }
}
