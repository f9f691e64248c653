/// Panels one above another over the same time: what happened at one moment stands on one vertical line.
///
/// The stages of the load stand above, and intervals in which the load generator was the bottleneck are shaded.
struct TimeChart: Sendable {
    struct Stage: Sendable, Equatable {
        var name: String
        /// Seconds since the first arrival.
        var span: ClosedRange<Double>
    }

    struct Panel: Sendable {
        /// What is shown, and in which unit.
        var caption: String
        var height: Double
        var draw: @Sendable (_ canvas: inout Canvas, _ area: PlotArea, _ time: Scale) -> Void
    }

    /// Seconds since the first arrival.
    var end: Double
    var stages: [Stage] = []
    var shaded: [ClosedRange<Double>] = []
    var panels: [Panel]

    private static let captionHeight = 32.0
    private static let gap = 14.0
    private static let axisHeight = 28.0

    func canvas(_ layout: Layout) -> Canvas {
        let strip = stages.count > 1 ? layout.fontSize + 10 : 0
        let note = shaded.isEmpty ? 0 : layout.fontSize + 10
        let body =
            panels.reduce(0) { $0 + $1.height + Self.captionHeight } + Self.gap * Double(max(0, panels.count - 1))
        var canvas = Canvas(layout, height: strip + body + Self.axisHeight + note)
        let time = Scale(
            .linear, 0...max(end, 0.001), from: layout.leftMargin, to: layout.width - layout.rightMargin)
        let areas = areas(layout, below: strip)
        for area in areas { shade(&canvas, area, time) }
        if let first = areas.first, let last = areas.last { mark(&canvas, from: first, to: last, time) }
        for (panel, area) in zip(panels, areas) {
            canvas.caption(panel.caption, above: area)
            panel.draw(&canvas, area, time)
        }
        if let last = areas.last {
            canvas.horizontalAxis(time, Ticks.time(upTo: end, about: layout.timeTicks), in: last)
        }
        if !shaded.isEmpty { explainShade(&canvas) }
        return canvas
    }

    private func areas(_ layout: Layout, below top: Double) -> [PlotArea] {
        var top = top
        return panels.map { panel in
            let area = PlotArea(
                left: layout.leftMargin, right: layout.width - layout.rightMargin, top: top + Self.captionHeight,
                bottom: top + Self.captionHeight + panel.height)
            top = area.bottom + Self.gap
            return area
        }
    }

    private func shade(_ canvas: inout Canvas, _ area: PlotArea, _ time: Scale) {
        for span in shaded {
            let (from, to) = (time(span.lowerBound), time(span.upperBound))
            canvas.rectangle(from, area.top, max(1, to - from), area.height, "shade")
        }
    }

    private func explainShade(_ canvas: inout Canvas) {
        let y = canvas.height - 5
        canvas.rectangle(canvas.layout.leftMargin, y - canvas.fontSize + 2, 22, canvas.fontSize, "shade")
        canvas.text(
            canvas.layout == .wide ? "the load generator itself was the bottleneck" : "generator was the bottleneck",
            canvas.layout.leftMargin + 30, y, "muted")
    }

    /// A line where a stage begins, and its name as far as it fits.
    private func mark(_ canvas: inout Canvas, from first: PlotArea, to last: PlotArea, _ time: Scale) {
        guard stages.count > 1 else { return }
        var free = 0.0
        for stage in stages {
            let (from, to) = (time(stage.span.lowerBound), time(stage.span.upperBound))
            canvas.line(from, 4, from, last.bottom, "stage")
            free = name(stage, on: &canvas, from, to, free: free)
        }
    }

    /// Where a stage is too short for its name, the name stands before it. Returns where the next one may begin.
    private func name(
        _ stage: Stage, on canvas: inout Canvas, _ from: Double, _ to: Double, free: Double
    ) -> Double {
        let (size, y) = (canvas.fontSize, canvas.fontSize + 2)
        let width = TextWidth.of(stage.name, size: size)
        let before = "\(stage.name) ▸"
        if from + 5 + width > to, free + TextWidth.of(before, size: size) + 8 < from {
            canvas.text(before, from - 4, y, "muted", .end)
            return from
        }
        let shown = TextWidth.cut(stage.name, size: size, to: to - from - 8)
        canvas.text(shown, from + 5, y, "muted")
        return from + 5 + TextWidth.of(shown, size: size)
    }
}

extension TimeChart.Panel {
    /// Lines from 0 up, each named at its end.
    static func lines(_ caption: String, height: Double, _ quantity: Quantity, _ lines: [Line]) -> TimeChart.Panel {
        TimeChart.Panel(caption: caption, height: height) { canvas, area, time in
            let greatest = lines.map(\.greatest).max() ?? 0
            let ticks = quantity.ticks(upTo: greatest, about: 3)
            let scale = Scale(.linear, 0...max(ticks.last?.value ?? 1, 1e-9), from: area.bottom, to: area.top)
            canvas.verticalAxis(scale, ticks, in: area)
            for line in lines { canvas.draw(line, time, scale) }
            canvas.label(lines, scale, in: area)
        }
    }
}

extension TimeChart.Panel {
    /// A bar for each stretch of time in which there was something.
    static func bars(
        _ caption: String, height: Double, _ quantity: Quantity, _ bars: [(span: ClosedRange<Double>, value: Double)],
        style: String
    ) -> TimeChart.Panel {
        TimeChart.Panel(caption: caption, height: height) { canvas, area, time in
            let ticks = quantity.ticks(upTo: bars.map(\.value).max() ?? 0, about: 2)
            let scale = Scale(.linear, 0...max(ticks.last?.value ?? 1, 1e-9), from: area.bottom, to: area.top)
            canvas.verticalAxis(scale, ticks, in: area)
            var path = ""
            for bar in bars where bar.value > 0 {
                let (left, right) = (time(bar.span.lowerBound), time(bar.span.upperBound))
                path +=
                    "M\(left.coordinate),\(area.bottom.coordinate)V\(scale(bar.value).coordinate)"
                    + "h\(max(1.5, right - left).coordinate)V\(area.bottom.coordinate)z"
            }
            canvas.path(path, "fill \(style)")
        }
    }
}

extension Canvas {
    /// Names lines at their ends.
    mutating func label(_ lines: [Line], _ scale: Scale, in area: PlotArea) {
        var labels = EndLabels()
        for line in lines {
            if let last = line.last { labels.add(line.label, at: scale(last.y), "named \(line.style)") }
        }
        labels.draw(on: &self, x: area.right, top: area.top, bottom: area.bottom)
    }
}

/// What an axis counts.
enum Quantity: Sendable {
    case perSecond, count, bytes, processors
    /// 0 to 1, on the whole scale.
    case share
    /// Microseconds.
    case latency

    func ticks(upTo greatest: Double, about count: Int) -> [Tick] {
        switch self {
        case .bytes: Ticks.bytes(upTo: max(1024, greatest), about: count)
        case .latency:
            Ticks.linear(upTo: max(1, greatest), about: count) {
                $0 == 0 ? "0" : Format.roundDuration(microseconds: $0)
            }
        case .share: Ticks.linear(upTo: 1, about: 2, label: Format.share)
        case .processors: Ticks.linear(upTo: max(0.01, greatest), about: count, label: Format.round)
        case .perSecond, .count: Ticks.linear(upTo: max(1, greatest), about: count, label: Format.round)
        }
    }
}
