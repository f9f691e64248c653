/// Whether a series only ever rises, or falls, however crookedly: of all pairs, how many ascend (Mann 1945, Kendall 1975).
///
/// Neighbours that are alike widen the spread of that count as they widen that of a sum (Hamed and Rao 1998, of a
/// first-order autoregression).
struct MannKendall {
    /// 1 of a rise, -1 of a fall, 0 of neither.
    let sign: Double
    /// The share of series without a trend in which as many pairs agree.
    let significance: Double

    /// O(n²).
    init(_ values: [Double], serialCorrelation: Double) {
        var score = 0
        for later in values.indices {
            for earlier in 0..<later { score += (values[later] - values[earlier]).direction }
        }
        let count = Double(values.count)
        let variance =
            count * (count - 1) * (2 * count + 5) / 18 * (1 + serialCorrelation) / (1 - serialCorrelation)
        sign = Double(score.signum())
        // The count moves by twos: half a step nearer to 0 (Kendall). Student's tails are wider than needed.
        let distance = max(0, Double(abs(score) - 1)) / variance.squareRoot()
        significance = StudentT.outside(distance, degrees: max(1, values.count - 2))
    }
}

extension Double {
    fileprivate var direction: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}

/// The parabola nearest to points, by least squares.
enum Parabola {
    /// How far each point lies from it.
    static func distances(_ times: [Double], _ values: [Double]) -> [Double] {
        var (rest, basis) = (values, [[Double]]())
        for power in 0...2 {
            var base = times.map { time in (0..<power).reduce(1.0) { product, _ in product * time } }
            for other in basis { base = remove(other, from: base) }
            basis.append(base)
            rest = remove(base, from: rest)
        }
        return rest
    }

    private static func remove(_ base: [Double], from values: [Double]) -> [Double] {
        let squares = base.reduce(0) { $0 + $1 * $1 }
        guard squares > 0 else { return values }
        let share = zip(base, values).reduce(0) { $0 + $1.0 * $1.1 } / squares
        return zip(values, base).map { $0 - share * $1 }
    }
}
