/// Where a series changes at once: the split of its blocks that leaves the least within both sides, judged by the greatest
/// of the two-sample t statistics (Worsley 1979).
struct ChangePoint {
    private let before: Double
    private let after: Double
    /// The distances of all blocks from the level of their side, added up.
    let cost: Double
    /// The share of series without a change in which one as great is seen; neighbours that are alike raise it.
    let significance: Double

    /// A side has at least so many blocks.
    private static let shortestSide = 2

    init(_ blocks: DriftBlocks) {
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
    }

    private struct Split {
        /// Of the first value after it.
        let place: Int
        /// Of the values from the mean of their side.
        let distances: [Double]
        /// The square of t; 0 where nothing differs.
        let ratio: Double

        init(_ values: [Double], at place: Int) {
            let sides = [values[..<place], values[place...]]
            let means = sides.map { $0.reduce(0, +) / Double($0.count) }
            self.place = place
            distances = values.enumerated().map { $1 - means[$0 < place ? 0 : 1] }
            let difference = means[1] - means[0]
            let variance = distances.reduce(0) { $0 + $1 * $1 } / Double(values.count - 2)
            let counts = sides.reduce(0) { $0 + 1 / Double($1.count) }
            ratio = difference == 0 ? 0 : difference * difference / (variance * counts)
        }
    }

    /// The window before which the levels part best. O(windows).
    func located(in blocks: DriftBlocks) -> DriftTrend.Change {
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
        return DriftTrend.Change(at: at, before: blocks.figure(before), after: blocks.figure(after))
    }
}
