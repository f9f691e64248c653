public import Metrics
public import ResultFiles

/// What a person sees when a run is over, in at most 100 columns, before the line of the verdict.
public struct TerminalSummary: Sendable {
    public static let width = 100

    let totals: RunTotals
    let description: RunDescription
    let verdict: Verdict
    let comparison: Comparison?
    let style: Style

    /// - Parameter color: ANSI colours; every line is as clear without them.
    public init(
        totals: RunTotals, description: RunDescription, verdict: Verdict, comparison: Comparison? = nil,
        color: Bool = false
    ) {
        self.totals = totals
        self.description = description
        self.verdict = verdict
        self.comparison = comparison
        style = Style(isColored: color)
    }

    /// The lines, each ended by a newline.
    public var text: String {
        let blocks =
            [heading] + tables + [failures, generator, coordination, storms, drift, residue, notes, judgements]
        return blocks.filter { !$0.isEmpty }.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    private var heading: [String] {
        let seconds = Format.duration(nanoseconds: Double(totals.end))
        return [Format.cut("\(description.name): \(description.target), \(seconds)", to: Self.width)]
    }

    // MARK: Tables

    private var tables: [[String]] {
        if let comparison { return compared(comparison) }
        let rows = totals.summaryRows
        return totals.names.variants.flatMap { variant in
            tables(of: rows.filter { $0.variant == variant }, title: totals.names.variants.count > 1 ? variant : nil)
        }
    }

    /// The phases of each variant are in `summary.csv`.
    private func compared(_ comparison: Comparison) -> [[String]] {
        let table = ComparisonTable(
            comparison, totals.names.phases, baseline: description.experiment?.baseline ?? "",
            comparesLatencies: description.experiment?.comparesLatencies ?? true, style: style)
        return table.parts
    }

    private func tables(of rows: [SummaryRow], title: String?) -> [[String]] {
        let whole = rows.filter { $0.stage == SummaryRow.allStages && $0.phase != Phase.online.name }
        var tables = [table(title: title ?? "phase", whole) { $0.phase }]
        guard totals.names.stages.count > 1 else { return tables }
        let stages = rows.filter { $0.stage != SummaryRow.allStages }
        for phase in [Phase.login, .due] {
            tables.append(table(title: "\(phase) by stage", stages.filter { $0.phase == phase.name }) { $0.stage })
        }
        return tables
    }

    private func table(title: String, _ rows: [SummaryRow], name: (SummaryRow) -> String) -> [String] {
        guard !rows.isEmpty else { return [] }
        let header = line(title, ["count", "failures", "p50", "p90", "p99", "max"])
        return [style.bold(header)]
            + rows.map { row in
                let figures = [row.p50, row.p90, row.p99, row.max].map { Format.duration(microseconds: $0) }
                return line(name(row), [Format.count(row.count), Format.count(row.failures)] + figures)
            }
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        Format.left(name, 24) + cells.map { Format.right($0, 12) }.joined()
    }

    // MARK: Failures

    /// Kinds shown; `failures.csv` has them all.
    private static let failuresShown = 10

    private var failures: [String] {
        let kinds = totals.names.variants.indices.flatMap(totals.failureRows(ofVariant:)).sorted { $0.count > $1.count }
        guard !kinds.isEmpty else { return [] }
        var lines = [style.bold("failures")]
        for kind in kinds.prefix(Self.failuresShown) { lines += failure(kind) }
        let rest = kinds.count - Self.failuresShown
        if rest > 0 { lines.append("  and \(rest) more kinds, in failures.csv") }
        return lines
    }

    private func failure(_ row: FailureRow) -> [String] {
        let kind = row.condition.isEmpty ? row.kind : "\(row.kind): \(row.condition)"
        let first = "\(Format.right(Format.count(row.count), 12))  \(kind), in \(row.phase)"
        let example = row.example.isEmpty ? [] : ["\(Format.right("", 14))\(row.example)"]
        return ([first] + example).map { Format.cut($0, to: Self.width) }
    }

    // MARK: The generator and its words of caution

    private var generator: [String] {
        let marked = totals.marks.seconds
        let seconds = max(marked, Int((Double(totals.end) / 1_000_000_000).rounded(.up)))
        let line = "generator saturated in \(marked) of \(seconds) seconds"
        return [marked > 0 ? style.warning(line) : line] + [standstill, lateness, processor, floor].compactMap { $0 }
    }

    /// Where a part of the generator kept another one waiting.
    private var standstill: String? {
        guard let delays = description.saturation.delays else { return nil }
        let parts = [
            ("all of it", delays.generator, 0.1), ("an event loop", delays.loops, 0.1),
            ("its snapshots", delays.snapshots, 0.1), ("its files", delays.files, 1),
        ].filter { $0.1 > $0.2 }.map { "\($0.0) \(Format.duration(nanoseconds: $0.1 * 1e9))" }
        return parts.isEmpty ? nil : "the generator stood still at the worst: \(parts.joined(separator: ", "))"
    }

    private var lateness: String? {
        guard let late = totals.record(of: .lag).latencies?.percentile(0.99) else { return nil }
        return "99 % of logins began within \(Format.duration(nanoseconds: Double(late))) of when they were due"
    }

    private var processor: String? {
        let logins = totals.record(of: .login).completed
        guard logins > 0 else { return nil }
        let shares = [("client", totals.clientCPU), ("server", totals.serverCPU)].compactMap { side, used in
            used.map { "\(side) \(Format.duration(nanoseconds: Double($0) * 1000 / Double(logins)))" }
        }
        return shares.isEmpty ? nil : "processor time per login: \(shares.joined(separator: ", "))"
    }

    private var floor: String? {
        description.calibration.map { Format.cut($0.sentence, to: Self.width) }
    }

    private var coordination: [String] {
        let closed = description.stages.filter { !$0.isOpen }.map(\.name)
        guard !closed.isEmpty else { return [] }
        let names = Format.cut(closed.joined(separator: ", "), to: 60)
        return [
            "closed \(closed.count == 1 ? "stage" : "stages"): \(names)",
            "the latency of a closed stage is coordinated with the server: a slow one is asked less often",
        ]
    }

    private var storms: [String] {
        let lines = (description.storms ?? []).flatMap(\.sentences)
        return lines.isEmpty
            ? [] : [style.bold("after the outage")] + lines.flatMap { Format.wrapped($0, to: Self.width) }
    }

    /// What moved in sentences, what did not by name; nothing where nothing could be judged.
    private var drift: [String] {
        let rows = description.drift ?? []
        guard rows.contains(where: { $0.rateLow != nil }) else { return [] }
        let isMoving = { (row: RunDescription.Drift) in ["grows", "falls", "changed"].contains(row.verdict) }
        var lines = rows.filter(isMoving).flatMap { Format.wrapped($0.text, to: Self.width) }
        let quiet = Dictionary(grouping: rows.filter { !isMoving($0) }, by: \.verdict).sorted { $0.key < $1.key }
        for (verdict, others) in quiet {
            let names = others.map { rows.isOfOneStage ? $0.measure : "\($0.measure) in \($0.stage)" }
            lines += Format.wrapped("\(verdict): \(names.joined(separator: ", "))", to: Self.width)
        }
        return [style.bold("drift")] + lines
    }

    private var residue: [String] {
        description.residue?.sentence(of: description.server).map { Format.wrapped($0, to: Self.width) } ?? []
    }

    private var notes: [String] { description.notes.flatMap { Format.wrapped($0, to: Self.width) } }

    // MARK: Verdict

    private var judgements: [String] {
        verdict.judgements.map { judgement in
            let text = Format.cut(judgement.sentence, to: Self.width - 8)
            switch judgement.outcome {
            case .passed: return style.good("✓ pass  \(text)")
            case .failed: return style.bad("✗ FAIL  \(text)")
            case .open: return style.warning("- open  \(text)")
            case .notJudged: return style.warning("? none  \(text)")
            }
        }
    }
}

extension [RunDescription.Drift] {
    fileprivate var isOfOneStage: Bool { Set(map(\.stage)).count < 2 }
}

/// ANSI colours, or none.
struct Style: Sendable {
    let isColored: Bool

    func bold(_ text: String) -> String { paint(text, "1") }
    func faint(_ text: String) -> String { paint(text, "2") }
    func good(_ text: String) -> String { paint(text, "32") }
    func warning(_ text: String) -> String { paint(text, "33") }
    func bad(_ text: String) -> String { paint(text, "31") }

    private func paint(_ text: String, _ code: String) -> String {
        isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
