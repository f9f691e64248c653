/// A page in the making: sections of words, figures and charts, each chart with a table behind it.
struct PageWriter: Sendable {
    private(set) var body = Markup()
    private var charts = 0

    // MARK: Words

    mutating func section(_ title: String, id: String, _ lead: String = "") {
        body.element("h2", ["id": id], title)
        if !lead.isEmpty { body.element("p", ["class": "lead"], lead) }
    }

    mutating func heading(_ title: String) { body.element("h3", title) }

    mutating func paragraph(_ words: String, _ style: String = "") { body.element("p", ["class": style], words) }

    mutating func list(_ items: [String]) {
        guard !items.isEmpty else { return }
        body.element("ul", ["class": "words"]) { list in
            for item in items { list.element("li", item) }
        }
    }

    mutating func facts(_ facts: [(name: String, value: String)]) {
        body.element("dl", ["class": "facts"]) { list in
            for fact in facts where !fact.value.isEmpty {
                list.element("dt", fact.name)
                list.element("dd", fact.value)
            }
        }
    }

    mutating func preformatted(_ text: String) {
        body.element("pre") { $0.element("code", text) }
    }

    mutating func raw(_ fill: (inout Markup) -> Void) { fill(&body) }

    // MARK: Charts

    /// A chart in each layout, and the figures it is drawn from.
    ///
    /// - Parameters:
    ///   - title: What it is, for those who do not see it.
    ///   - description: What it shows, in words.
    mutating func chart(
        _ title: String, _ description: String, table: PageTable, _ draw: (Layout) -> Canvas
    ) {
        charts += 1
        let number = charts
        body.element("figure") { figure in
            for layout in Layout.allCases {
                let id = "c\(number)\(layout == .wide ? "w" : "n")"
                figure.append(draw(layout).svg(id: id, title: title, description: description))
            }
        }
        folded("Table: \(title)", table)
    }

    /// What opens on demand.
    mutating func folded(_ title: String, _ fill: (inout PageWriter) -> Void) {
        body.raw("<details class=\"more\">")
        body.element("summary", title)
        fill(&self)
        body.raw("</details>")
    }

    /// A table that opens on demand.
    mutating func folded(_ title: String, _ table: PageTable) {
        body.element("details") { details in
            details.element("summary", title)
            details.append(table.markup(named: title))
        }
    }

}

/// Figures in rows and columns; the first column names the row.
struct PageTable: Sendable {
    var columns: [String]
    var rows: [[String]] = []
    /// Columns of words, which stand at the left.
    var wordColumns: Set<Int> = []

    /// It scrolls by itself where the window is narrower, by keyboard too.
    func markup(named name: String) -> Markup {
        Markup { markup in
            markup.element(
                "div", ["class": "scroll", "tabindex": "0", "role": "group", "aria-label": name]
            ) { $0.element("table") { table in fill(&table) } }
        }
    }

    private func fill(_ table: inout Markup) {
        table.element("thead") { head in row(columns, cell: "th", into: &head) }
        table.element("tbody") { body in
            for cells in rows { row(cells, cell: "td", into: &body) }
        }
    }

    private func row(_ cells: [String], cell: String, into markup: inout Markup) {
        markup.element("tr") { row in
            for (index, text) in cells.enumerated() {
                let style = wordColumns.contains(index) ? "word" : ""
                row.element(cell, ["class": style, "scope": cell == "th" ? "col" : ""], text)
            }
        }
    }
}

/// A whole HTML document: nothing is loaded from elsewhere, no script is needed.
enum PageDocument {
    static func html(title: String, _ body: Markup) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Markup.escaped(title))</title>
        <link rel="icon" href="data:,">
        <style>\(PageStyle.sheet)</style>
        </head>
        <body>
        \(patterns)
        \(body.source)
        </body>
        </html>

        """
    }

    /// What drawings refer to.
    static let patterns = """
        <svg class="hidden" aria-hidden="true" focusable="false"><defs><pattern id="shade" width="6" height="6" \
        patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="shade-line" x1="0" y1="0" x2="0" \
        y2="6"/></pattern></defs></svg>
        """
}
