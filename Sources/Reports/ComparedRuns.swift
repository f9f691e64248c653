import Metrics
public import ResultFiles

/// Two results of one scenario held against each other: `muster compare`.
public struct ComparedRuns: Sendable {
    public private(set) var comparison: RunComparison
    public let outcome: Outcome
    /// What a reader of the figures has to know.
    public let remarks: [String]
    let phases: PhaseNames
    private let before: String
    private let after: String

    /// What it came to.
    public enum Outcome: Sendable, Equatable {
        case noRegression
        case regression
        /// The two cannot be held against each other, whatever their figures are.
        case notComparable(String)
    }

    /// - Parameters:
    ///   - seed: of the resampling.
    ///   - tolerance: The share of change that is no news.
    public init(_ before: StoredResult, _ after: StoredResult, tolerance: Double, seed: UInt64) {
        (self.before, self.after) = (before.folderName, after.folderName)
        let phases = PhaseNames(seen: (before.log + after.log).map(\.phase))
        let sides = [ComparedSide(before, phases), ComparedSide(after, phases)]
        let warmth = ServerWarmth(sides[0], sides[1])
        let samples = sides.map { Array($0.samples.dropFirst(warmth?.leftOut ?? 0)) }
        var comparison = RunComparison.judge(
            before: samples[0], after: samples[1], name: after.folderName, tolerance: tolerance, seed: seed)
        let isWithheld = warmth.map { $0.leftOut == nil } == true && comparison.withholdTimesAndCosts()
        self.phases = phases
        self.comparison = comparison
        remarks = Self.remarks(sides, warmth)
        outcome = Self.outcome(sides, comparison, withheld: isWithheld ? warmth?.sentence : nil)
    }

    private static func outcome(
        _ sides: [ComparedSide], _ comparison: RunComparison, withheld: String?
    ) -> Outcome {
        let unfinished = sides.compactMap { side in side.unfinished.map { "\(side.name) \($0)" } }
        guard unfinished.isEmpty else { return .notComparable(unfinished.joined(separator: ", ")) }
        if let thin = sides.first(where: \.isThin) { return .notComparable(thin.thinness) }
        if !comparison.regressions.isEmpty { return .regression }
        return withheld.map { .notComparable($0) } ?? .noRegression
    }

    private static func remarks(_ sides: [ComparedSide], _ warmth: ServerWarmth?) -> [String] {
        let marked = sides.filter { $0.markedOut > 0 && !$0.isThin }.map {
            "\($0.name): \(Format.count($0.markedOut)) marked intervals are left out"
        }
        guard let warmth else { return marked }
        let out = warmth.leftOut.map {
            ": the first \(Format.count($0)) intervals of both, until it was steady, are left out"
        }
        return marked + [warmth.sentence + (out ?? "")]
    }

    /// At most 100 columns, each line ended by a newline; remarks may be longer.
    public func text(isColored: Bool) -> String {
        let table = ComparisonTable(
            comparison, phases, before: before, after: after, style: Style(isColored: isColored))
        let parts = (table.parts + [remarks]).filter { !$0.isEmpty }
        return parts.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    /// The last line: what got worse, if anything did.
    public var sentence: String {
        switch outcome {
        case .regression: "regression: \(regressions.joined(separator: ", "))"
        case .notComparable(let reason): "not comparable: \(reason)"
        case .noRegression:
            "no regression shown from \(before) to \(after)"
                + (comparesTimes ? "" : ": failures alone were compared, the runs are too short for the rest")
        }
    }

    /// What got worse, in words: the first three, the primary measures before the others, and how many more there are.
    public var regressions: [String] {
        let regressions = comparison.regressions
        let ordered = regressions.filter(\.isPrimary) + regressions.filter { !$0.isPrimary }
        let worse = ordered.map { "\($0.measure.words(phases)) \($0.verdict)" }
        return worse.prefix(3) + (worse.count > 3 ? ["and \(worse.count - 3) more"] : [])
    }

    /// Whether there is enough of both to say something of times and costs.
    private var comparesTimes: Bool {
        comparison.rows.contains { $0.measure != .failures && $0.verdict != .tooFewBlocks }
    }

    /// Why there is no verdict: where nothing got worse, and not all could be looked at.
    public var undecided: String? {
        switch outcome {
        case .regression: nil
        case .notComparable(let reason): reason
        case .noRegression: comparesTimes ? nil : "too few intervals to compare"
        }
    }
}

extension RunComparison {
    /// Takes back what is said of times and costs.
    ///
    /// - Returns: Whether any of it was a regression.
    fileprivate mutating func withholdTimesAndCosts() -> Bool {
        var wasWorse = false
        for index in rows.indices where rows[index].measure != .failures && rows[index].verdict.isDifference {
            wasWorse = wasWorse || rows[index].verdict.isWorse
            rows[index].verdict = .notComparable
        }
        return wasWorse
    }
}
