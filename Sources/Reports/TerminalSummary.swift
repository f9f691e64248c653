public import Metrics
import ResultFiles

/// What stands on the terminal when a run is over; at most 100 columns.
public struct TerminalSummary {
    private let totals: RunTotals
    private let verdict: Verdict
    private let openStages: [Bool]
    private let watchedSeconds: Int
    private let isColored: Bool

    /// - Parameters:
    ///   - openStages: whether each stage is open.
    ///   - isColored: ANSI colours for the verdict; without them it reads the same.
    public init(_ totals: RunTotals, _ verdict: Verdict, openStages: [Bool], watchedSeconds: Int, isColored: Bool) {
        self.totals = totals
        self.verdict = verdict
        self.openStages = openStages
        self.watchedSeconds = watchedSeconds
        self.isColored = isColored
    }

    public func text(cpuPerLogin: Double?, serverCPUPerLogin: Double?) -> String {
        var lines = phaseTable() + stageTable() + failureLines()
        lines += ["", generatorLine()]
        if let line = cpuLine(cpuPerLogin, serverCPUPerLogin) { lines.append(line) }
        if openStages.contains(false) {
            lines.append("  In closed stages (burst, crowd) latency is coordinated with the server: it sets the pace.")
        }
        return (lines + [""] + judgementLines()).joined(separator: "\n")
    }

    private func phaseTable() -> [String] {
        var table = TextTable(header: ["phase", "count", "failed", "p50", "p90", "p99", "max"])
        for phase in Phase.all {
            let record = totals.record(stage: nil, phase: phase)
            if !record.isEmpty { table.add(row(phase.name, record)) }
        }
        return table.lines()
    }

    private func stageTable() -> [String] {
        let names = totals.phases.names
        guard names.stages.count > 1 else { return [] }
        var table = TextTable(header: ["stage", "count", "failed", "p50", "p90", "p99", "max"])
        for (number, name) in names.stages.enumerated() {
            for phase in [Phase.login, .due] {
                let record = totals.record(stage: UInt16(number), phase: phase)
                if !record.isEmpty { table.add(row("\(name), \(phase)", record)) }
            }
        }
        return [""] + table.lines()
    }

    private func row(_ name: String, _ record: PhaseRecord) -> [String] {
        let latencies = record.latencies
        let count = Numbers.count(latencies?.count ?? 0)
        let percentiles = [0.5, 0.9, 0.99].map { share in Self.figure(latencies, latencies?.percentile(share)) }
        let maximum = latencies.flatMap { $0.reached > 0 ? $0.maximum : nil }
        return [name, count, Numbers.count(record.failed)] + percentiles + [
            maximum.map { Numbers.duration(Double($0)) } ?? ""
        ]
    }

    private static func figure(_ latencies: LatencyHistogram?, _ value: UInt64?) -> String {
        guard let latencies, latencies.count > 0 else { return "" }
        return value.map { Numbers.duration(Double($0)) } ?? "not reached"
    }

    private func failureLines() -> [String] {
        let rows = ResultTables.failureRows(totals).filter { $0.stage == nil }
        guard !rows.isEmpty else { return [] }
        let lines = rows.prefix(10).map { row in
            let condition = row.condition.isEmpty ? "" : ": \(row.condition)"
            let example = row.entry.example.isEmpty ? "" : " (\(row.entry.example))"
            return String(
                "  \(Numbers.count(row.entry.count)) × \(row.kind.rawValue)\(condition) in \(row.phase)\(example)"
                    .prefix(100))
        }
        return ["", "  failures"] + lines
            + (rows.count > 10 ? ["  and \(rows.count - 10) more kinds in failures.csv"] : [])
    }

    private func generatorLine() -> String {
        "  generator saturated in \(totals.marks.count) of \(watchedSeconds) seconds"
            + (totals.marks.first.map { ", the first time because \($0.reason)" } ?? "")
    }

    private func cpuLine(_ client: Double?, _ server: Double?) -> String? {
        guard let client else { return nil }
        let ours = "  processor time per login: client \(Numbers.duration(client))"
        return server.map { "\(ours), server \(Numbers.duration($0))" } ?? ours
    }

    private func judgementLines() -> [String] {
        verdict.judgements.map { judgement in
            let sign = judgement.passed ? "✓" : "✗"
            let word = judgement.passed ? "passed" : "FAILED"
            let line = "  \(sign) \(judgement.rule.text): \(Self.words(judgement.figure)), \(word)"
            return isColored ? "\u{1B}[\(judgement.passed ? 32 : 31)m\(line)\u{1B}[0m" : line
        }
    }

    /// A figure with its unit.
    public static func words(_ figure: Verdict.Figure) -> String {
        switch figure {
        case .nanoseconds(let value): Numbers.duration(value)
        case .share(let share): Numbers.share(share)
        case .notReached: "not reached"
        case .nothing: "nothing was measured"
        }
    }
}
