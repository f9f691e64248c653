import Metrics
import ResultFiles

extension ReportPage {
    /// Each kind of failure once, with an example.
    func writeFailures(to page: inout PageWriter) {
        page.section("Failures", id: "failures")
        let kinds = failureKinds
        guard !kinds.isEmpty else {
            return page.paragraph(
                timeline.slots.isEmpty ? "No login has failed so far." : "No login failed, no session died.")
        }
        page.raw { markup in
            markup.element("ol", ["class": "failures"]) { list in
                for kind in kinds.prefix(Self.kindsShown) { Self.write(kind, to: &list) }
            }
        }
        let rest = kinds.count - Self.kindsShown
        if rest > 0 { page.paragraph("And \(Format.count(rest)) more kinds, in failures.csv.") }
    }

    private static let kindsShown = 40

    /// Over variants and stages, the most frequent first.
    private var failureKinds: [FailureRow] {
        let kinds = Dictionary(grouping: result.failures) { "\($0.phase)\n\($0.kind)\n\($0.condition)" }
        return kinds.values.compactMap(Self.joined).sorted {
            ($1.count, $0.phase, $0.kind, $0.condition) < ($0.count, $1.phase, $1.kind, $1.condition)
        }
    }

    private static func joined(_ rows: [FailureRow]) -> FailureRow? {
        guard var total = rows.first else { return nil }
        for row in rows.dropFirst() {
            total.count += row.count
            (total.firstAt, total.lastAt) = (min(total.firstAt, row.firstAt), max(total.lastAt, row.lastAt))
        }
        return total
    }

    private static func write(_ row: FailureRow, to list: inout Markup) {
        let (first, last) = (clock(row.firstAt), clock(row.lastAt))
        list.element("li") { item in
            item.element("b", Format.count(row.count))
            item.element("div") { words in
                words.text(row.condition.isEmpty ? row.kind : "\(row.kind): \(row.condition)")
                words.element(
                    "span", ["class": "small"], "in \(row.phase), \(first == last ? first : "\(first) to \(last)")")
                if !row.example.isEmpty { words.element("span", ["class": "small"], "for example: \(row.example)") }
            }
        }
    }

    private static func clock(_ seconds: Double) -> String { Format.clock(nanoseconds: UInt64(max(0, seconds) * 1e9)) }
}
