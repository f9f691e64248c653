/// How far a figure's resamples spread, and what a few blocks let one conclude from that.
///
/// The 2.5 % and 97.5 % points of the resamples lie too near: n blocks resampled vary by (n-1)/n of what n blocks do, and
/// a spread estimated from few blocks is itself uncertain. Each side is therefore stretched by √(n/(n-1)) · t/1.96, where
/// t is Student's point for n-1 degrees of freedom. It keeps the asymmetry of the resamples, is exact in the same cases
/// as Student's interval, and reaches the small shares that Holm's procedure asks for, where 2,000 resamples hold no
/// point. Neighbouring blocks that are alike stretch it further, as a first-order autoregression does.
struct Spread {
    let value: Double
    private let below: Double
    private let above: Double
    private let blocks: Int
    private let widening: Double

    init(_ figure: ResampledFigure, blocks: Int) {
        value = figure.value
        below = max(0, value - Self.lowPoint(of: figure.resampled))
        above = max(0, -Self.lowPoint(of: figure.resampled.map { -$0 }) - value)
        self.blocks = blocks
        let correlation = figure.serialCorrelation
        let few = blocks > 1 ? Double(blocks) / Double(blocks - 1) : 1
        widening = (few * (1 + correlation) / (1 - correlation)).squareRoot() / StudentT.normalPoint
    }

    /// The 2.5 % point, between the two nearest of n values: a further one would fall below the k-th with k/(n+1).
    private static func lowPoint(of values: [Double]) -> Double {
        let position = max(0, 0.025 * Double(values.count + 1) - 1)
        let index = Int(position)
        let lowest = lowest(index + 2, of: values)
        return lowest[index] + (lowest[index + 1] - lowest[index]) * (position - Double(index))
    }

    /// In ascending order. Few of the values are looked at twice; sorting them all takes several times as long.
    private static func lowest(_ count: Int, of values: [Double]) -> [Double] {
        var lowest = [Double](repeating: .infinity, count: count)
        var limit = Double.infinity
        for value in values where value < limit {
            lowest.insert(value, at: lowest.firstIndex { value < $0 } ?? 0)
            lowest.removeLast()
            limit = lowest[count - 1]
        }
        return lowest
    }

    /// The interval that leaves this share outside; one block has none.
    func interval(outside share: Double) -> ClosedRange<Double>? {
        guard blocks > 1 else { return nil }
        let scale = scale(outside: share)
        return (value - below * scale)...(value + above * scale)
    }

    /// How far the interval reaches from the value towards 0 (in both directions where the value is 0).
    func reach(outside share: Double) -> Double { blocks > 1 ? side * scale(outside: share) : .infinity }

    /// The share outside of the widest interval that lies wholly farther from 0 than the margin; 1 where the value does not.
    func significance(beyond margin: Double = 0) -> Double {
        let distance = abs(value) - margin
        guard distance > 0, blocks > 1 else { return 1 }
        return StudentT.outside(distance / (side * widening), degrees: blocks - 1)
    }

    private var side: Double { value == 0 ? max(below, above) : value > 0 ? below : above }

    private func scale(outside share: Double) -> Double {
        StudentT.distance(outside: share, degrees: blocks - 1) * widening
    }
}
