/// Where in a drawing the data stand.
struct PlotArea: Sendable {
    var left: Double
    var right: Double
    var top: Double
    var bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }
}

extension Canvas {
    /// Lines across the plot, with their labels left of it; labels that would touch are left out.
    mutating func verticalAxis(_ scale: Scale, _ ticks: [Tick], in area: PlotArea) {
        var last = Double.infinity
        for tick in ticks where scale.domain.contains(tick.value) {
            let y = scale(tick.value)
            line(area.left, y, area.right, y, tick.value == ticks.first?.value ? "axis" : "grid")
            guard last - y >= fontSize + 2 else { continue }
            last = y
            text(tick.label, area.left - 8, y + fontSize * 0.35, "muted", .end)
        }
    }

    /// Labels below the plot, each with a small stroke; labels that would touch are left out.
    mutating func horizontalAxis(_ scale: Scale, _ ticks: [Tick], in area: PlotArea, grid: Bool = false) {
        line(area.left, area.bottom, area.right, area.bottom, "axis")
        var free = -Double.infinity
        for tick in ticks where scale.domain.contains(tick.value) {
            let x = scale(tick.value)
            line(x, grid ? area.top : area.bottom, x, area.bottom + (grid ? 0 : 4), grid ? "grid" : "axis")
            let half = TextWidth.of(tick.label, size: fontSize) / 2
            guard x - half >= free else { continue }
            free = x + half + 6
            text(tick.label, x, area.bottom + fontSize + 6, "muted", .middle)
        }
    }

    /// What an axis means, above it.
    mutating func caption(_ words: String, above area: PlotArea, _ style: String = "strong") {
        text(TextWidth.cut(words, size: fontSize * 1.06, to: width), 0, area.top - 10, style)
    }
}

/// Labels beside the lines they name, moved apart where they would touch.
struct EndLabels: Sendable {
    private var labels: [(y: Double, text: String, style: String)] = []

    mutating func add(_ text: String, at y: Double, _ style: String) { labels.append((y, text, style)) }

    /// Draws them right of `x`, between `top` and `bottom`; those that were moved are tied to their lines.
    func draw(on canvas: inout Canvas, x: Double, top: Double, bottom: Double) {
        let height = canvas.fontSize + 2
        let sorted = labels.sorted { $0.y < $1.y }
        let places = Self.spread(sorted.map(\.y), apart: height, top: top, bottom: bottom)
        for (label, y) in zip(sorted, places) {
            if abs(y - label.y) > 3 { canvas.line(x + 2, label.y, x + 9, y, "leader") }
            let shown = TextWidth.cut(label.text, size: canvas.fontSize, to: canvas.width - x - 12)
            canvas.text(shown, x + 12, y + canvas.fontSize * 0.35, label.style)
        }
    }

    /// Ascending places that are at least `apart` from one another, as near to the wanted ones as a sweep down and a
    /// sweep back up bring them. What does not fit at all leaves at the bottom.
    static func spread(_ wanted: [Double], apart: Double, top: Double, bottom: Double) -> [Double] {
        var places = wanted
        for index in places.indices {
            places[index] = max(places[index], index > 0 ? places[index - 1] + apart : top)
        }
        var limit = max(bottom, top + apart * Double(max(0, places.count - 1)))
        for index in places.indices.reversed() {
            places[index] = min(places[index], limit)
            limit = places[index] - apart
        }
        return places
    }
}
