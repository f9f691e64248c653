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

    /// Of the worst storm, where there was one: how everybody came back, in place of how they came.
    var stormFigures: [KeyFigure] {
        let storms = (result.run?.storms ?? []).filter { $0.lost > 0 }
        guard let storm = storms.max(by: { ($0.back99S ?? .infinity) < ($1.back99S ?? .infinity) }) else { return [] }
        return [
            KeyFigure(
                name: "Lost in \(storm.stage)", value: Format.count(storm.lost),
                note: "of \(Format.count(storm.onlineBefore)) sessions"),
            KeyFigure(
                name: "Half were back", value: Self.after(storm.back50S), note: "since the server was told to come back"
            ),
            KeyFigure(
                name: "99 of 100 were back", value: Self.after(storm.back99S), note: "all \(Self.after(storm.backAllS))"
            ),
        ]
    }

    private static func after(_ seconds: Double?) -> String {
        seconds.map { "after \(Format.duration(nanoseconds: $0 * 1e9))" } ?? "never"
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
