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
        let sorted = figure.resampled.sorted()
        value = figure.value
        below = max(0, value - Self.point(0.025, of: sorted))
        above = max(0, Self.point(0.975, of: sorted) - value)
        self.blocks = blocks
        let correlation = figure.serialCorrelation
        let few = blocks > 1 ? Double(blocks) / Double(blocks - 1) : 1
        widening = (few * (1 + correlation) / (1 - correlation)).squareRoot() / StudentT.normalPoint
    }

    private static func point(_ share: Double, of sorted: [Double]) -> Double {
        let position = share * Double(sorted.count - 1)
        let index = Int(position)
        let next = sorted[min(index + 1, sorted.count - 1)]
        return sorted[index] + (next - sorted[index]) * (position - Double(index))
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
