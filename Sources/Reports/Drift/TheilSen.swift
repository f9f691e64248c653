/// The median of the slopes between all pairs of points (Theil 1950, Sen 1968): up to 29 % of the points may be anything.
enum TheilSen {
    /// O(n² log n). The times ascend, each different from the next.
    static func slope(times: [Double], values: [Double]) -> Double {
        times.indices.flatMap { second in
            (0..<second).map { (values[second] - values[$0]) / (times[second] - times[$0]) }
        }.median
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
