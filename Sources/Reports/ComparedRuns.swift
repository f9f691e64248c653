import Metrics
public import ResultFiles

/// Two results of one scenario held against each other: `muster compare`.
public struct ComparedRuns: Sendable {
    public let comparison: RunComparison
    private let before: String
    private let after: String

    /// - Parameters:
    ///   - seed: of the resampling.
    ///   - tolerance: The share of change that is no news.
    public init(_ before: StoredResult, _ after: StoredResult, tolerance: Double, seed: UInt64) {
        (self.before, self.after) = (before.folderName, after.folderName)
        comparison = RunComparison.judge(
            before: before.samples, after: after.samples, name: after.folderName, tolerance: tolerance, seed: seed)
    }

    /// At most 100 columns, each line ended by a newline.
    public func text(isColored: Bool) -> String {
        let table = ComparisonTable(comparison, before: before, after: after, style: Style(isColored: isColored))
        let parts = table.parts.filter { !$0.isEmpty }
        return parts.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    /// The last line: what got worse, if anything did.
    public var sentence: String {
        let regressions = comparison.regressions
        let ordered = regressions.filter(\.isPrimary) + regressions.filter { !$0.isPrimary }
        let worse = ordered.map { "\($0.measure.words) \($0.verdict)" }
        if worse.isEmpty { return "no regression shown from \(before) to \(after)" }
        let more = worse.count > 3 ? " and \(worse.count - 3) more" : ""
        return "regression: \(worse.prefix(3).joined(separator: ", "))\(more)"
    }
}

extension StoredResult {
    /// What was measured in each interval, in the order of time; how late the generator was is nothing of the server's.
    fileprivate var samples: [VariantSample] {
        let histograms = Dictionary(grouping: log) { Self.millisecond($0.end) }
        let rows = Dictionary(grouping: intervals.filter { $0.phase == Phase.login.name }) { Self.millisecond($0.at) }
        let moments = Dictionary(grouping: system) { Self.millisecond($0.at) }
        return moments.sorted { $0.key < $1.key }.map { at, moment in
            var sample = VariantSample(logins: Int(clamping: rows[at, default: []].reduce(0) { $0 + $1.completed }))
            for one in histograms[at] ?? [] {
                guard let phase = Phase(named: one.phase), phase != .lag else { continue }
                sample.phases[phase, default: BlockLatencies()].merge(BlockLatencies(one))
            }
            sample.costs[.clientCPU] = moment.clientCPU.map { Double($0) }
            sample.costs[.serverCPU] = moment.serverCPU.map { Double($0) }
            return sample
        }
    }
}
