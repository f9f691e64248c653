/// Where the characters of a scalar stand in the file, whichever way it is written: plain, quoted or as a block.
///
/// The text is followed through the source: what YAML folds, strips and unescapes is passed over. O(text).
struct ScalarPlaces {
    private var places: [Place.Position] = []
    private let source: SourceText
    private let style: Unicode.Scalar?
    private var line: Int
    private var column: Int

    /// - Parameters:
    ///   - text: The scalar's, without variables replaced.
    ///   - line: Where it begins: at its quote, or at the sign of a block.
    init(_ text: String, in source: SourceText, line: Int, column: Int) {
        self.source = source
        self.line = line
        self.column = column
        style = source.scalar(line: line, column: column).flatMap { "\"'|>".unicodeScalars.contains($0) ? $0 : nil }
        switch style {
        case "\"", "'": self.column += 1
        case "|", ">": (self.line, self.column) = (line + 1, 1)
        default: break
        }
        for scalar in text.unicodeScalars { follow(scalar) }
    }

    /// Of the character at this index, in code points; of the last one beyond the end. nil for an empty text.
    subscript(index: Int) -> Place? {
        guard !places.isEmpty else { return nil }
        let place = places[min(max(index, 0), places.count - 1)]
        return .scenario(line: place.line, column: place.column)
    }

    private mutating func follow(_ scalar: Unicode.Scalar) {
        let isSpace = Self.isSpace(scalar)
        if isSpace { passContinuation() } else { passSpace() }
        places.append(Place.Position(line: line, column: column))
        guard !isSpace || here.map(Self.isSpace) ?? false || isEscape else { return }
        for _ in 0..<length { advance() }
    }

    /// How many characters of the source stand for one of the text here.
    private var length: Int { isEscape ? escapeLength : style == "'" && here == "'" ? 2 : 1 }

    private var isEscape: Bool { style == "\"" && here == "\\" }

    /// A line break counts as a character of its line; nil beyond the file.
    private var here: Unicode.Scalar? {
        if let scalar = source.scalar(line: line, column: column) { return scalar }
        return line < source.lines.count ? "\n" : nil
    }

    private var lastColumn: Int { source.line(line).count }

    private mutating func advance() {
        if column > lastColumn, line < source.lines.count {
            (line, column) = (line + 1, 1)
        } else {
            column += 1
        }
    }

    private mutating func passSpace() {
        passContinuation()
        while let here, Self.isSpace(here) {
            advance()
            passContinuation()
        }
    }

    /// `\` at a line's end joins it to the next one.
    private mutating func passContinuation() {
        guard isEscape, column == lastColumn else { return }
        advance()
        while let here, Self.isSpace(here) { advance() }
    }

    private var escapeLength: Int {
        switch source.scalar(line: line, column: column + 1) {
        case "x": 4
        case "u": 6
        case "U": 10
        default: 2
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" || scalar == "\n" }
}

extension Diagnostics {
    /// The place of a character of a scalar; of the scalar where variables were put in, or where an argument gave it.
    func place(ofCharacter index: Int, in node: Node) -> Place {
        guard case .scenario(let line, let column) = node.place, let scalar = node.scalar,
            scalar.text == scalar.written
        else { return node.place }
        return ScalarPlaces(scalar.text, in: source, line: line, column: column)[index] ?? node.place
    }
}
