import Metrics
import ResultFiles

extension ReportPage {
    /// What a reader should know after ten seconds.
    func writeVerdict(to page: inout PageWriter) {
        page.raw { markup in
            markup.element("p", ["class": "small"], subject)
            markup.element("div", ["class": "verdict \(ending.style)"]) { box in
                box.element("h1", "\(symbol)\(ending.headline(at: result.end))")
                box.element("p", ending.reason(at: result.end))
                writeRules(to: &box)
                writeFindings(to: &box)
                writeTelling(to: &box)
            }
            writeFigures(to: &markup)
        }
    }

    private var subject: String {
        guard let run = result.run else { return name }
        let length = Format.duration(nanoseconds: result.end * 1e9)
        return "\(run.name) against \(run.target), \(run.startedAt), \(length)"
    }

    private var symbol: String {
        switch ending.style {
        case "good": "✓ "
        case "bad": "✗ "
        default: ""
        }
    }

    private func writeRules(to box: inout Markup) {
        guard let verdict = ending.verdict, verdict.thresholds.count > 1 else { return }
        box.element("ul", ["class": "rules"]) { list in
            for rule in verdict.thresholds {
                list.element("li", ["class": rule.passed.map { $0 ? "yes" : "no" } ?? ""]) { item in
                    item.element("b", rule.passed.map { $0 ? "✓" : "✗" } ?? "–")
                    item.text(rule.words)
                }
            }
        }
    }

    /// Of an experiment: what differs from the baseline in what it is about.
    private func writeFindings(to box: inout Markup) {
        guard let experiment = result.run?.experiment else { return }
        let found = Self.findings(result.comparison, baseline: experiment.baseline)
        box.element("ul", ["class": "words"]) { list in
            for sentence in found { list.element("li", sentence) }
            if found.isEmpty { list.element("li", "No difference from \(experiment.baseline) is shown.") }
        }
    }

    private func writeTelling(to box: inout Markup) {
        guard !telling.isEmpty else { return }
        box.element("ul", ["class": "words"]) { list in
            for sentence in telling { list.element("li", sentence) }
        }
    }

    static func findings(_ rows: [CompareRow], baseline: String) -> [String] {
        let telling = rows.filter { $0.isPrimary && $0.isDifference }
        var seen: Set<String> = []
        return telling.map(\.variant).filter { seen.insert($0).inserted }.map { variant in
            let parts = telling.filter { $0.variant == variant }.map(\.finding)
            return "\(variant) against \(baseline): \(parts.joined(separator: "; "))."
        }
    }

    private func writeFigures(to markup: inout Markup) {
        KeyFigure.write(figures, to: &markup)
    }
}

extension ReportPage.KeyFigure {
    static func write(_ figures: [Self], to markup: inout Markup) {
        guard !figures.isEmpty else { return }
        markup.element("dl", ["class": "figures"]) { list in
            for figure in figures {
                list.element("div") { box in
                    box.element("dt", figure.name)
                    box.element("dd") { value in
                        value.text(figure.value)
                        if !figure.note.isEmpty { value.element("small", figure.note) }
                    }
                }
            }
        }
    }
}

extension RunDescription.Threshold {
    /// `login p99 < 1s: 1.8 s, 0.9 s without the marked seconds, not judged`
    fileprivate var words: String {
        let unmarked = unmarkedFigure.map { ", \($0) without the marked seconds" } ?? ""
        return "\(text): \(figure)\(unmarked)\(passed == nil ? ", \(outcome ?? "not judged")" : "")"
    }
}

extension ReportPage {
    struct KeyFigure: Equatable {
        var name: String
        var value: String
        var note = ""
    }

    /// The figures that tell most of the story.
    var figures: [KeyFigure] {
        let logins = variants.compactMap { total(.login, $0) }
        guard !logins.isEmpty else { return [] }
        if let experiment = result.run?.experiment { return [counted(logins)] + returns + [blocks(experiment)] }
        let storm = stormFigures
        return [counted(logins)] + returns + (storm.isEmpty ? latencies : storm)
            + [rate, processor ?? together].compactMap { $0 }
    }

    /// Those who come back are told apart: they are no arrivals.
    private func counted(_ logins: [SummaryRow]) -> KeyFigure {
        let due = counts(of: .due)
        let back = counts(of: .reconnect)
        let completed = logins.reduce(0) { $0 + $1.count } - back.completed
        let share = Format.share(Double(due.failed) / Double(max(1, due.completed + due.failed)))
        let failed = due.failed == 0 ? "none failed" : "\(Format.count(due.failed)) failed, \(share)"
        let name = back.all > 0 ? "First logins completed" : "Logins completed"
        return KeyFigure(name: name, value: Format.count(completed), note: failed)
    }

    /// What became of those who were online: how many sessions died, and how they came back.
    private var returns: [KeyFigure] {
        let (dead, back) = (counts(of: .online).failed, counts(of: .reconnect))
        guard dead > 0 || back.all > 0 else { return [] }
        let tries = back.all > 0 ? "\(Format.count(back.completed)) came back" : "none came back"
        let failed = back.failed > 0 ? ", \(Format.count(back.failed)) attempts failed" : ""
        return [KeyFigure(name: "Sessions that died", value: Format.count(dead), note: tries + failed)]
    }

    private func counts(of phase: Phase) -> (completed: UInt64, failed: UInt64, all: UInt64) {
        let rows = variants.compactMap { total(phase, $0) }
        let failed = rows.reduce(0) { $0 + $1.failures }
        // In `due` a login that failed is in the count.
        let completed = rows.reduce(0) { $0 + $1.count } - (phase == .due ? failed : 0)
        return (completed, failed, completed + failed)
    }

    private func blocks(_ experiment: RunDescription.Experiment) -> KeyFigure {
        KeyFigure(
            name: "Blocks", value: Format.count(experiment.blocksDone),
            note: "of \(Format.count(experiment.blocks)), each with \(Format.count(variants.count)) runs")
    }

    private var latencies: [KeyFigure] {
        guard let login = total(.login, variants[0]), let due = total(.due, variants[0]) else {
            return []
        }
        return [
            KeyFigure(
                name: "Half logged in within", value: Format.duration(microseconds: login.p50), note: "login p50"),
            KeyFigure(
                name: "99 of 100 within", value: Format.duration(microseconds: login.p99), note: "login p99"),
            KeyFigure(
                name: "99 of 100, as felt", value: Format.duration(microseconds: due.p99),
                note: "due p99"),
        ]
    }

    /// Short intervals, as the last one may be, do not count.
    private var rate: KeyFigure? {
        guard !timeline.slots.isEmpty else { return nil }
        let slots = timeline.joined(to: 100).slots
        let usual = slots.map(\.length).sorted()[slots.count / 2]
        let fastest = slots.filter { $0.length > usual / 2 }.max { Self.rate($0) < Self.rate($1) }
        return fastest.map {
            KeyFigure(
                name: "Fastest", value: "\(Format.rate(Self.rate($0)))/s",
                note: "completed, over \(Format.rate(max(1, $0.length.rounded()))) s")
        }
    }

    private static func rate(_ slot: Timeline.Slot) -> Double { Double(slot.completed) / slot.length }

    private var together: KeyFigure? {
        let (online, inFlight) = (timeline.slots.map(\.online).max() ?? 0, timeline.slots.map(\.inFlight).max() ?? 0)
        guard online + inFlight > 0 else { return nil }
        return online > 0
            ? KeyFigure(name: "Most online", value: Format.count(online), note: "\(Format.count(inFlight)) logging in")
            : KeyFigure(name: "Most at once", value: Format.count(inFlight), note: "logins under way")
    }

    private var processor: KeyFigure? {
        let logins = timeline.slots.reduce(0) { $0 + $1.completed }
        let server = timeline.slots.reduce(0) { $0 + ($1.serverCPU ?? 0) }
        guard logins > 0, server > 0 else { return nil }
        let client = timeline.slots.reduce(0) { $0 + ($1.clientCPU ?? 0) }
        return KeyFigure(
            name: "Server CPU per login", value: Format.duration(nanoseconds: Double(server) * 1000 / Double(logins)),
            note: "client \(Format.duration(nanoseconds: Double(client) * 1000 / Double(logins)))")
    }
}

extension CompareRow {
    /// Whether it is one of the measures that an experiment is about.
    var isPrimary: Bool {
        measure == "client_cpu_per_login" || measure == "server_cpu_per_login" || (phase == "login" && measure == "p50")
    }

    /// The verdict shows a difference.
    var isDifference: Bool { ComparisonVerdict(rawValue: verdict)?.isDifference ?? false }

    /// `login p50`, `server CPU per login`.
    var words: String {
        ComparisonMeasure.Percentile(rawValue: measure) != nil
            ? "\(phase) \(measure)" : Figures.words(ofCost: measure)
    }

    /// `login p50 slower by 791 µs (× 1.35)`
    var finding: String {
        let by = difference.map { " by \(Figures.text($0.magnitude, unit))" } ?? ""
        let times = ratio.map { " (× \(Figures.factor($0)))" } ?? ""
        return "\(words) \(verdict)\(by)\(times)"
    }
}
