/// Figures as a row of bars, one character each, from nothing to the greatest of them.
struct Sparkline {
    let text: String
    /// What the highest bar stands for; nil without a figure.
    let greatest: UInt64?

    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The last figures that fit in so many columns; where one is missing there is a gap.
    init(_ figures: [UInt64?], columns: Int) {
        let shown = figures.suffix(max(0, columns))
        let greatest = shown.compactMap(\.self).max()
        self.greatest = greatest
        text = String(shown.map { Self.bar($0, of: greatest ?? 0) })
    }

    private static func bar(_ figure: UInt64?, of greatest: UInt64) -> Character {
        guard let figure else { return " " }
        guard greatest > 0 else { return bars[0] }
        let share = Double(figure) / Double(greatest)
        return bars[min(bars.count - 1, Int(share * Double(bars.count)))]
    }
}
