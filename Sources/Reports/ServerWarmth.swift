import ResultFiles

/// Two runs of which one met a server that had just been started, and the other did not: what differs may be the restart.
///
/// A virtual machine that compiles as it goes burns several times as much for a login at first as later. The intervals
/// until its processor time per login is steady are left out of both runs; where it never is, or too few are left, times
/// and costs are not held against each other.
struct ServerWarmth {
    /// `the server of night-2 was started 12 s before the run, that of night-1 3 hours`
    let sentence: String
    /// The intervals of both runs that are left out; nil where it did not become steady soon enough.
    let leftOut: Int?

    /// Seconds: a server as young is cold, if the other one is older by so much.
    private static let young = 300.0
    private static let apart = 60.0
    /// Neighbours that are looked at together, and how much more than at last a login may cost where it is steady.
    private static let window = 5
    private static let excess = 1.1

    /// nil where both servers were as warm, or it is not known.
    init?(_ before: ComparedSide, _ after: ComparedSide) {
        guard let first = before.serverAge, let second = after.serverAge, min(first, second) < Self.young,
            abs(first - second) >= Self.apart
        else { return nil }
        let (cold, other) = first < second ? (before, after) : (after, before)
        sentence =
            "the server of \(cold.name) was started \(Self.words(min(first, second))) before the run, that of "
            + "\(other.name) \(Self.words(max(first, second)))"
        leftOut = Self.steadyFrom(cold.samples).flatMap { start in
            let left = min(before.samples.count, after.samples.count) - start
            return left >= RunComparison.fewestIntervals ? start : nil
        }
    }

    /// `12 s`, `40 minutes`, `25 hours`
    private static func words(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds.rounded())) s"
        case ..<7200: "\(Int((seconds / 60).rounded())) minutes"
        default: "\(Format.count(Int((seconds / 3600).rounded()))) hours"
        }
    }

    /// The first interval from which on a login costs no more than at the end, but for a tenth.
    static func steadyFrom(_ samples: [VariantSample]) -> Int? {
        let costs = samples.enumerated().compactMap { index, sample -> (index: Int, cost: Double)? in
            guard sample.logins > 0, let cost = sample.costs[.serverCPU] else { return nil }
            return (index, cost / Double(sample.logins))
        }
        guard costs.count >= 4 * window else { return nil }
        let quarter = costs.count / 4
        let last = median(costs.suffix(quarter).map(\.cost))
        guard median(costs.dropLast(quarter).suffix(quarter).map(\.cost)) <= excess * last else { return nil }
        let starts = 0...(costs.count - window)
        let dear = starts.last { median(costs[$0..<($0 + window)].map(\.cost)) > excess * last }
        return dear.map { costs[min($0 + window, costs.count - 1)].index } ?? 0
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
