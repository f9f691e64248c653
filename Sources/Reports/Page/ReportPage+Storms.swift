import ResultFiles

extension ReportPage {
    /// Of a run that took its server away: how everybody came back.
    func writeStorms(to page: inout PageWriter) {
        let storms = result.run?.storms ?? []
        guard !storms.isEmpty else { return }
        page.section(
            storms.count == 1 ? "After the outage" : "After the outages", id: "storms",
            "Who was online when the server went, and how they came back. Times count from the moment that it was told to "
                + "come back; how long it took to serve again is part of them.")
        for storm in storms { write(storm, to: &page) }
    }

    private func write(_ storm: RunDescription.Storm, to page: inout PageWriter) {
        page.list(storm.sentences.map(RunEnding.sentence))
        guard let end = storm.curve.last?.s, end > 0 else { return }
        page.chart("Back after \(storm.stage)", storm.sentences.joined(separator: "; "), table: Self.table(storm)) {
            TimeChart(
                end: end,
                panels: [
                    .lines(
                        "Share of the lost sessions that is back", height: 130, .share,
                        [Line([(0, 0)] + storm.curve.map { ($0.s, $0.share) }, style: "first")])
                ]
            ).canvas($0)
        }
    }

    private static func table(_ storm: RunDescription.Storm) -> PageTable {
        PageTable(
            columns: ["after", "back"],
            rows: storm.curve.map { [Format.duration(nanoseconds: $0.s * 1e9), Format.share($0.share)] })
    }
}
