import Metrics
import ResultFiles

extension ReportPage {
    /// Rate, sessions and failures, and below them the latencies, moment by moment.
    func writeTime(to page: inout PageWriter) {
        page.section("Over time", id: "time", stageWords)
        guard !timeline.slots.isEmpty else { return page.paragraph("No interval has ended yet.") }
        page.chart("Rate, sessions and failures over time", rateWords, table: rateTable) { layout in
            chart(ratePanels(layout)).canvas(layout)
        }
        writeHeatMap(to: &page)
        writeShadeWords(to: &page)
    }

    /// Panels with this run's stages and shades.
    func chart(_ panels: [TimeChart.Panel]) -> TimeChart {
        TimeChart(
            end: timeline.end, stages: isExperiment ? [] : result.stageSpans, shaded: shadedSpans, panels: panels)
    }

    private var stageWords: String {
        let stages = result.run?.stages ?? []
        return stages.map { $0.load.isEmpty ? $0.name : "\($0.name): \($0.load)" }.joined(separator: " · ")
    }

    // MARK: Rate, sessions, failures

    private func ratePanels(_ layout: Layout) -> [TimeChart.Panel] {
        let slots = timeline.joined(to: layout.points).slots
        let rates = [
            Line(slots.map { ($0.middle, Double($0.wanted) / $0.length) }, style: "quiet", label: "wanted"),
            Line(slots.map { ($0.middle, Double($0.completed) / $0.length) }, style: "first", label: "completed"),
        ]
        var sessions = [Line(slots.map { ($0.end, Double($0.inFlight)) }, style: "sasl", label: "logging in")]
        if slots.contains(where: { $0.online > 0 }) {
            sessions.append(Line(slots.map { ($0.end, Double($0.online)) }, style: "tls", label: "online"))
        }
        let failures = slots.map { (span: $0.began...$0.end, value: Double($0.failed) / $0.length) }
        return [
            .lines("Logins per second", height: 150, .perSecond, rates),
            .lines("Sessions at once", height: 100, .count, sessions),
            .bars("Failures per second", height: 50, .perSecond, failures, style: "bad"),
        ]
    }

    private var rateWords: String {
        let slots = timeline.slots
        let fastest = slots.map { Double($0.completed) / $0.length }.max() ?? 0
        let failed = slots.reduce(0) { $0 + $1.failed }
        return "Lines over \(Format.duration(nanoseconds: timeline.end * 1e9)): at most \(Format.rate(fastest)) logins "
            + "completed per second, at most \(Format.count(slots.map(\.inFlight).max() ?? 0)) logging in at once, "
            + "\(Format.count(failed)) failures."
    }

    private var rateTable: PageTable {
        PageTable(
            columns: ["until", "wanted/s", "completed/s", "failed", "logging in", "online"],
            rows: rows { slot in
                [
                    Format.rate(Double(slot.wanted) / slot.length), Format.rate(Double(slot.completed) / slot.length),
                    Format.count(slot.failed), Format.count(slot.inFlight), Format.count(slot.online),
                ]
            })
    }

    /// The most rows of a table over time.
    private static let tableRows = 60

    /// Table rows, each beginning with its time.
    func rows(_ cells: (Timeline.Slot) -> [String]) -> [[String]] {
        timeline.joined(to: Self.tableRows).slots.map { slot in
            [Format.clock(nanoseconds: UInt64(slot.end * 1e9))] + cells(slot)
        }
    }

    // MARK: The heat map

    private func writeHeatMap(to page: inout PageWriter) {
        guard timeline.slots.contains(where: { $0.latencies[Phase.due.name] != nil }) else { return }
        page.heading("Latency over time")
        page.raw(Self.writeKey)
        page.chart("Latency over time", heatWords, table: heatTable) { layout in
            chart([heatPanel(layout)]).canvas(layout)
        }
    }

    private func heatPanel(_ layout: Layout) -> TimeChart.Panel {
        let columns = timeline.joined(to: layout.columns).slots
        let map = HeatMap(
            columns: columns.compactMap { slot in
                slot.latencies[Phase.due.name].map { HeatMap.Column(span: slot.began...slot.end, latencies: $0) }
            },
            lines: [
                Line(columns.map { ($0.middle, $0.microseconds(.due, 0.99)) }, style: "due", label: "p99"),
                Line(columns.map { ($0.middle, $0.microseconds(.due, 0.5)) }, style: "plain", label: "p50"),
            ])
        return TimeChart.Panel(
            caption: "From due until complete", height: layout == .wide ? 266 : 228
        ) { canvas, area, time in map.draw(on: &canvas, in: area, time) }
    }

    private var heatWords: String {
        let p99 = timeline.joined(to: Self.tableRows).slots.compactMap { $0.microseconds(.due, 0.99) }
        guard let least = p99.min(), let greatest = p99.max() else { return "No login was completed." }
        return "A heat map of the time from when logins were due until they were complete; their p99 lies between "
            + "\(Format.duration(microseconds: least)) and \(Format.duration(microseconds: greatest))."
    }

    private var heatTable: PageTable {
        PageTable(
            columns: ["until", "due p50", "due p90", "due p99", "login p50", "login p99", "never completed"],
            rows: rows { slot in
                let due = [0.5, 0.9, 0.99].map { slot.words(.due, $0) }
                let login = [0.5, 0.99].map { slot.words(.login, $0) }
                return due + login + [Format.count(slot.latencies[Phase.due.name]?.unreached ?? 0)]
            })
    }

    private static func writeKey(to markup: inout Markup) {
        markup.element("p", ["class": "key"]) { key in
            key.element("span", "Share of the moment's logins:")
            for (level, words) in HeatMap.levelWords.enumerated() {
                key.element("span") { entry in
                    entry.raw(
                        "<svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><rect class=\"heat\(level)\" width=\"14\" "
                            + "height=\"14\"/></svg>")
                    entry.text(words)
                }
            }
        }
    }

    // MARK: When the generator was the bottleneck

    var shadedSpans: [ClosedRange<Double>] {
        var spans: [ClosedRange<Double>] = []
        for span in result.run?.saturation.spans ?? [] {
            let (from, to) = (Double(span.firstSecond) - 1, min(Double(span.lastSecond), timeline.end))
            guard to > max(0, from) else { continue }
            if let last = spans.last, from <= last.upperBound {
                spans[spans.count - 1] = last.lowerBound...max(last.upperBound, to)
            } else {
                spans.append(max(0, from)...to)
            }
        }
        return spans
    }

    /// Names the shaded spans, the longest first.
    private func writeShadeWords(to page: inout PageWriter) {
        guard let saturation = result.run?.saturation, saturation.markedSeconds > 0 else { return }
        page.paragraph(
            "Shaded: \(saturation.sentence). What was measured then says little of the server.")
        let spans = saturation.spans.sorted { $0.length > $1.length }
        page.list(
            spans.prefix(5).map { span in
                let seconds =
                    span.length == 1 ? "second \(span.lastSecond)" : "seconds \(span.firstSecond) to \(span.lastSecond)"
                return "\(seconds), in \(span.stage): \(span.reason)"
            } + (spans.count > 5 ? ["and \(Format.count(spans.count - 5)) more spans, in run.json"] : []))
    }
}

extension RunDescription.Saturation.Span {
    fileprivate var length: Int { lastSecond - firstSecond + 1 }
}
