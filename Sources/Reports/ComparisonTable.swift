import Metrics

/// What an experiment showed, for a terminal: at most 100 columns.
struct ComparisonTable {
    static let width = 100

    private let rows: [ComparisonRow]
    private let baseline: String
    private let phases: PhaseNames
    private let title: String
    private let cautions: [String]
    private let style: Style

    /// Of an experiment.
    init(_ comparison: Comparison, _ phases: PhaseNames, baseline: String, comparesLatencies: Bool, style: Style) {
        rows = comparison.rows
        self.phases = phases
        self.baseline = baseline
        self.style = style
        let blocks = "\(Format.count(comparison.blocks)) \(comparison.blocks == 1 ? "block" : "blocks")"
        title = "compared with \(baseline): \(blocks); intervals hold the truth in 95 of 100"
        let few =
            comparison.blocks < Comparison.fewestBlocks
            ? ["nothing is concluded from fewer than \(Comparison.fewestBlocks) blocks"] : []
        let closed =
            comparesLatencies
            ? []
            : ["over a closed stage cost and throughput are compared: its latencies are coordinated with the server"]
        cautions = few + closed + Self.undecided(rows, phases)
    }

    /// Of two runs.
    init(
        _ comparison: RunComparison, _ phases: PhaseNames, before: String, after: String, cautions: [String] = [],
        style: Style
    ) {
        rows = comparison.rows
        self.phases = phases
        baseline = before
        self.style = style
        title = "\(after) compared with \(before); a change of up to \(Format.share(comparison.tolerance)) is no news"
        self.cautions =
            cautions
            + (rows.contains { $0.verdict == .tooFewBlocks }
                ? [
                    "of times and costs, nothing is concluded from fewer than \(RunComparison.fewestIntervals) intervals"
                ]
                : [])
    }

    /// Groups of lines.
    var parts: [[String]] { [heading] + primaryTables + [others, notes] }

    private var heading: [String] { [Format.cut(title, to: Self.width)] }

    // MARK: The primary measures

    private var primaryTables: [[String]] {
        let rows = rows.filter(\.isPrimary)
        var seen: Set<ComparisonMeasure> = []
        let measures = rows.map(\.measure).filter { seen.insert($0).inserted }
        return measures.map { measure in table(measure, rows.filter { $0.measure == measure }) }
    }

    private func table(_ measure: ComparisonMeasure, _ rows: [ComparisonRow]) -> [String] {
        let header = line(measure.words(phases), "value", "95 % interval", "difference", "ratio", "verdict")
        let first = rows.first.map { [line(baseline, $0.baseline, unit: $0.unit)] } ?? []
        return [style.bold(header)] + first + rows.map(line)
    }

    private func line(_ name: String, _ estimate: Estimate, unit: String) -> String {
        line("  \(name)", Figures.text(estimate.value, unit), Figures.text(estimate.interval, unit), "", "", "")
    }

    private func line(_ row: ComparisonRow) -> String {
        let text = line(
            "  \(row.variant)", Figures.text(row.value.value, row.unit), Figures.text(row.value.interval, row.unit),
            row.difference.map { Figures.signed($0.value, row.unit) } ?? "", Figures.ratio(row.ratio),
            row.verdict.description)
        return row.verdict.isWorse ? style.warning(text) : text
    }

    private func line(
        _ name: String, _ value: String, _ interval: String, _ difference: String, _ ratio: String, _ verdict: String
    ) -> String {
        let figures = Format.right(value, 11) + Format.right(interval, 22) + Format.right(difference, 12)
        return trimmed(Format.left(name, 27) + figures + Format.right(ratio, 7) + "  " + Format.left(verdict, 19))
    }

    private func trimmed(_ line: String) -> String {
        var line = Substring(line)
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    // MARK: All others

    /// Rows shown; `compare.csv` has them all.
    private static let othersShown = 40

    private var others: [String] {
        let rows = rows.filter { !$0.isPrimary }
        let shown = rows.filter(\.verdict.isDifference)
        guard !shown.isEmpty else { return [] }
        let hidden = shown.count - min(shown.count, Self.othersShown)
        return others(shown.prefix(Self.othersShown))
            + (hidden > 0 ? ["\(Format.count(hidden)) more differ, and "] : [""]).map {
                "\($0)\(Format.count(rows.count - shown.count)) other measures show no difference"
            }
    }

    private func others(_ rows: some Collection<ComparisonRow>) -> [String] {
        var variant = ""
        return rows.flatMap { row in
            let title = line("\(row.variant), also", "value", "95 % interval", "difference", "ratio", "verdict")
            let heading = row.variant == variant ? [] : [style.bold(title)]
            variant = row.variant
            var named = row
            named.variant = row.measure.words(phases)
            return heading + [line(named)]
        }
    }

    // MARK: Words of caution

    private var notes: [String] { cautions.map { Format.cut($0, to: Self.width) } }

    private static func undecided(_ rows: [ComparisonRow], _ phases: PhaseNames) -> [String] {
        let again = rows.last?.variant
        return rows.filter { $0.isPrimary && $0.verdict == .noDifferenceShown && $0.variant != again }.compactMap {
            row in
            row.moreBlocks.map { "\(row.variant), \(row.measure.words(phases)): \(blocks($0)) would settle it" }
        }
    }

    private static func blocks(_ count: Int) -> String {
        count >= ComparisonRow.mostBlocks
            ? "no number of blocks that anybody runs" : "about \(Format.count(count)) more blocks"
    }
}

extension ComparisonMeasure {
    /// As a person says it: `login p50`, `server CPU per login`.
    func words(_ phases: PhaseNames) -> String {
        switch self {
        case .latency(let phase, let percentile): "\(phases.name(of: phase)) \(percentile.rawValue)"
        case .failures: "failures"
        case .cost(let cost): Figures.words(ofCost: cost.name)
        }
    }
}

/// Figures of a comparison with their units.
enum Figures {
    /// `server CPU per login` of `server_cpu_per_login`.
    static func words(ofCost name: String) -> String {
        name.split(separator: "_").map { ["cpu", "tls", "sasl"].contains($0) ? $0.uppercased() : String($0) }
            .joined(separator: " ")
    }

    static func text(_ value: Double, _ unit: String) -> String {
        if value.isNaN { return "-" }
        if value.isInfinite { return "not reached" }
        let size = value.magnitude
        let sign = value < 0 ? "-" : ""
        return switch unit {
        case "us": sign + Format.duration(microseconds: size)
        case "bytes": sign + Format.bytes(size)
        case "logins/s": sign + Format.rate(size) + "/s"
        case "%": sign + Format.share(size / 100)
        default: sign + Format.rate(size)
        }
    }

    /// A round value, as on an axis.
    static func round(_ value: Double, _ unit: String) -> String {
        switch unit {
        case "us": value == 0 ? "0" : Format.roundDuration(microseconds: value)
        case "bytes": Format.roundBytes(value)
        default: Format.round(value)
        }
    }

    static func text(_ interval: ClosedRange<Double>?, _ unit: String) -> String {
        interval.map { "\(text($0.lowerBound, unit)) .. \(text($0.upperBound, unit))" } ?? ""
    }

    static func signed(_ value: Double, _ unit: String) -> String { (value > 0 ? "+" : "") + text(value, unit) }

    static func ratio(_ ratio: Estimate?) -> String {
        guard let ratio, ratio.value.isFinite else { return "" }
        return factor(ratio.value)
    }

    /// `1.354`; `∞` of what was never reached.
    static func factor(_ ratio: Double) -> String {
        guard ratio.isFinite else { return "∞" }
        let thousandths = Int((ratio * 1000).rounded())
        guard thousandths < 100_000 else { return Format.count(thousandths / 1000) }
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
