/// How fast a measure changed, as a threshold is held against it.
public struct DriftRate: Sendable, Equatable {
    public var measure: DriftMeasure
    /// An hour: a share of the figure itself where ``DriftMeasure/isRelative``, else in the measure's unit. In 99 of 100
    /// runs all of their intervals hold the true ones.
    public var rate: Estimate
    public var part: Part
    /// Whether the lowest and the highest figures moved too. Of what rises and falls again, as the memory of a collector
    /// of garbage does, they stay where they are, however it stands at the end.
    public var isLasting: Bool

    init(_ measure: DriftMeasure, _ rate: Estimate, _ part: Part, isLasting: Bool) {
        (self.measure, self.rate, self.part, self.isLasting) = (measure, rate, part, isLasting)
    }

    public enum Part: String, Sendable {
        case whole = ""
        case secondHalf = " in the second half"
        case lastQuarter = " in the last quarter"
        /// What a change at once comes to, spread over the whole stage.
        case change = " by a change at once"
    }

    /// By more than chance explains.
    var isGrowing: Bool { isLasting && rate.interval.map { $0.lowerBound > 0 } ?? false }

    /// Missed only where the whole interval is beyond the limit, held only where it is below.
    func outcome(below limit: Double) -> Verdict.Outcome {
        let interval = rate.interval ?? rate.value...rate.value
        if interval.upperBound < limit { return .passed }
        return interval.lowerBound >= limit && isLasting ? .failed : .open
    }

    /// `41 MiB/h, 38 to 44 in the last quarter`
    var text: String {
        let unit = measure.rateUnit(for: rate.value)
        let interval = rate.interval.map {
            ", \(unit.number($0.lowerBound)) to \(unit.number($0.upperBound))"
        }
        return measure.rateText(rate.value) + (interval ?? "") + part.rawValue
    }
}
