/// Draws lines over those it drew before, wherever they stand on the terminal.
///
/// It changes no mode of the terminal: the cursor stays shown, below the lines, and there is no other screen. However the
/// process ends, nothing has to be restored.
public struct LiveBlock: Sendable {
    /// How many columns each line on the terminal takes.
    private var drawn: [Int] = []

    public init() {}

    /// What to write so that these lines stand where the last ones stood.
    ///
    /// - Parameter columns: of the terminal now; lines that were drawn on a wider one have wrapped.
    public mutating func draw(_ lines: [LiveScreen.Line], columns: Int) -> String {
        let text = Self.up(rows(columns)) + lines.map { Self.eraseLine + $0.text + "\r\n" }.joined() + Self.eraseBelow
        drawn = lines.map(\.width)
        return text
    }

    /// The same of one line, cut where the terminal is narrower.
    public mutating func draw(_ text: String, columns: Int) -> String {
        let text = Format.cut(text, to: max(1, columns - 1))
        return draw([LiveScreen.Line(text: text, width: text.count)], columns: columns)
    }

    /// What to write so that nothing of it is left, and the next text begins where it began.
    public mutating func erase(columns: Int) -> String { draw([], columns: columns) }

    /// Leaves what was drawn where it is: the terminal was somebody else's in between.
    public mutating func forget() { drawn = [] }

    private func rows(_ columns: Int) -> Int {
        drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
    }

    private static func up(_ rows: Int) -> String { rows > 0 ? "\r\u{1B}[\(rows)A" : "\r" }
    private static let eraseLine = "\u{1B}[2K"
    private static let eraseBelow = "\u{1B}[J"
}
