/// A line through points, broken where there is no value.
struct Line: Sendable {
    var points: [(x: Double, y: Double?)]
    var style: String
    /// At its end.
    var label: String

    init(_ points: [(x: Double, y: Double?)], style: String, label: String = "") {
        (self.points, self.style, self.label) = (points, style, label)
    }

    /// The last value there is.
    var last: (x: Double, y: Double)? {
        points.last { $0.y != nil }.flatMap { point in point.y.map { (point.x, $0) } }
    }

    var greatest: Double { points.reduce(0) { max($0, $1.y ?? 0) } }

    func data(_ x: Scale, _ y: Scale) -> String {
        var data = ""
        var isBroken = true
        for (index, point) in points.enumerated() {
            guard let value = point.y else {
                isBroken = true
                continue
            }
            let place = "\(x(point.x).coordinate),\(y(value).coordinate)"
            data += (isBroken ? "M" : "L") + place
            // A value alone between two gaps is a dot: a line of no length with round ends.
            let isAlone = isBroken && (index + 1 == points.count || points[index + 1].y == nil)
            if isAlone { data += "h0" }
            isBroken = false
        }
        return data
    }
}

extension Canvas {
    mutating func draw(_ line: Line, _ x: Scale, _ y: Scale) { path(line.data(x, y), "line \(line.style)") }
}
