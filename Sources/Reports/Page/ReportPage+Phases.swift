import Metrics
import ResultFiles

extension ReportPage {
    /// Where the time of a login goes: of each variant, the first one open.
    func writePhases(to page: inout PageWriter) {
        page.section(
            "Where a login's time goes", id: "phases",
            "Each step begins where the one before it ended. login is the whole of it; due adds the wait of a login that "
                + "began late.")
        let shown = variants.filter { !totals($0).isEmpty }
        if shown.isEmpty { page.paragraph("No login has been measured yet.") }
        for (index, variant) in shown.enumerated() {
            if index > 0 {
                page.folded("The same of \(variant)") { writeWaterfall(variant, to: &$0) }
            } else {
                if shown.count > 1 { page.heading("\(variant), the baseline") }
                writeWaterfall(variant, to: &page)
            }
        }
        guard !shown.isEmpty else { return }
        page.paragraph(
            "The head of a bar that stands out: processor time of the load generator's own TLS and SASL work; the rest of the bar is "
                + "waiting. The two sides have scales of their own. The 99 % points of steps do not add up to that of the "
                + "login, for they are not of the same logins.", "small")
    }

    private func writeWaterfall(_ variant: String, to page: inout PageWriter) {
        let suffix = variants.count > 1 ? ", \(variant)" : ""
        page.chart("Phases of a login\(suffix)", waterfallWords(variant), table: phaseTable(totals(variant))) {
            waterfall(variant).canvas($0)
        }
    }

    private func waterfall(_ variant: String) -> Waterfall {
        let rows = totals(variant)
        return Waterfall(panels: [
            Waterfall.Panel(caption: "p50: half were this fast or faster", rows: Self.bars(rows, \.p50)),
            Waterfall.Panel(caption: "p99: one in a hundred was slower", rows: Self.bars(rows, \.p99)),
        ])
    }

    /// A step begins where the one before it ended; its round trips follow one another within it, and what it is in some
    /// logins (`tls.full`, `tls.resumed`) begins with it.
    static func bars(_ rows: [SummaryRow], _ percentile: (SummaryRow) -> Double?) -> [Waterfall.Row] {
        let phases = Set(rows.map(\.phase))
        var start = 0.0
        var bars: [Waterfall.Row] = []
        var places: [String: Double] = [:]
        for row in rows {
            guard let length = percentile(row) else { continue }
            let style = PhaseKind.style(row.phase)
            if PhaseKind.isStep(row.phase, among: phases) {
                bars.append(
                    Waterfall.Row(
                        name: row.phase, style: style, start: start, length: length, own: own(row, rows, percentile)))
                places[row.phase] = start
                start += length.isFinite ? length : 0
            } else if let whole = row.phase.lastIndex(of: ".").map({ String(row.phase[..<$0]) }),
                let place = places[whole]
            {
                bars.append(Waterfall.Row(name: row.phase, style: style, start: place, length: length, isPart: true))
                if whole != Phase.tls.name { places[whole] = place + (length.isFinite ? length : 0) }
            }
        }
        return bars + sums(rows, percentile)
    }

    /// What our own processor spent in a step.
    private static func own(
        _ row: SummaryRow, _ rows: [SummaryRow], _ percentile: (SummaryRow) -> Double?
    ) -> Double? {
        rows.first { $0.phase == "client.\(row.phase)" }.flatMap(percentile)
    }

    private static func sums(_ rows: [SummaryRow], _ percentile: (SummaryRow) -> Double?) -> [Waterfall.Row] {
        [Phase.login, .due].compactMap { phase in
            guard let length = rows.first(where: { $0.phase == phase.name }).flatMap(percentile) else { return nil }
            return Waterfall.Row(name: phase.name, style: phase.name, start: 0, length: length, isSum: true)
        }
    }

    private func waterfallWords(_ variant: String) -> String {
        let rows = totals(variant)
        let steps = rows.filter { PhaseKind.isStep($0.phase, among: Set(rows.map(\.phase))) }
        let parts = steps.map {
            "\($0.phase) \(Format.duration(microseconds: $0.p50)) and \(Format.duration(microseconds: $0.p99))"
        }
        return "Bars of each step's p50 and p99: \(parts.joined(separator: ", "))."
    }

    func phaseTable(_ rows: [SummaryRow]) -> PageTable {
        PageTable(
            columns: ["phase", "count", "failures", "p50", "p90", "p99", "p99.9", "max"],
            rows: rows.map { row in
                [row.phase, Format.count(row.count), Format.count(row.failures)]
                    + [row.p50, row.p90, row.p99, row.p999, row.max].map { Format.duration(microseconds: $0) }
            })
    }
}
