import Metrics
public import ResultFiles

/// Two results of one scenario held against each other: `muster compare`.
public struct ComparedRuns: Sendable {
    public let comparison: RunComparison
    let phases: PhaseNames
    private let before: String
    private let after: String

    /// - Parameters:
    ///   - seed: of the resampling.
    ///   - tolerance: The share of change that is no news.
    public init(_ before: StoredResult, _ after: StoredResult, tolerance: Double, seed: UInt64) {
        (self.before, self.after) = (before.folderName, after.folderName)
        let phases = PhaseNames(seen: (before.log + after.log).map(\.phase))
        self.phases = phases
        comparison = RunComparison.judge(
            before: before.samples(phases), after: after.samples(phases), name: after.folderName, tolerance: tolerance,
            seed: seed)
    }

    /// At most 100 columns, each line ended by a newline.
    public func text(isColored: Bool) -> String {
        let table = ComparisonTable(
            comparison, phases, before: before, after: after, style: Style(isColored: isColored))
        let parts = table.parts.filter { !$0.isEmpty }
        return parts.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    /// The last line: what got worse, if anything did.
    public var sentence: String {
        regressions.isEmpty
            ? "no regression shown from \(before) to \(after)" : "regression: \(regressions.joined(separator: ", "))"
    }

    /// What got worse, in words: the first three, the primary measures before the others, and how many more there are.
    public var regressions: [String] {
        let regressions = comparison.regressions
        let ordered = regressions.filter(\.isPrimary) + regressions.filter { !$0.isPrimary }
        let worse = ordered.map { "\($0.measure.words(phases)) \($0.verdict)" }
        return worse.prefix(3) + (worse.count > 3 ? ["and \(worse.count - 3) more"] : [])
    }

    /// Whether there is enough of both to say anything.
    public var isConclusive: Bool { comparison.rows.contains { $0.verdict != .tooFewBlocks } }
}

extension StoredResult {
    /// What was measured in each interval, in the order of time; how late the generator was is nothing of the server's.
    fileprivate func samples(_ phases: PhaseNames) -> [VariantSample] {
        let histograms = Dictionary(grouping: log) { Self.millisecond($0.end) }
        let rows = Dictionary(grouping: intervals.filter { $0.phase == Phase.login.name }) { Self.millisecond($0.at) }
        let moments = Dictionary(grouping: system) { Self.millisecond($0.at) }
        return moments.sorted { $0.key < $1.key }.map { at, moment in
            var sample = VariantSample(logins: Int(clamping: rows[at, default: []].reduce(0) { $0 + $1.completed }))
            for one in histograms[at] ?? [] {
                guard let phase = phases.phase(named: one.phase), phase != .lag else { continue }
                sample.phases[phase, default: BlockLatencies()].merge(BlockLatencies(one))
            }
            sample.costs[.clientCPU] = moment.clientCPU.map { Double($0) }
            sample.costs[.serverCPU] = moment.serverCPU.map { Double($0) }
            return sample
        }
    }
}
