/// HTML or SVG as it grows. Text and attributes are escaped; what is appended raw has to be markup already.
struct Markup: Sendable {
    typealias Attributes = KeyValuePairs<String, String>

    private(set) var source = ""

    init() {}

    init(_ body: (inout Markup) -> Void) { body(&self) }

    /// An element with what the body puts into it.
    mutating func element(_ name: String, _ attributes: Attributes = [:], _ body: (inout Markup) -> Void) {
        open(name, attributes)
        body(&self)
        source += "</\(name)>"
    }

    /// An element that holds this text.
    mutating func element(_ name: String, _ attributes: Attributes, _ text: String) {
        element(name, attributes) { $0.text(text) }
    }

    mutating func element(_ name: String, _ text: String) { element(name, [:], text) }

    /// An element of SVG without content.
    mutating func empty(_ name: String, _ attributes: Attributes) {
        open(name, attributes)
        source.removeLast()
        source += "/>"
    }

    mutating func text(_ text: String) { source += Self.escaped(text) }

    mutating func append(_ markup: Markup) { source += markup.source }

    mutating func raw(_ markup: String) { source += markup }

    private mutating func open(_ name: String, _ attributes: Attributes) {
        source += "<\(name)"
        for (key, value) in attributes where !value.isEmpty { source += " \(key)=\"\(Self.escaped(value))\"" }
        source += ">"
    }

    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
            || byte == UInt8(ascii: "\"")
    }
}

extension Double {
    /// A coordinate: at most one decimal, which is a tenth of a pixel.
    var coordinate: String {
        let tenths = Int((self * 10).rounded())
        guard tenths % 10 != 0 else { return "\(tenths / 10)" }
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
