/// The names in an expression that must be known for it to mean anything: libxml2 looks them up only when it comes to
/// them, which for a reply of another shape is never.
struct XPathNames {
    struct Name: Equatable {
        enum Kind { case prefix, function, variable }

        var kind: Kind
        var text: String
        /// In code points from the expression's start.
        var offset: Int
    }

    private(set) var all: [Name] = []
    private let scalars: [Unicode.Scalar]
    private var position = 0

    /// Of an expression that compiles.
    init(_ expression: String) {
        scalars = Array(expression.unicodeScalars)
        while position < scalars.count { readToken() }
    }

    private mutating func readToken() {
        let scalar = scalars[position]
        if scalar == "'" || scalar == "\"" {
            position = (scalars[(position + 1)...].firstIndex(of: scalar) ?? scalars.count - 1) + 1
        } else if Self.isNameStart(scalar) {
            readName()
        } else {
            position += 1
        }
    }

    private mutating func readName() {
        let start = position
        let name = takeName()
        let isVariable = start > 0 && scalars[start - 1] == "$"
        if isVariable {
            all.append(Name(kind: .variable, text: name, offset: start))
        } else if at(position) == ":", at(position + 1) != ":" {
            all.append(Name(kind: .prefix, text: name, offset: start))
            position += 1
            if Self.isNameStart(at(position)) { _ = takeName() }
        } else if nextSignificant == "(", !Self.otherBeforeParenthesis.contains(name) {
            all.append(Name(kind: .function, text: name, offset: start))
        }
    }

    /// Node types and operators (XPath 1.0 section 3.7).
    private static let otherBeforeParenthesis: Set<String> = [
        "comment", "text", "processing-instruction", "node", "and", "or", "mod", "div",
    ]

    private mutating func takeName() -> String {
        var name = String.UnicodeScalarView()
        while Self.isNamePart(at(position)) {
            name.append(scalars[position])
            position += 1
        }
        return String(name)
    }

    private var nextSignificant: Unicode.Scalar {
        scalars[position...].first { !$0.properties.isWhitespace } ?? "\0"
    }

    private func at(_ index: Int) -> Unicode.Scalar { index < scalars.count ? scalars[index] : "\0" }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        isNameStart(scalar) || scalar == "-" || scalar == "." || scalar.properties.numericType != nil
    }
}
