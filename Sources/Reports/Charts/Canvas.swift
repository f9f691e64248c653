/// A drawing in the making: shapes with the classes of the page's style sheet, the origin at the top left.
struct Canvas: Sendable {
    let layout: Layout
    let width: Double
    let height: Double
    private(set) var markup = Markup()

    enum Anchor: String, Sendable { case start, middle, end }

    init(_ layout: Layout, height: Double) {
        self.layout = layout
        width = layout.width
        self.height = height
    }

    var fontSize: Double { layout.fontSize }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        markup.empty(
            "line",
            [
                "class": style, "x1": x1.coordinate, "y1": y1.coordinate, "x2": x2.coordinate, "y2": y2.coordinate,
            ])
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) {
        markup.empty(
            "rect",
            [
                "class": style, "x": x.coordinate, "y": y.coordinate, "width": max(0, width).coordinate,
                "height": max(0, height).coordinate,
            ])
    }

    mutating func circle(_ x: Double, _ y: Double, radius: Double, _ style: String) {
        markup.empty("circle", ["class": style, "cx": x.coordinate, "cy": y.coordinate, "r": radius.coordinate])
    }

    mutating func path(_ data: String, _ style: String) {
        if !data.isEmpty { markup.empty("path", ["class": style, "d": data]) }
    }

    /// `y` is the baseline. The text is moved so that it stays within the drawing.
    mutating func text(_ text: String, _ x: Double, _ y: Double, _ style: String = "", _ anchor: Anchor = .start) {
        guard !text.isEmpty else { return }
        let length = min(width, TextWidth.of(text, size: fontSize))
        let x = Self.inside(x, length, anchor, width)
        markup.element(
            "text",
            [
                "class": style, "x": x.coordinate, "y": y.coordinate,
                "text-anchor": anchor == .start ? "" : anchor.rawValue,
            ], text)
    }

    private static func inside(_ x: Double, _ length: Double, _ anchor: Anchor, _ width: Double) -> Double {
        switch anchor {
        case .start: max(0, min(x, width - length))
        case .middle: max(length / 2, min(x, width - length / 2))
        case .end: min(width, max(x, length))
        }
    }

    /// The drawing as an image with a text alternative.
    ///
    /// - Parameter id: Unique in the page.
    func svg(id: String, title: String, description: String) -> Markup {
        Markup { markup in
            markup.element(
                "svg",
                [
                    "class": layout.rawValue, "viewBox": "0 0 \(width.coordinate) \(height.coordinate)", "role": "img",
                    "aria-labelledby": "\(id)-t \(id)-d",
                ]
            ) { svg in
                svg.element("title", ["id": "\(id)-t"], title)
                svg.element("desc", ["id": "\(id)-d"], description)
                svg.append(self.markup)
            }
        }
    }
}
