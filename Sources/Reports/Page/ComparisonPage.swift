import Metrics
public import ResultFiles

/// `compare.html`: what changed from one result to another of the same scenario, on one page.
public struct ComparisonPage: Sendable {
    private let compared: ComparedRuns
    private let before: StoredResult
    private let after: StoredResult

    public init(_ compared: ComparedRuns, before: StoredResult, after: StoredResult) {
        (self.compared, self.before, self.after) = (compared, before, after)
    }

    /// The whole document.
    public var html: String {
        var page = PageWriter()
        page.raw { $0.raw("<header>") }
        writeVerdict(to: &page)
        page.raw { $0.raw("</header><main>") }
        writeRatios(to: &page)
        writePercentiles(to: &page)
        writeTime(to: &page)
        writeSetting(to: &page)
        page.raw { $0.raw("</main><footer></footer>") }
        return PageDocument.html(title: "\(after.folderName) compared with \(before.folderName)", page.body)
    }

    private var rows: [ComparisonRow] { compared.comparison.rows }
    private static let looks = [(name: "before", style: "quiet"), (name: "after", style: "first")]
    private var names: [String] { [before.folderName, after.folderName] }

    // MARK: Verdict

    private func writeVerdict(to page: inout PageWriter) {
        let regressions = compared.comparison.regressions
        let isUnjudged = regressions.isEmpty && compared.undecided != nil
        let style = Self.style(compared)
        page.raw { markup in
            markup.element("p", ["class": "small"], "\(names[1]) compared with \(names[0])")
            markup.element("div", ["class": "verdict \(style)"]) { box in
                box.element("h1", headline(isUnjudged: isUnjudged))
                box.element("p", reason(regressions, isUnjudged: isUnjudged))
                for remark in compared.remarks { box.element("p", ["class": "small"], RunEnding.sentence(remark)) }
            }
            writeFigures(to: &markup)
        }
    }

    private static func style(_ compared: ComparedRuns) -> String {
        switch compared.outcome {
        case .regression: "bad"
        case .notComparable: "warn"
        case .noRegression: compared.undecided == nil ? "good" : "neutral"
        }
    }

    private func headline(isUnjudged: Bool) -> String {
        switch compared.outcome {
        case .regression: "✗ Regression"
        case .notComparable: "Not comparable"
        case .noRegression: isUnjudged ? "Too short to compare" : "✓ No regression"
        }
    }

    private func reason(_ regressions: [ComparisonRow], isUnjudged: Bool) -> String {
        if case .notComparable(let reason) = compared.outcome { return RunEnding.sentence(reason) }
        if isUnjudged {
            return
                "Of times and costs, nothing is concluded from fewer than \(RunComparison.fewestIntervals) intervals "
                + "in each run. No more logins failed than before."
        }
        let tolerance = Format.share(compared.comparison.tolerance)
        guard !regressions.isEmpty else {
            return "Nothing became slower or costs more by over \(tolerance) with its whole interval."
        }
        let worse = (regressions.filter(\.isPrimary) + regressions.filter { !$0.isPrimary }).prefix(5).map {
            $0.words(compared.phases)
        }
        let more = regressions.count > 5 ? "; and \(Format.count(regressions.count - 5)) more" : ""
        return "Worse by over \(tolerance): \(worse.joined(separator: "; "))\(more)."
    }

    private func writeFigures(to markup: inout Markup) {
        markup.element("dl", ["class": "figures"]) { list in
            for row in rows where row.isPrimary || row.measure == .latency(.login, .p99) {
                list.element("div") { box in
                    box.element("dt", row.measure.words(compared.phases))
                    box.element("dd") { value in
                        value.text(Figures.text(row.value.value, row.unit))
                        value.element("small", "before: \(Figures.text(row.baseline.value, row.unit))")
                    }
                }
            }
        }
    }

    // MARK: Ratios

    private static let rowsShown = 20

    /// What the comparison is about, what differs, and the middle of every phase; the table has all.
    private var telling: [ComparisonRow] {
        let known = rows.filter { $0.ratio?.value.isFinite == true && !$0.isPrimary }
        let rest = known.filter { !$0.verdict.isDifference }
        return rows.filter { $0.isPrimary && $0.ratio?.value.isFinite == true } + known.filter(\.verdict.isDifference)
            + rest.filter { [.login, .due].contains($0.phase) && $0.measure.isLatency }
            + rest.filter { ![.login, .due].contains($0.phase) && $0.measure.name == "p50" }
    }

    private func writeRatios(to page: inout PageWriter) {
        let shown = telling.prefix(Self.rowsShown)
        page.section(
            "What changed", id: "changes",
            "After over before, with the interval that holds the true ratio in 95 of 100. In the grey band a change is "
                + "no news.")
        guard !shown.isEmpty else { return page.paragraph("Nothing was measured in both runs.") }
        let tolerance = compared.comparison.tolerance
        page.chart(
            "Ratios of \(names[1]) to \(names[0])", shown.map { $0.words(compared.phases) }.joined(separator: "; "),
            table: table
        ) {
            IntervalChart(
                caption: "After over before", rows: shown.compactMap { IntervalChart.Row($0, compared.phases) },
                reference: 1,
                tolerated: 1 / (1 + tolerance)...1 + tolerance, isLogarithmic: true,
                label: { "× \(Format.factor($0))" }
            ).canvas($0)
        }
    }

    private var table: PageTable {
        PageTable(
            columns: ["measure", "before", "after", "difference", "ratio", "verdict"],
            rows: rows.map { row in
                [
                    row.measure.words(compared.phases), Figures.text(row.baseline.value, row.unit),
                    Figures.text(row.value.value, row.unit),
                    row.difference.map { Figures.signed($0.value, row.unit) } ?? "", Figures.ratio(row.ratio),
                    row.verdict.description,
                ]
            }, wordColumns: [5])
    }

    // MARK: Percentiles and time

    private func writePercentiles(to page: inout PageWriter) {
        page.section("Latency by percentile", id: "percentiles")
        for phase in [Phase.login, .due] {
            let curves = zip([before, after], Self.looks).compactMap { result, look in
                PercentileChart.Curve(
                    look.name, style: look.style,
                    result.histogram.filter { $0.phase == phase.name && $0.stage == SummaryRow.allStages })
            }
            guard !curves.isEmpty else { continue }
            page.chart("\(phase) before and after", curves.words, table: curves.table) {
                PercentileChart(caption: phase.name, curves: curves).canvas($0)
            }
        }
    }

    private func writeTime(to page: inout PageWriter) {
        let timelines = [before, after].map(Timeline.init)
        guard timelines.allSatisfy({ !$0.slots.isEmpty }) else { return }
        page.section("Over time", id: "time", "Both runs from their first arrival.")
        page.chart("login p50 over time, before and after", "Two lines over time.", table: timeTable(timelines)) {
            layout in
            TimeChart(
                end: timelines.map(\.end).max() ?? 0, stages: after.stageSpans,
                panels: [0.5, 0.99].map { share in
                    .lines(
                        "login \(share == 0.5 ? "p50" : "p99")", height: 140, .latency, lines(timelines, share, layout))
                }
            ).canvas(layout)
        }
    }

    private func lines(_ timelines: [Timeline], _ share: Double, _ layout: Layout) -> [Line] {
        zip(timelines, Self.looks).map { timeline, look in
            let slots = timeline.joined(to: min(layout.points, 120)).slots
            return Line(slots.map { ($0.middle, $0.microseconds(.login, share)) }, style: look.style, label: look.name)
        }
    }

    private func timeTable(_ timelines: [Timeline]) -> PageTable {
        let parts = timelines.map { $0.joined(to: 30).slots }
        return PageTable(
            columns: ["run", "until", "login p50", "login p99"],
            rows: zip(Self.looks, parts).flatMap { look, slots in
                slots.map { slot in
                    [look.name, Format.clock(nanoseconds: UInt64(slot.end * 1e9))]
                        + [0.5, 0.99].map { slot.words(.login, $0) }
                }
            })
    }

    // MARK: Setting

    private func writeSetting(to page: inout PageWriter) {
        guard let old = before.run, let new = after.run else { return }
        page.section("The two runs", id: "setting")
        let facts: [(String, (RunDescription) -> String)] = [
            ("Started", \.startedAt), ("Target", \.target), ("Seed", { "\($0.seed)" }),
            ("Verdict", { $0.verdict?.text ?? "not judged" }),
            ("Processor", { "\($0.machine.cpu), \($0.machine.cores)" }),
            ("Kernel", \.versions.kernel), ("OpenSSL", \.versions.openssl), ("Muster", \.versions.muster),
        ]
        page.facts(
            facts.map { name, value in
                let (one, other) = (value(old), value(new))
                return (name, one == other ? one : "\(one) → \(other)")
            })
    }
}

extension ComparisonRow {
    /// `login p50 slower by 12.3 ms (× 1.21)`
    fileprivate func words(_ phases: PhaseNames) -> String {
        let by = difference.map { " by \(Figures.text($0.value.magnitude, unit))" } ?? ""
        let times = ratio.map { " (× \(Figures.factor($0.value)))" } ?? ""
        return verdict.isDifference
            ? "\(measure.words(phases)) \(verdict)\(by)\(times)" : "\(measure.words(phases)): \(verdict)"
    }
}

extension IntervalChart.Row {
    /// nil without a ratio.
    fileprivate init?(_ row: ComparisonRow, _ phases: PhaseNames) {
        guard let ratio = row.ratio else { return nil }
        let change = "\(Figures.text(row.baseline.value, row.unit)) → \(Figures.text(row.value.value, row.unit))"
        self.init(
            name: row.measure.words(phases), value: ratio.value, interval: ratio.interval,
            words: [change, row.verdict.description],
            style: row.verdict.isWorse ? "bad" : row.verdict.isDifference ? "good" : "quiet")
    }
}
