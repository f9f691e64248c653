import ResultFiles

extension ReportPage {
    /// Of a run with a steady load: what drifted, and what its server kept after the last session.
    func writeTrends(to page: inout PageWriter) {
        let drifts = result.run?.drift ?? []
        guard !drifts.isEmpty else { return }
        page.section(
            "Trends", id: "trends",
            "What moved while nothing else did, by the hour. A bar holds the true rate in 99 of 100; one that touches the "
                + "dashed line may be none.")
        page.list(drifts.filter(\.isShown).map { RunEnding.sentence($0.text) })
        if !drifts.contains(where: \.isShown) { page.paragraph("No drift is shown.") }
        writeRates(
            drifts.filter(\.isRelative), "Change of itself an hour", "%", unit: 0.01, most: Self.mostPercent, to: &page)
        writeRates(drifts.filter(\.isOfMemory), "Growth of memory an hour", "MiB", unit: 1_048_576, to: &page)
        page.folded("Table: every measure of every steady stage", Self.table(drifts))
        writeResidue(to: &page)
    }

    /// Of a short run the hour's change may be anything: an interval that reaches tenfold says nothing, and would hide the
    /// others.
    private static let mostPercent = 1000.0

    /// - Parameters:
    ///   - unit: What the chart counts in; rates that do not come to a hundredth of it are not drawn.
    ///   - most: Nor are those whose interval goes further.
    private func writeRates(
        _ drifts: [RunDescription.Drift], _ title: String, _ name: String, unit: Double, most: Double = .infinity,
        to page: inout PageWriter
    ) {
        let label: @Sendable (Double) -> String = { "\(Format.number($0)) \(name)" }
        let rows = drifts.compactMap { IntervalChart.Row($0, unit: unit, label: label) }.filter {
            max(abs($0.value), $0.reach) <= most
        }
        guard rows.contains(where: { max(abs($0.value), $0.reach) >= 0.01 }) else { return }
        page.chart(title, drifts.map(\.text).joined(separator: "; "), table: Self.table(drifts)) {
            IntervalChart(caption: title, rows: rows, reference: 0, label: label).canvas($0)
        }
    }

    private static func table(_ drifts: [RunDescription.Drift]) -> PageTable {
        PageTable(
            columns: ["measure", "stage", "verdict", "in words"],
            rows: drifts.map { [$0.measure, $0.stage, $0.verdict, $0.text] }, wordColumns: [1, 2, 3])
    }

    private func writeResidue(to page: inout PageWriter) {
        guard let residue = result.run?.residue else { return }
        func change(_ name: String, _ before: (some BinaryInteger)?, _ after: (some BinaryInteger)?, _ unit: String)
            -> (String, String)
        {
            guard let before, let after else { return (name, "") }
            return (name, "\(Figures.text(Double(before), unit)) before, \(Figures.text(Double(after), unit)) after")
        }
        page.heading("Before the first login and after the last session")
        page.facts([
            change("Sessions", residue.before.sessions, residue.after.sessions, ""),
            change("Memory", residue.before.memoryBytes, residue.after.memoryBytes, "bytes"),
            change("Heap", residue.before.heapBytes, residue.after.heapBytes, "bytes"),
            change("Descriptors", residue.before.descriptors, residue.after.descriptors, ""),
            change("Threads", residue.before.threads, residue.after.threads, ""),
            ("Watched for", Format.duration(nanoseconds: residue.watchedSeconds * 1e9)),
        ])
    }
}

extension RunDescription.Drift {
    fileprivate var isShown: Bool { ["grows", "falls", "changed"].contains(verdict) }
    fileprivate var isRelative: Bool { DriftMeasure(rawValue: measure)?.isRelative == true }
    fileprivate var isOfMemory: Bool { measure == DriftMeasure.serverMemory.rawValue }
}

extension IntervalChart.Row {
    /// nil where there is no rate.
    fileprivate init?(_ drift: RunDescription.Drift, unit: Double, label: (Double) -> String) {
        guard let rate = drift.ratePerHour, rate.isFinite else { return nil }
        let interval = drift.rateLow.flatMap { low in drift.rateHigh.map { (low / unit)...max(low / unit, $0 / unit) } }
        self.init(
            name: "\(drift.measure), \(drift.stage)", value: rate / unit, interval: interval,
            words: ["\(label(rate / unit))/h", drift.verdict],
            style: drift.verdict == "grows" ? "bad" : drift.isShown ? "second" : "quiet")
    }

    /// How far from 0 its interval goes.
    fileprivate var reach: Double { interval.map { max(abs($0.lowerBound), abs($0.upperBound)) } ?? 0 }
}
