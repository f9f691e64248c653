/// How much room a chart has, in the units of its drawing. The page shows the one that fits its window.
enum Layout: String, Sendable, CaseIterable {
    /// For a desk and for paper.
    case wide
    /// For a phone.
    case narrow

    var width: Double { self == .wide ? 1040 : 340 }
    var fontSize: Double { self == .wide ? 13 : 12 }
    /// For the labels of the vertical axis.
    var leftMargin: Double { self == .wide ? 66 : 56 }
    /// For the names of lines, behind their ends.
    var rightMargin: Double { self == .wide ? 132 : 86 }
    /// The most points that a line has: about one for each pixel.
    var points: Int { self == .wide ? 600 : 200 }
    /// The columns of a heat map.
    var columns: Int { self == .wide ? 120 : 42 }
    var timeTicks: Int { self == .wide ? 9 : 4 }
}

/// How wide a text is at most, in the widest font that a page is likely to meet: drawings are made without a browser.
enum TextWidth {
    static func of(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + share($1) } * size
    }

    /// Of the font's size, by DejaVu Sans.
    private static func share(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "'", "|": 0.28
        case ".", ",", ":", ";", "!", "(", ")", "/", "f", "t", "r", "-", " ", "I", "[", "]": 0.41
        case "m", "w", "M", "W", "%", "@", "…": 1
        case "A"..."Z": 0.72
        default: 0.64
        }
    }

    /// The text as far as it fits.
    static func cut(_ text: String, size: Double, to width: Double) -> String {
        guard of(text, size: size) > width else { return text }
        var shown = text
        while !shown.isEmpty, of(shown + "…", size: size) > width { shown.removeLast() }
        return shown.isEmpty ? "" : shown + "…"
    }
}
