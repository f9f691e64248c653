#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How far the slope of a line strays for no reason of the server's.
///
/// A trend is the slowest thing in a series, so what counts of its noise is the slow part. It is what the first cosines
/// over the stage find in the blocks' figures, each of them an estimate by itself: with their mean the slope is Student's,
/// however alike neighbouring blocks are (Lazarus, Lewis, Stock and Watson 2018). A parabola is taken out before: what is
/// curved is no noise.
struct SlopeNoise {
    /// The standard deviation of the slope by least squares, an hour.
    let deviation: Double
    /// The cosines that it was found by.
    let degrees: Int

    /// More would see what is quicker than the noise of minutes.
    static let most = 12

    /// - Parameter most: As many cosines, where there are half as many blocks again.
    init(_ blocks: DriftBlocks, most: Int = Self.most) {
        let count = blocks.values.count
        let places = (0..<count).map { (Double($0) + 0.5) / Double(count) }
        var found = Patterns()
        for power in 0...2 { found.add(places.map { place in (0..<power).reduce(1) { sum, _ in sum * place } }) }
        let level = blocks.values.median
        let noise = found.rest(of: blocks.values.map { $0 - level })
        degrees = min(most, 2 * count / 3)
        let squares = (1...degrees).reduce(0.0) { sum, number in
            let share = found.add(places.map { cos(.pi * Double(number) * $0) }).map { $0.product(noise) } ?? 0
            return sum + share * share
        }
        let middle = blocks.times.reduce(0, +) / Double(count)
        let spread = blocks.times.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
        deviation = (squares / Double(degrees) / spread).squareRoot()
    }

    /// The share of series without a trend in which the slope is as far from 0.
    func significance(of slope: Double) -> Double { StudentT.outside(slope / deviation, degrees: degrees) }

    /// The interval that leaves this share outside.
    func estimate(_ slope: Double, outside share: Double) -> Estimate {
        let reach = deviation * StudentT.distance(outside: share, degrees: degrees)
        return Estimate(value: slope, interval: slope - reach...slope + reach)
    }
}

/// Patterns of length 1 that have nothing in common.
private struct Patterns {
    private var all: [[Double]] = []

    /// Adds what is new in a pattern and returns it; nil where nothing is.
    @discardableResult
    mutating func add(_ pattern: [Double]) -> [Double]? {
        let rest = rest(of: pattern)
        let length = rest.product(rest).squareRoot()
        guard length > 1e-6 else { return nil }
        all.append(rest.map { $0 / length })
        return all.last
    }

    /// What of a series they do not explain.
    func rest(of series: [Double]) -> [Double] {
        all.reduce(into: series) { rest, pattern in
            let share = pattern.product(rest)
            for index in rest.indices { rest[index] -= share * pattern[index] }
        }
    }
}

extension [Double] {
    fileprivate func product(_ other: [Double]) -> Double {
        var sum = 0.0
        for index in indices { sum += self[index] * other[index] }
        return sum
    }
}
