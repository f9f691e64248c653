import Metrics

extension ResultMerge {
    /// What followed each outage, of those that all parts lost: counts are the sums, times come of the curves together,
    /// which know a hundredth of each part's sessions. nil where no part rehearsed one.
    var storms: [RunDescription.Storm]? {
        let all = shards.flatMap { $0.run?.storms ?? [] }
        let stages = all.map(\.stage).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let storms = stages.compactMap { stage in RunDescription.Storm(merging: all.filter { $0.stage == stage }) }
        return storms.isEmpty ? nil : storms
    }
}

extension RunDescription.Storm {
    /// Of several injectors' parts of one outage; nil of none.
    init?(merging parts: [RunDescription.Storm]) {
        guard let first = parts.first else { return nil }
        self = first
        guard parts.count > 1 else { return }
        onlineBefore = parts.reduce(0) { $0 + $1.onlineBefore }
        lost = parts.reduce(0) { $0 + $1.lost }
        left = parts.reduce(0) { $0 + $1.left }
        secondsDown = parts.map(\.secondsDown).max() ?? 0
        attemptsMax = parts.map(\.attemptsMax).max() ?? 0
        attemptsMean = Self.mean(parts, by: { Double($0.lost) }, of: \.attemptsMean)
        peakRatePerS = parts.reduce(0) { $0 + $1.peakRatePerS }
        serverPeakRatePerS = parts.compactMap(\.serverPeakRatePerS).max()
        backShare = Self.mean(parts, by: \.awaited, of: \.backShare)
        if let share = Self.mean(parts, by: \.awaited, of: { $0.recovery?.share }) { recovery?.share = share }
        adopt(Self.curve(parts), isWhole: parts.allSatisfy { $0.awaited == 0 || $0.backAllS != nil })
    }

    private var awaited: Double { Double(max(0, lost - left)) }

    private mutating func adopt(_ whole: [Point], isWhole: Bool) {
        let time = { (share: Double) in whole.first { $0.share >= share - 1e-9 }?.s }
        (back50S, back95S, back99S) = (time(0.5), time(0.95), time(0.99))
        backAllS = isWhole ? whole.last?.s : nil
        let step = max(1, (whole.count + 99) / 100)
        curve = whole.indices.filter { ($0 + 1).isMultiple(of: step) || $0 == whole.count - 1 }.suffix(100).map {
            whole[$0]
        }
    }

    /// Every moment at which one of the curves grew, with the share of all who were back by then.
    private static func curve(_ parts: [RunDescription.Storm]) -> [Point] {
        let all = parts.reduce(0) { $0 + $1.awaited }
        guard all > 0 else { return [] }
        let gains = parts.flatMap { part in
            zip(part.curve, [0] + part.curve.map(\.share)).map { ($0.s, ($0.share - $1) * part.awaited) }
        }
        var back = 0.0
        return gains.sorted { $0.0 < $1.0 }.map { moment, more in
            back += more
            return Point(s: moment, share: min(1, back / all))
        }
    }

    private static func mean(
        _ parts: [RunDescription.Storm], by weight: (RunDescription.Storm) -> Double,
        of figure: (RunDescription.Storm) -> Double?
    ) -> Double? {
        let known = parts.compactMap { part in figure(part).map { ($0, weight(part)) } }
        let weights = known.reduce(0) { $0 + $1.1 }
        return weights > 0 ? known.reduce(0) { $0 + $1.0 * $1.1 } / weights : nil
    }
}
