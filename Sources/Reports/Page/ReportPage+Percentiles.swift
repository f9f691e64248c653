import Metrics
import ResultFiles

extension ReportPage {
    /// How the latencies are spread, phase by phase, and of the whole login stage by stage or variant by variant.
    func writePercentiles(to page: inout PageWriter) {
        guard !result.histogram.isEmpty else { return }
        page.section(
            "Latency by percentile", id: "percentiles",
            "The further right, the rarer: at 99 % one login in a hundred was slower. A flat line is an even server; "
                + "where it turns up, some people wait.")
        let phases = phaseCurves
        write("Latency of each phase by percentile", phases, to: &page)
        let others = isExperiment ? variantCurves : stageCurves
        guard others.count > 1 else { return }
        write(isExperiment ? "Login by variant" : "Login by stage", others, to: &page)
    }

    private func write(_ title: String, _ curves: [PercentileChart.Curve], to page: inout PageWriter) {
        guard !curves.isEmpty else { return }
        page.chart(title, curves.words, table: curves.table) {
            PercentileChart(caption: title, curves: curves).canvas($0)
        }
        if curves.contains(where: \.endsUnreached) {
            page.paragraph("A curve that ends in a dot: the rest of the logins were never completed.", "small")
        }
    }

    /// Of an experiment the baseline's.
    private var phaseCurves: [PercentileChart.Curve] {
        guard let variant = variants.first else { return [] }
        let rows = result.histogram.filter { $0.variant == variant && $0.stage == SummaryRow.allStages }
        let names = rows.phases
        return names.filter { PhaseKind.isStep($0, among: names) || [Phase.login.name, Phase.due.name].contains($0) }
            .compactMap { name in
                PercentileChart.Curve(name, style: PhaseKind.style(name), rows.filter { $0.phase == name })
            }
    }

    private var stageCurves: [PercentileChart.Curve] {
        let stages = result.run?.stages.map(\.name) ?? []
        return curves(stages) { $0.stage == $1 }
    }

    private var variantCurves: [PercentileChart.Curve] {
        curves(variants) { $0.variant == $1 && $0.stage == SummaryRow.allStages }
    }

    private func curves(_ names: [String], _ belongs: (HistogramRow, String) -> Bool) -> [PercentileChart.Curve] {
        let logins = result.histogram.filter { $0.phase == Phase.login.name }
        return names.enumerated().compactMap { index, name in
            PercentileChart.Curve(
                name, style: PhaseKind.styles[index % PhaseKind.styles.count], logins.filter { belongs($0, name) })
        }
    }
}

extension [HistogramRow] {
    /// In the order of the file.
    fileprivate var phases: [String] {
        var seen: Set<String> = []
        return map(\.phase).filter { seen.insert($0).inserted }
    }
}

extension PercentileChart.Curve {
    /// nil without a value that was reached.
    init?(_ name: String, style: String, _ rows: [HistogramRow]) {
        let count = rows.reduce(0) { $0 + $1.count }
        let reached = rows.filter { $0.to < Double(LatencyHistogram.highestTrackable) / 1000 }
        guard let first = reached.first, count > 0 else { return nil }
        var below: UInt64 = 0
        let points = reached.map { row in
            below += row.count
            // The greatest of N values stands for the last N-th of them: in its middle, for 1 has no place on this axis.
            return (share: (Double(below) - 0.5) / Double(count), microseconds: row.to)
        }
        self.init(
            name: name, style: style, points: [(0, first.from)] + points, count: count,
            endsUnreached: reached.count < rows.count)
    }

    /// The latency at a share.
    fileprivate func words(_ share: Double) -> String {
        guard let point = points.first(where: { $0.share + 0.5 / Double(count) >= share - 1e-12 }) else {
            return "not reached"
        }
        return Format.duration(microseconds: point.microseconds)
    }
}

extension [PercentileChart.Curve] {
    /// What they show.
    var words: String {
        map { "\($0.name): p50 \($0.words(0.5)), p99 \($0.words(0.99))" }.joined(separator: "; ")
    }

    var table: PageTable {
        let shares = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999]
        return PageTable(
            columns: ["", "count"] + shares.map(Format.share) + ["max"],
            rows: map { curve in
                [curve.name, Format.count(curve.count)] + shares.map(curve.words)
                    + [Format.duration(microseconds: curve.points.last?.microseconds)]
            })
    }
}
