import Foundation

/// How latencies were spread at each moment: the darker a cell, the larger the share of that moment's logins in it.
struct HeatMap: Sendable {
    struct Column: Sendable {
        var span: ClosedRange<Double>
        var latencies: BlockLatencies
    }

    let columns: [Column]
    /// Lines over the map, in microseconds.
    let lines: [Line]

    /// The least share of a cell of each level.
    static let levels = [0, 0.01, 0.03, 0.1, 0.3]
    static let levelWords = ["under 1 %", "1 to 3 %", "3 to 10 %", "10 to 30 %", "30 % and more"]

    private var reached: [Column] { columns.filter { !$0.latencies.buckets.isEmpty } }
    private var hasUnreached: Bool { columns.contains { $0.latencies.unreached > 0 } }

    /// In microseconds.
    private var range: ClosedRange<Double> {
        let low = reached.map { $0.latencies.minimum }.min() ?? 1_000_000
        let high = reached.map { $0.latencies.maximum }.max() ?? 1_000_000
        return Double(min(low, high)) / 1000...Double(max(low, high)) / 1000
    }

    func draw(on canvas: inout Canvas, in area: PlotArea, _ time: Scale) {
        let roof = hasUnreached ? canvas.fontSize + 6 : 0
        let plot = PlotArea(left: area.left, right: area.right, top: area.top + roof, bottom: area.bottom)
        let ticks = Ticks.latency(range)
        let bounds = ticks[0].value...ticks[ticks.count - 1].value
        let scale = Scale(.logarithmic, bounds, from: plot.bottom, to: plot.top)
        canvas.verticalAxis(scale, ticks, in: plot)
        drawCells(on: &canvas, time, scale, plot)
        if hasUnreached { drawUnreached(on: &canvas, area, time) }
        for line in lines { canvas.draw(line, time, scale) }
        canvas.label(lines, scale, in: plot)
    }

    private func drawCells(on canvas: inout Canvas, _ time: Scale, _ scale: Scale, _ plot: PlotArea) {
        let height = canvas.layout == .wide ? 7.0 : 6.0
        var paths = [String](repeating: "", count: Self.levels.count)
        for column in reached {
            let (left, right) = (time(column.span.lowerBound), time(column.span.upperBound))
            for (row, count) in rows(column.latencies, scale, plot, height) {
                let share = Double(count) / Double(column.latencies.count)
                let level = Self.levels.lastIndex { share >= $0 } ?? 0
                let top = plot.bottom - Double(row + 1) * height
                paths[level] +=
                    "M\(left.coordinate),\(top.coordinate)h\((right - left).coordinate)"
                    + "v\(height.coordinate)H\(left.coordinate)z"
            }
        }
        for (level, path) in paths.enumerated() { canvas.path(path, "heat\(level)") }
    }

    /// How many values each row of cells holds, counted from the bottom.
    private func rows(
        _ latencies: BlockLatencies, _ scale: Scale, _ plot: PlotArea, _ height: Double
    ) -> [(row: Int, count: UInt64)] {
        var rows: [(row: Int, count: UInt64)] = []
        let last = max(0, Int(plot.height / height) - 1)
        for bucket in latencies.buckets {
            let row = min(last, Int((plot.bottom - scale(Double(bucket.to) / 1000)) / height))
            if let index = rows.indices.last, rows[index].row == row {
                rows[index].count += bucket.count
            } else {
                rows.append((row, bucket.count))
            }
        }
        return rows
    }

    /// A row of its own at the top: what never came.
    private func drawUnreached(on canvas: inout Canvas, _ area: PlotArea, _ time: Scale) {
        let height = canvas.fontSize
        var path = ""
        for column in columns where column.latencies.unreached > 0 {
            let (left, right) = (time(column.span.lowerBound), time(column.span.upperBound))
            path +=
                "M\(left.coordinate),\(area.top.coordinate)h\(max(2, right - left).coordinate)"
                + "v\(height.coordinate)H\(left.coordinate)z"
        }
        canvas.path(path, "fill bad")
        canvas.text("never", area.left - 8, area.top + height * 0.85, "named bad", .end)
    }
}
