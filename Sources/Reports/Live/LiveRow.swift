/// One line of the live view: parts side by side, of which those that matter less give way in a narrow terminal.
struct LiveRow {
    struct Part {
        var text: PaintedText
        /// From 0, which stays longest.
        var weight: Int

        init(_ text: String, _ paint: PaintedText.Paint = .plain, weight: Int = 0) {
            self.text = PaintedText()
            self.text.append(text, paint)
            self.weight = weight
        }
    }

    /// What the line is about; left out in a narrow terminal, so the parts speak for themselves.
    var label: String
    /// Among the lines: from 0, which stays longest in a low terminal.
    var weight: Int
    var parts: [Part]

    /// All parts in a sentence.
    var words: String { parts.map(\.text.plain).joined(separator: ", ") }

    static let labelWidth = 11
    /// Narrower terminals have no labels.
    static let leastLabelled = 60

    /// In at most so many columns.
    func line(columns: Int) -> PaintedText {
        guard columns >= Self.leastLabelled else { return joined(within: columns, gap: 2) }
        var line = PaintedText()
        line.append(Format.left(label, Self.labelWidth), .faint)
        line.append(joined(within: columns - Self.labelWidth, gap: 3))
        return line
    }

    private func joined(within columns: Int, gap: Int) -> PaintedText {
        var parts = parts
        while parts.count > 1, Self.joined(parts, gap).width > columns {
            guard let last = parts.indices.max(by: { parts[$0].weight <= parts[$1].weight }) else { break }
            parts.remove(at: last)
        }
        return Self.joined(parts, gap).cut(to: columns)
    }

    private static func joined(_ parts: [Part], _ gap: Int) -> PaintedText {
        parts.enumerated().reduce(into: PaintedText()) { line, part in
            if part.offset > 0 { line.append(String(repeating: " ", count: gap)) }
            line.append(part.element.text)
        }
    }
}
