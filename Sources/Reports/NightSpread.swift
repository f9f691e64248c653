import Metrics
public import ResultFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tonight held against the nights that passed before: nights are the unit, so that what differs from one to the next for no
/// reason of the server's is known, and is no news.
///
/// Each figure of tonight is beside the middle one of the nights'. It is a regression where it is beyond what a new night of
/// their kind comes to (Student's prediction interval of the logarithms around the median), and by more than the tolerance.
/// One in 100 such comparisons says so of a server that did not change.
public struct NightSpread: Sendable {
    /// From so many on nights tell how they differ.
    public static let fewestNights = 5
    /// Of one comparison, by chance, in any of its measures.
    private static let falseAlarms = 0.01

    private let nights: [NightFigures]

    /// - Parameter nights: Each with its `summary.csv` and `system.csv`; at least ``fewestNights``.
    public init(_ nights: [StoredResult]) { self.init(nights.map(NightFigures.init)) }

    init(_ nights: [NightFigures]) { self.nights = nights }

    /// What is worse tonight, in words.
    public func regressions(_ tonight: StoredResult, tolerance: Double) -> [String] {
        regressions(NightFigures(tonight), tolerance: tolerance)
    }

    func regressions(_ tonight: NightFigures, tolerance: Double) -> [String] {
        let share = Self.falseAlarms / Double(NightFigures.Measure.allCases.count + 1)
        let worse = NightFigures.Measure.allCases.compactMap { sentence($0, tonight, tolerance, share) }
        return [failures(tonight, tolerance, share)].compactMap { $0 } + worse
    }

    private func failures(_ tonight: NightFigures, _ tolerance: Double, _ share: Double) -> String? {
        let contrast = ShareContrast(
            "", FailureShare([tonight.ends]), against: FailureShare(nights.map(\.ends)), tolerance: tolerance)
        guard contrast.difference > 0, contrast.significance <= 2 * share else { return nil }
        return "failures \(ComparisonVerdict.failsMore)"
    }

    private func sentence(
        _ measure: NightFigures.Measure, _ tonight: NightFigures, _ tolerance: Double, _ share: Double
    ) -> String? {
        let known = nights.compactMap { $0.figures[measure] }.filter { $0 > 0 }.map { log($0) }
        guard known.count >= Self.fewestNights, known.count == nights.count, let value = tonight.figures[measure]
        else { return nil }
        let middle = Self.median(known)
        let reach = Self.reach(known, share: share)
        let limit = exp(middle + max(reach, log(1 + tolerance)))
        guard value > limit else { return nil }
        return "\(measure.rawValue) \(Format.duration(microseconds: value)), "
            + "\(Format.duration(microseconds: exp(middle))) in the middle of \(nights.count) nights"
    }

    /// How far above the median of these a new one lies with this probability: a median of n wavers by π/2 of what a mean
    /// does.
    private static func reach(_ values: [Double], share: Double) -> Double {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return StudentT.distance(outside: 2 * share, degrees: values.count - 1)
            * (variance * (1 + .pi / 2 / count)).squareRoot()
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

/// What a night comes to.
struct NightFigures {
    enum Measure: String, CaseIterable {
        case loginP50 = "login p50"
        case loginP99 = "login p99"
        case clientCPU = "client CPU per login"
        case serverCPU = "server CPU per login"
    }

    /// Microseconds; infinite where it was not reached, absent where it was not measured.
    var figures: [Measure: Double] = [:]
    var ends = VariantSample.Ends()

    init() {}

    init(_ result: StoredResult) {
        let all = result.summary.filter { $0.stage == SummaryRow.allStages }
        guard let login = all.first(where: { $0.phase == Phase.login.name }) else { return }
        (figures[.loginP50], figures[.loginP99]) = (login.p50, login.p99)
        if let due = all.first(where: { $0.phase == Phase.due.name }) {
            ends = VariantSample.Ends(count: due.count, unreached: due.count - min(due.count, login.count))
        }
        guard login.count > 0 else { return }
        let moments = Dictionary(grouping: result.system) { StoredResult.millisecond($0.at) }.values
        for (measure, cost) in [
            (Measure.clientCPU, moments.compactMap(\.clientCPU)), (.serverCPU, moments.compactMap(\.serverCPU)),
        ]
        where !cost.isEmpty {
            figures[measure] = Double(cost.reduce(0, +)) / Double(login.count)
        }
    }
}
