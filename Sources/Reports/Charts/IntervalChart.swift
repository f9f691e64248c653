/// Figures with their confidence intervals against a reference: what does not touch the line differs.
struct IntervalChart: Sendable {
    struct Row: Sendable {
        var name: String
        var value: Double
        var interval: ClosedRange<Double>?
        /// The figure, the difference and the verdict in words, shortest first: those that fit are shown.
        var words: [String]
        var style: String
    }

    var caption: String
    var rows: [Row]
    /// Where the line stands, and what it is.
    var reference: Double
    /// What is no news, around the reference.
    var tolerated: ClosedRange<Double>?
    var isLogarithmic = false
    var label: @Sendable (Double) -> String

    fileprivate static let between = " · "
    private static let captionHeight = 30.0
    private static let axisHeight = 28.0

    func canvas(_ layout: Layout) -> Canvas {
        let isWide = layout == .wide
        let rowHeight = isWide ? 26.0 : 44.0
        let height = Self.captionHeight + Double(rows.count) * rowHeight + Self.axisHeight
        var canvas = Canvas(layout, height: height)
        let words =
            rows.map { TextWidth.of($0.words.joined(separator: Self.between), size: layout.fontSize) }.max() ?? 0
        let area = PlotArea(
            left: isWide ? 210 : 8, right: isWide ? layout.width - min(420, words + 24) : layout.width - 8,
            top: Self.captionHeight, bottom: height - Self.axisHeight)
        let scale = scale(area)
        canvas.caption(caption, above: area)
        if let tolerated {
            canvas.rectangle(
                scale(tolerated.lowerBound), area.top, scale(tolerated.upperBound) - scale(tolerated.lowerBound),
                area.height, "band")
        }
        canvas.horizontalAxis(scale, ticks(layout), in: area, grid: true)
        canvas.line(scale(reference), area.top, scale(reference), area.bottom, "reference")
        for (index, row) in rows.enumerated() {
            draw(row, on: &canvas, area, scale, area.top + Double(index) * rowHeight, rowHeight)
        }
        return canvas
    }

    private var bounds: ClosedRange<Double> {
        let ends = rows.flatMap {
            [$0.value, $0.interval?.lowerBound ?? $0.value, $0.interval?.upperBound ?? $0.value]
        }
        let known = (ends + [reference, tolerated?.lowerBound ?? reference, tolerated?.upperBound ?? reference])
            .filter(\.isFinite)
        return (known.min() ?? 0)...(known.max() ?? 1)
    }

    private func ticks(_ layout: Layout) -> [Tick] {
        if isLogarithmic { return Ticks.ratios(bounds, label: label) }
        return Ticks.linear(upTo: bounds.upperBound, about: layout == .wide ? 6 : 4, label: label)
    }

    private func scale(_ area: PlotArea) -> Scale {
        let ticks = ticks(.wide)
        guard isLogarithmic else {
            return Scale(.linear, 0...max(ticks.last?.value ?? 1, 1e-9), from: area.left, to: area.right)
        }
        return Scale(.logarithmic, ticks[0].value...ticks[ticks.count - 1].value, from: area.left, to: area.right)
    }

    private func draw(
        _ row: Row, on canvas: inout Canvas, _ area: PlotArea, _ scale: Scale, _ top: Double, _ height: Double
    ) {
        let isWide = canvas.layout == .wide
        let y = isWide ? top + height / 2 : top + height - 12
        let baseline = isWide ? y + canvas.fontSize * 0.35 : top + canvas.fontSize + 2
        if let interval = row.interval {
            canvas.line(scale(interval.lowerBound), y, scale(interval.upperBound), y, "whisker \(row.style)")
        }
        canvas.circle(scale(row.value), y, radius: 4.5, "fill \(row.style)")
        let nameWidth = isWide ? area.left - 16 : canvas.width * 0.45
        canvas.text(TextWidth.cut(row.name, size: canvas.fontSize, to: nameWidth), 0, baseline)
        words(row, on: &canvas, baseline, isWide ? canvas.width - area.right - 16 : canvas.width * 0.53)
    }

    private func words(_ row: Row, on canvas: inout Canvas, _ baseline: Double, _ room: Double) {
        var shown = row.words
        while shown.count > 1, TextWidth.of(shown.joined(separator: Self.between), size: canvas.fontSize) > room {
            shown.removeFirst()
        }
        let text = TextWidth.cut(shown.joined(separator: Self.between), size: canvas.fontSize, to: room)
        canvas.text(text, canvas.width, baseline, "named \(row.style)", .end)
    }
}

extension Ticks {
    /// Factors around 1, as far as they are needed.
    static func ratios(_ range: ClosedRange<Double>, label: (Double) -> String) -> [Tick] {
        let wanted = max(range.upperBound, 1 / max(range.lowerBound, 1e-4))
        let above = wanted <= 2 ? [1.1, 1.25, 1.5, 2] : [2, 5, 10, 20, 50, 100, 1000, 10_000]
        let factors = above[...(above.firstIndex { $0 >= wanted } ?? above.count - 1)]
        return (factors.reversed().map { 1 / $0 } + [1] + factors).map { Tick(value: $0, label: label($0)) }
    }
}
