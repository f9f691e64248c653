/// The steps of something one after another, each as a bar that begins where the one before ended.
struct Waterfall: Sendable {
    struct Row: Sendable {
        var name: String
        var style: String
        /// Microseconds since the begin; infinity is what was never reached.
        var start: Double
        var length: Double
        /// The part of the length that was our own processor's.
        var own: Double?
        /// A part of the row above, or a sum: drawn thinner.
        var isPart = false
        /// The whole: a line is drawn above it.
        var isSum = false
    }

    struct Panel: Sendable {
        var caption: String
        var rows: [Row]
    }

    /// Side by side where there is room, one below the other where not. All have the same rows.
    var panels: [Panel]

    private static let captionHeight = 30.0
    private static let axisHeight = 28.0
    private static let rowHeight = 23.0
    private static let gap = 52.0

    func canvas(_ layout: Layout) -> Canvas {
        let rows = Double(panels.map(\.rows.count).max() ?? 0) * Self.rowHeight
        let panelHeight = Self.captionHeight + rows + Self.axisHeight
        let isWide = layout == .wide
        var canvas = Canvas(layout, height: isWide ? panelHeight : panelHeight * Double(panels.count))
        let left = nameWidth(layout)
        let width =
            isWide
            ? (layout.width - left - Self.gap * Double(panels.count - 1)) / Double(panels.count) - 2
            : layout.width - left - 2
        for (index, panel) in panels.enumerated() {
            let number = Double(index)
            let x = isWide ? left + number * (width + Self.gap) : left
            let top = (isWide ? 0 : number * panelHeight) + Self.captionHeight
            let area = PlotArea(left: x, right: x + width, top: top, bottom: top + rows)
            panel.draw(on: &canvas, area, names: isWide && index > 0 ? nil : left, rowHeight: Self.rowHeight)
        }
        return canvas
    }

    private func nameWidth(_ layout: Layout) -> Double {
        let widest = panels.flatMap(\.rows).map { TextWidth.of($0.name, size: layout.fontSize) + ($0.isPart ? 10 : 0) }
        return min(layout == .wide ? 190 : 110, (widest.max() ?? 0) + 12)
    }
}

extension Waterfall.Panel {
    fileprivate var greatest: Double {
        rows.map { $0.start + $0.length }.filter(\.isFinite).max() ?? 1
    }

    /// - Parameter names: How much room there is for the rows' names, left of the plot; nil where they stand already.
    fileprivate func draw(on canvas: inout Canvas, _ area: PlotArea, names: Double?, rowHeight: Double) {
        let ticks = Ticks.linear(upTo: greatest, about: canvas.layout == .wide ? 4 : 3) {
            $0 == 0 ? "0" : Format.roundDuration(microseconds: $0)
        }
        let scale = Scale(.linear, 0...max(ticks.last?.value ?? 1, 1e-9), from: area.left, to: area.right)
        canvas.text(caption, area.left - (names ?? 0), area.top - 12, "strong")
        canvas.horizontalAxis(scale, ticks, in: area, grid: true)
        for (index, row) in rows.enumerated() {
            let y = area.top + Double(index) * rowHeight
            if row.isSum, index > 0, !rows[index - 1].isSum { canvas.line(area.left, y, area.right, y, "axis") }
            if let names { name(row, on: &canvas, area.left - names, y, names, rowHeight) }
            draw(row, on: &canvas, area, scale, y, rowHeight)
        }
    }

    private func name(
        _ row: Waterfall.Row, on canvas: inout Canvas, _ x: Double, _ y: Double, _ width: Double, _ height: Double
    ) {
        let indent = row.isPart ? 10.0 : 0
        let shown = TextWidth.cut(row.name, size: canvas.fontSize, to: width - indent - 6)
        canvas.text(
            shown, x + indent, y + height / 2 + canvas.fontSize * 0.35, row.isPart ? "muted" : row.isSum ? "strong" : ""
        )
    }

    private func draw(
        _ row: Waterfall.Row, on canvas: inout Canvas, _ area: PlotArea, _ scale: Scale, _ y: Double, _ height: Double
    ) {
        let thickness = row.isPart ? 6.0 : height - 9
        let top = y + (height - thickness) / 2
        let (from, to) = (scale(row.start), row.length.isFinite ? scale(row.start + row.length) : area.right)
        canvas.rectangle(from, top, max(1.5, to - from), thickness, "fill \(row.style)\(row.isPart ? " part" : "")")
        if let own = row.own, own > 0, own.isFinite {
            canvas.rectangle(from, top, max(1, scale(row.start + min(own, row.length)) - from), thickness, "own")
        }
        label(row, on: &canvas, from, to, area, y + height / 2 + canvas.fontSize * 0.35)
    }

    /// Right of the bar where there is room, else left of it, else within.
    private func label(
        _ row: Waterfall.Row, on canvas: inout Canvas, _ from: Double, _ to: Double, _ area: PlotArea, _ y: Double
    ) {
        let text = Format.duration(microseconds: row.length)
        let width = TextWidth.of(text, size: canvas.fontSize)
        let style = row.isPart ? "muted" : row.isSum ? "strong" : ""
        if to + 6 + width <= area.right {
            canvas.text(text, to + 6, y, style)
        } else if from - 6 - width >= area.left {
            canvas.text(text, from - 6, y, style, .end)
        } else {
            canvas.text(text, to - 6, y, "on-fill", .end)
        }
    }
}
