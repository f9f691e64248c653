import ResultFiles

extension ReportPage {
    /// Of an experiment: each variant's interval against the baseline, measure by measure.
    func writeVariants(to page: inout PageWriter) {
        guard let experiment = result.run?.experiment else { return }
        page.section(
            "Variants against \(experiment.baseline)", id: "variants",
            "\(Format.count(experiment.blocksDone)) of \(Format.count(experiment.blocks)) blocks. A bar holds the true figure "
                + "in 95 of 100 experiments; the dashed line is \(experiment.baseline)'s. The last row is "
                + "\(experiment.baseline) once more: what it differs by is chance.")
        guard !result.comparison.isEmpty else { return page.paragraph("No block is complete yet.") }
        let primary = result.comparison.filter(\.isPrimary)
        var seen: Set<String> = []
        for measure in primary.map(\.words).filter({ seen.insert($0).inserted }) {
            let rows = primary.filter { $0.words == measure }
            page.chart(Self.title(measure), Self.words(rows), table: Self.table(rows)) {
                IntervalChart(Self.title(measure), rows).canvas($0)
            }
        }
        page.folded("Table: every measure of every variant", Self.table(result.comparison))
        if !experiment.comparesLatencies {
            page.paragraph(
                "Over a closed stage cost and throughput are compared: its latencies are coordinated with the server.")
        }
    }

    private static func title(_ measure: String) -> String { (measure.first?.uppercased() ?? "") + measure.dropFirst() }

    private static func words(_ rows: [CompareRow]) -> String {
        rows.map { "\($0.variant): \(Figures.text($0.value, $0.unit)), \($0.verdict)" }.joined(separator: "; ")
    }

    static func table(_ rows: [CompareRow]) -> PageTable {
        PageTable(
            columns: ["variant", "measure", "value", "95 % interval", "difference", "ratio", "verdict"],
            rows: rows.map { row in
                [
                    row.variant, row.words, Figures.text(row.value, row.unit), Figures.text(row.interval, row.unit),
                    row.difference.map { Figures.signed($0, row.unit) } ?? "", row.ratio.map(Figures.factor) ?? "",
                    row.verdict,
                ]
            }, wordColumns: [1, 6])
    }
}

extension IntervalChart {
    /// Rows of one measure: all have its unit and the same baseline.
    fileprivate init(_ caption: String, _ rows: [CompareRow]) {
        let unit = rows.first?.unit ?? ""
        self.init(
            caption: caption, rows: rows.map(Row.init), reference: rows.first?.baselineValue ?? 0,
            label: { Figures.round($0, unit) })
    }
}

extension IntervalChart.Row {
    fileprivate init(_ row: CompareRow) {
        let isWorse = ComparisonVerdict(rawValue: row.verdict)?.isWorse == true
        self.init(
            name: row.variant, value: row.value, interval: row.interval,
            words: [
                Figures.text(row.value, row.unit), row.difference.map { Figures.signed($0, row.unit) } ?? "",
                row.verdict,
            ].filter { !$0.isEmpty },
            style: isWorse ? "bad" : row.isDifference ? "good" : "quiet")
    }
}
