#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The share of logins that failed or were never reached, as parts of a run tell it.
///
/// Failures come in bursts: where the parts differ by more than chance lets them, a login tells that much less than an
/// independent one (the design effect of a cluster sample). Where there are too few parts to see that, each failure is
/// taken for one of a few.
struct FailureShare {
    let unreached: Double
    let ended: Double
    /// By how much less a login tells than an independent one would.
    let designEffect: Double

    private static let fewestParts = 10
    private static let unseenEffect = 4.0
    /// Above this, nine degrees of freedom show clusters in 95 of 100.
    private static let shownEffect = 1.88
    /// One long outage is one event, but not less than so many logins: else a server that is gone for half of the run
    /// would be nothing that is shown.
    private static let fewestCounted = 40.0

    init(_ parts: [VariantSample.Ends]) {
        ended = parts.reduce(0) { $0 + Double($1.count) }
        unreached = parts.reduce(0) { $0 + Double($1.unreached) }
        designEffect = Self.effect(parts.filter { $0.count > 0 }, share: ended > 0 ? unreached / ended : 0)
    }

    /// 0 to 1.
    var value: Double { ended > 0 ? unreached / ended : 0 }

    private static func effect(_ parts: [VariantSample.Ends], share: Double) -> Double {
        let floor = parts.count < fewestParts ? unseenEffect : 1
        guard parts.count > 1, share > 0, share < 1 else { return floor }
        let squares = parts.map { part in
            let distance = Double(part.unreached) - share * Double(part.count)
            return distance * distance / (Double(part.count) * share * (1 - share))
        }
        let found = squares.reduce(0, +) / Double(parts.count - 1)
        return found > shownEffect ? max(floor, found) : floor
    }

    /// Wilson's interval (1927) at this many standard deviations.
    func interval(_ distance: Double, designEffect: Double) -> ClosedRange<Double> {
        let count = max(min(ended, Self.fewestCounted), ended / designEffect)
        let square = distance * distance
        let middle = (value * count + square / 2) / (count + square)
        let half = distance * (count * value * (1 - value) + square / 4).squareRoot() / (count + square)
        return max(0, middle - half)...min(1, middle + half)
    }
}

/// The shares of two sides against each other, by Newcombe's interval of a difference of independent proportions (1998,
/// his method 10).
struct ShareContrast: Contrasted {
    let variant: String
    let measure = ComparisonMeasure.failures
    private let after: FailureShare
    private let before: FailureShare
    /// A difference not above this is no news.
    private let margin: Double
    /// Of both: a side without failures does not tell how they come.
    private let designEffect: Double

    /// As of a spread that was estimated from ten parts.
    private static let degrees = 9
    private static let farthest = 1000.0

    /// - Parameter noise: The difference of the A/A pair, which is known to be none.
    init(
        _ variant: String, _ after: FailureShare, against before: FailureShare, noise: Double = 0, tolerance: Double = 0
    ) {
        (self.variant, self.after, self.before) = (variant, after, before)
        margin = max(abs(noise), tolerance * before.value)
        designEffect = max(after.designEffect, before.designEffect)
    }

    var difference: Double { after.value - before.value }

    /// Of after less before, at so many standard deviations.
    private func interval(_ distance: Double) -> ClosedRange<Double> {
        let (one, other) = (share(after, distance), share(before, distance))
        let below = hypot(after.value - one.lowerBound, other.upperBound - before.value)
        let above = hypot(one.upperBound - after.value, before.value - other.lowerBound)
        return (difference - below)...(difference + above)
    }

    private func share(_ side: FailureShare, _ distance: Double) -> ClosedRange<Double> {
        side.interval(distance, designEffect: designEffect)
    }

    /// The share outside of the widest interval that lies wholly beyond the margin.
    var significance: Double {
        guard isBeyond(at: 0) else { return 1 }
        var (near, far) = (0.0, Self.farthest)
        for _ in 0..<60 {
            let middle = (near + far) / 2
            if isBeyond(at: middle) { near = middle } else { far = middle }
        }
        return StudentT.outside(near, degrees: Self.degrees)
    }

    private func isBeyond(at distance: Double) -> Bool {
        let interval = interval(distance)
        return difference > 0 ? interval.lowerBound > margin : interval.upperBound < -margin
    }

    func row(_ decision: Holm.Decision?, blocks: Int, atLeast enough: Int) -> ComparisonRow {
        let distance = StudentT.distance(outside: Estimate.outside, degrees: Self.degrees)
        var row = ComparisonRow(
            variant: variant, measure: measure, value: Self.percent(after.value, share(after, distance)),
            baseline: Self.percent(before.value, share(before, distance)),
            difference: Self.percent(difference, interval(distance)), ratio: nil, verdict: .tooFewBlocks)
        guard let decision else { return row }
        row.verdict =
            decision.isRejected && abs(difference) > margin
            ? measure.verdict(rose: difference > 0) : .noDifferenceShown
        return row
    }

    private static func percent(_ value: Double, _ interval: ClosedRange<Double>) -> Estimate {
        Estimate(value: 100 * value, interval: (100 * interval.lowerBound)...(100 * interval.upperBound))
    }
}
