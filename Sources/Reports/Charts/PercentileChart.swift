/// Latency by percentile on HdrHistogram's scale, on which each further nine takes the same room: the tail is seen.
struct PercentileChart: Sendable {
    struct Curve: Sendable {
        var name: String
        var style: String
        /// Ascending: the share of values that are at most so many microseconds, below 1. Ends where the rest was never
        /// reached.
        var points: [(share: Double, microseconds: Double)]
        var count: UInt64
        var endsUnreached = false
    }

    var caption: String
    var curves: [Curve]
    var height = 340.0

    func canvas(_ layout: Layout) -> Canvas {
        let height = layout == .wide ? height : 300
        var canvas = Canvas(layout, height: height)
        let area = PlotArea(
            left: layout.leftMargin, right: layout.width - layout.rightMargin, top: 30, bottom: height - 28)
        let ticks = Ticks.percentiles(of: curves.map(\.count).max() ?? 1)
        let greatest = curves.flatMap { $0.points.map(\.share) }.max() ?? 0
        let x = Scale(.percentile, 0...max(0.9, greatest), from: area.left, to: area.right)
        let marks = Ticks.latency(range)
        let y = Scale(.logarithmic, marks[0].value...marks[marks.count - 1].value, from: area.bottom, to: area.top)
        canvas.caption(caption, above: area)
        canvas.verticalAxis(y, marks, in: area)
        canvas.horizontalAxis(x, ticks, in: area, grid: true)
        draw(on: &canvas, area, x, y)
        return canvas
    }

    private func draw(on canvas: inout Canvas, _ area: PlotArea, _ x: Scale, _ y: Scale) {
        var labels = EndLabels()
        for curve in curves {
            let points = curve.thinned(x)
            guard let last = points.last else { continue }
            canvas.draw(Line(points.map { ($0.share, $0.microseconds) }, style: curve.style), x, y)
            canvas.line(x(last.share), y(last.microseconds), area.right, y(last.microseconds), "leader dotted")
            if curve.endsUnreached {
                canvas.circle(x(last.share), y(last.microseconds), radius: 4, "fill bad")
            }
            labels.add(curve.name, at: y(last.microseconds), "named \(curve.style)")
        }
        labels.draw(on: &canvas, x: area.right, top: area.top, bottom: area.bottom)
    }

    private var range: ClosedRange<Double> {
        let values = curves.flatMap { $0.points.map(\.microseconds) }
        return (values.min() ?? 1000)...(values.max() ?? 1000)
    }
}

extension PercentileChart.Curve {
    /// Points that are less than two pixels from the one before are left out; the last one stays.
    fileprivate func thinned(_ scale: Scale) -> [(share: Double, microseconds: Double)] {
        var kept: [(share: Double, microseconds: Double)] = []
        var edge = -Double.infinity
        for (index, point) in points.enumerated() {
            let x = scale(point.share)
            guard x - edge >= 2 || index + 1 == points.count else { continue }
            edge = x
            kept.append(point)
        }
        return kept
    }
}
