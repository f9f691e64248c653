import Foundation

/// Where a value stands on an axis, in the units of the drawing. Values outside of the domain stand at its ends.
struct Scale: Sendable {
    enum Kind: Sendable {
        case linear
        /// The domain is above 0.
        case logarithmic
        /// Shares from 0 to below 1, as HdrHistogram plots them: each further nine takes the same room.
        case percentile
    }

    let kind: Kind
    let domain: ClosedRange<Double>
    /// Where the domain begins and ends; a vertical axis runs from the greater to the lesser.
    let start: Double
    let end: Double

    init(_ kind: Kind = .linear, _ domain: ClosedRange<Double>, from start: Double, to end: Double) {
        (self.kind, self.domain, self.start, self.end) = (kind, domain, start, end)
    }

    func callAsFunction(_ value: Double) -> Double {
        let (low, high) = (position(domain.lowerBound), position(domain.upperBound))
        guard high > low else { return start }
        let share = (position(min(max(value, domain.lowerBound), domain.upperBound)) - low) / (high - low)
        return start + share * (end - start)
    }

    private func position(_ value: Double) -> Double {
        switch kind {
        case .linear: value
        case .logarithmic: log10(value)
        case .percentile: -log10(1 - value)
        }
    }
}
