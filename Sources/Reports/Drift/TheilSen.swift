/// The median of the slopes between all pairs of points (Theil 1950, Sen 1968): up to 29 % of the points may be anything.
struct TheilSen {
    /// Ascending.
    private let slopes: [Double]
    /// Slope by slope, between which points.
    private let firsts: [Int]
    private let seconds: [Int]

    /// O(n² log n). The times ascend, each different from the next.
    init(times: [Double], values: [Double]) {
        var pairs: [(slope: Double, first: Int, second: Int)] = []
        for second in times.indices {
            for first in 0..<second {
                pairs.append(((values[second] - values[first]) / (times[second] - times[first]), first, second))
            }
        }
        pairs.sort { $0.slope < $1.slope }
        slopes = pairs.map(\.slope)
        firsts = pairs.map(\.first)
        seconds = pairs.map(\.second)
    }

    /// Each point as often as its weight; between a point and itself there is no slope. O(n²).
    func slope(weights: [UInt64]) -> Double {
        let (sum, squares) = weights.reduce((UInt64(0), UInt64(0))) { ($0.0 + $1, $0.1 + $1 * $1) }
        let total = (sum * sum - squares) / 2
        var (below, lower) = (UInt64(0), Int?.none)
        for index in slopes.indices {
            below += weights[firsts[index]] &* weights[seconds[index]]
            if lower == nil, 2 * below >= total { lower = index }
            if let lower, 2 * below > total { return (slopes[lower] + slopes[index]) / 2 }
        }
        return 0
    }
}

extension [Double] {
    /// The middle one, or the mean of the two; 0 of none.
    var median: Double {
        guard !isEmpty else { return 0 }
        let ascending = sorted()
        return (ascending[(count - 1) / 2] + ascending[count / 2]) / 2
    }
}
