import Metrics
import ResultFiles

extension ReportPage {
    /// What the charts below show in sentences: how everybody came back, where the time goes, and what broke first. An
    /// experiment is about something else.
    var telling: [String] {
        guard !isExperiment, let variant = variants.first else { return [] }
        return storms + [Self.timeSentence(totals(variant)), Self.breakSentence(result.failures)].compactMap { $0 }
    }

    private var storms: [String] { (result.run?.storms ?? []).flatMap(\.sentences).map(RunEnding.sentence) }

    /// `Where the time goes: a login takes 98.2 ms at p50, longest in offer (42.6 ms) and sasl (29.3 ms); ...`
    static func timeSentence(_ rows: [SummaryRow]) -> String? {
        let parts = [shares(rows, "p50", \.p50), shares(rows, "p99", \.p99)].compactMap { $0 }
        return parts.isEmpty ? nil : "Where the time goes: a login takes \(parts.joined(separator: "; "))."
    }

    /// The whole, and its two longest steps.
    private static func shares(
        _ rows: [SummaryRow], _ name: String, _ percentile: (SummaryRow) -> Double?
    ) -> String? {
        let phases = Set(rows.map(\.phase))
        let steps = rows.filter { PhaseKind.isStep($0.phase, among: phases) }.compactMap { row in
            percentile(row).map { (phase: row.phase, length: $0) }
        }.filter(\.length.isFinite).sorted { $0.length > $1.length }
        guard let whole = rows.first(where: { $0.phase == Phase.login.name }).flatMap(percentile), !steps.isEmpty
        else { return nil }
        let longest = steps.prefix(2).map { "\($0.phase) (\(Format.duration(microseconds: $0.length)))" }
        return "\(Format.duration(microseconds: whole)) at \(name), longest in \(longest.joined(separator: " and "))"
    }

    /// `First to break: at 0:12 in evening, timeout in sasl; 12 of 40 failures are of this kind.`
    static func breakSentence(_ failures: [FailureRow]) -> String? {
        guard let first = failures.min(by: { ($0.firstAt, $1.count) < ($1.firstAt, $0.count) }) else { return nil }
        let isSame = { (row: FailureRow) in
            (row.phase, row.kind, row.condition) == (first.phase, first.kind, first.condition)
        }
        let like = failures.filter(isSame).reduce(0) { $0 + $1.count }
        let all = failures.reduce(0) { $0 + $1.count }
        let kind = first.condition.isEmpty ? first.kind : "\(first.kind): \(first.condition)"
        let at = Format.clock(nanoseconds: UInt64(max(0, first.firstAt) * 1e9))
        let share =
            like == all
            ? "\(Format.count(all)) in all" : "\(Format.count(like)) of \(Format.count(all)) failures are such"
        return "First to break: at \(at) in \(first.stage), \(kind), in \(first.phase); \(share)."
    }
}
