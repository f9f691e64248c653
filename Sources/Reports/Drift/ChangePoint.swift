/// Where a series changes at once: the split of its blocks that leaves the least within both sides, judged by the greatest
/// of the two-sample t statistics (Worsley 1979).
struct ChangePoint {
    private let before: Double
    private let after: Double
    /// The distances of all blocks from the level of their side, added up.
    let cost: Double
    /// The share of series without a change in which one as great is seen; neighbours that are alike raise it.
    let significance: Double
    /// By how much the level after it is another one, with its interval.
    let difference: Estimate
    /// Whether the lowest and the highest windows changed with it.
    let isLasting: Bool

    /// A side has at least so many blocks.
    private static let shortestSide = 2

    /// - Parameter outside: The share of changes whose interval misses the true difference.
    init(_ blocks: DriftBlocks, outside: Double) {
        let values = blocks.values
        let splits = (Self.shortestSide...values.count - Self.shortestSide).map { Split(values, at: $0) }
        let best = splits.max { $0.ratio < $1.ratio } ?? Split(values, at: values.count / 2)
        let levels = (Array(values[..<best.place]).median, Array(values[best.place...]).median)
        (before, after) = levels
        cost = values.enumerated().reduce(0) { $0 + abs($1.1 - ($1.0 < best.place ? levels.0 : levels.1)) }
        let correlation = SerialCorrelation.corrected(best.distances, around: .mean)
        let statistic = (best.ratio * (1 - correlation) / (1 + correlation)).squareRoot()
        significance = min(
            1, Double(splits.count) * StudentT.outside(statistic, degrees: values.count - 2))
        let gap = best.difference
        let reach =
            statistic > 0
            ? abs(gap) / statistic
                * StudentT.distance(outside: outside, degrees: values.count - 2) : 0
        difference = Estimate(value: gap, interval: gap - reach...gap + reach)
        let place = blocks.windows.count * best.place / values.count
        isLasting = Extremes(blocks.windows[..<place]).moves(
            to: Extremes(blocks.windows[place...]), atLeast: 0.25 * (levels.1 - levels.0), blocks)
    }

    private struct Split {
        /// Of the first value after it.
        let place: Int
        /// Of the values from the mean of their side.
        let distances: [Double]
        let difference: Double
        /// The square of t; 0 where nothing differs.
        let ratio: Double

        init(_ values: [Double], at place: Int) {
            let sides = [values[..<place], values[place...]]
            let means = sides.map { $0.reduce(0, +) / Double($0.count) }
            self.place = place
            distances = values.enumerated().map { $1 - means[$0 < place ? 0 : 1] }
            difference = means[1] - means[0]
            let variance = distances.reduce(0) { $0 + $1 * $1 } / Double(values.count - 2)
            let counts = sides.reduce(0) { $0 + 1 / Double($1.count) }
            ratio = difference == 0 ? 0 : difference * difference / (variance * counts)
        }
    }

    /// The window before which the levels part best. O(windows).
    func located(in blocks: DriftBlocks, of measure: DriftMeasure) -> DriftTrend.Change {
        let gains = blocks.windows.map { window in
            let value = blocks.value(window.value)
            return abs(value - after) - abs(value - before)
        }
        var (sum, best, split) = (0.0, -Double.infinity, 1)
        for index in 1..<gains.count {
            sum += gains[index - 1]
            if sum > best { (best, split) = (sum, index) }
        }
        let at = (blocks.windows[split - 1].at + blocks.windows[split].at) / 2
        let hourly = difference.divided(by: blocks.hours)
        return DriftTrend.Change(
            at: at, before: blocks.figure(before), after: blocks.figure(after),
            rate: DriftRate(
                measure, blocks.isLogarithmic ? hourly.growth : hourly, .change, isLasting: isLasting))
    }
}

extension Estimate {
    fileprivate func divided(by number: Double) -> Estimate {
        Estimate(value: value / number, interval: interval.map { $0.lowerBound / number...$0.upperBound / number })
    }
}
