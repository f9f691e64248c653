/// Text in parts of different paint, as wide as a person sees it.
struct PaintedText {
    enum Paint {
        case plain, bold, faint, good, warning, bad
    }

    private var parts: [(text: String, paint: Paint)] = []

    /// In columns: every character has one.
    private(set) var width = 0

    var plain: String { parts.map(\.text).joined() }

    mutating func append(_ text: String, _ paint: Paint = .plain) {
        parts.append((text, paint))
        width += text.count
    }

    mutating func append(_ other: PaintedText) {
        parts += other.parts
        width += other.width
    }

    /// In at most so many columns, `…` standing for what was cut.
    func cut(to columns: Int) -> PaintedText {
        guard width > columns else { return self }
        var shown = PaintedText()
        for (text, paint) in parts where shown.width < columns {
            let left = columns - shown.width
            let isCut = text.count > left || (text.count == left && shown.width + text.count < width)
            shown.append(isCut ? text.prefix(left - 1) + "…" : text, paint)
        }
        return shown
    }

    func text(_ style: Style) -> String {
        parts.map { text, paint in
            switch paint {
            case .plain: text
            case .bold: style.bold(text)
            case .faint: style.faint(text)
            case .good: style.good(text)
            case .warning: style.warning(text)
            case .bad: style.bad(text)
            }
        }.joined()
    }
}
