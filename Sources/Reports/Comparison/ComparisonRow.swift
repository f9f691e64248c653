public import Metrics

/// A measure of a variant, beside the baseline's: a row of `compare.csv`.
public struct ComparisonRow: Sendable, Equatable {
    public var variant: String
    public var measure: ComparisonMeasure
    public var value: Estimate
    public var baseline: Estimate
    /// Variant less baseline, in the row's unit; nil where neither was reached.
    public var difference: Estimate?
    /// Variant over baseline; nil where either was not reached, or is not above 0.
    public var ratio: Estimate?
    /// By the adjusted interval, which is wider than the intervals shown.
    public var verdict: ComparisonVerdict
    /// About how many blocks more would settle it, at the difference and spread seen so far; nil when it is settled,
    /// ``mostBlocks`` for that many or more.
    public var moreBlocks: Int?

    /// Nobody runs more.
    public static let mostBlocks = 10_000

    public var phase: Phase { measure.phase }
    public var unit: String { measure.unit }
    public var isPrimary: Bool { measure.isPrimary }
}

/// A figure with the interval that holds the true one in 95 of 100 experiments, unadjusted for how many are looked at.
public struct Estimate: Sendable, Equatable {
    /// `infinity` is a percentile that falls among the unreached.
    public var value: Double
    /// nil when there is but one block. A bound among the unreached is infinite.
    public var interval: ClosedRange<Double>?
}

/// The words of the column `verdict`.
public enum ComparisonVerdict: String, Sendable, CustomStringConvertible {
    case slower
    case faster
    case costsMore = "costs more"
    case costsLess = "costs less"
    case failsMore = "fails more"
    case failsLess = "fails less"
    /// Measured on one side, and not at all on the other.
    case onlyBefore = "only before"
    case onlyAfter = "only after"
    /// What differs may be that one server was just started.
    case notComparable = "not comparable"
    case noDifferenceShown = "no difference shown"
    case tooFewBlocks = "too few blocks"
    /// The server was still warming up.
    case notSteady = "not steady"

    public var description: String { rawValue }

    /// Worse than the baseline, or than the run before.
    public var isWorse: Bool { self == .slower || self == .costsMore || self == .failsMore }

    var isDifference: Bool { ![.noDifferenceShown, .tooFewBlocks, .notComparable, .notSteady].contains(self) }
}
