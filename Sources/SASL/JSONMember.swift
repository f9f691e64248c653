/// Reads one member of a JSON object (RFC 8259), which is all that OAUTHBEARER's error needs. What is nested is
/// skipped by its brackets, so no input makes it recurse.
struct JSONMember {
    private var rest: ArraySlice<UInt8>

    private init(_ text: [UInt8]) { rest = text[...] }

    /// The value of a member that is a string, or as it is written if it is a number or a word. Nil when the text is no
    /// object, or has no such member.
    static func text(of name: String, in object: [UInt8]) -> String? {
        var reader = JSONMember(object)
        guard reader.take("{") else { return nil }
        repeat {
            guard let key = reader.string(), reader.take(":") else { return nil }
            if key == name { return reader.scalar() }
            guard reader.skipValue() else { return nil }
        } while reader.take(",")
        return nil
    }

    /// Whether the next token is this character; it is taken if so.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        rest = rest.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func scalar() -> String? {
        if take("\"") { return rawString().flatMap(Self.unescaped) }
        let word = rest.prefix { !",}] \t\r\n{[".utf8.contains($0) }
        return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        return rawString().flatMap(Self.unescaped)
    }

    /// Up to the closing quote, and beyond it; nil if there is none.
    private mutating func rawString() -> ArraySlice<UInt8>? {
        var end = rest.startIndex
        while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") {
            end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < rest.endIndex else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    /// Up to the comma or the bracket that ends the value.
    private mutating func skipValue() -> Bool {
        var depth = 0
        while let byte = rest.first {
            switch Unicode.Scalar(byte) {
            case "," where depth == 0, "}" where depth == 0, "]" where depth == 0: return true
            case "{", "[": depth += 1
            case "}", "]": depth -= 1
            default: break
            }
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\""), rawString() == nil { return false }
        }
        return false
    }
}

extension JSONMember {
    /// Nil for an escape that JSON does not know.
    private static func unescaped(_ raw: ArraySlice<UInt8>) -> String? {
        var rest = raw
        var units: [UInt16] = []
        while !rest.isEmpty {
            let plain = rest.prefix { $0 != UInt8(ascii: "\\") }
            units += String(decoding: plain, as: UTF8.self).utf16
            rest = rest.dropFirst(plain.count)
            guard rest.popFirst() != nil else { break }
            guard let unit = escape(&rest) else { return nil }
            units.append(unit)
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// What follows the backslash.
    private static func escape(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
        guard let byte = rest.popFirst() else { return nil }
        switch Unicode.Scalar(byte) {
        case "\"", "\\", "/": return UInt16(byte)
        case "b": return 0x08
        case "f": return 0x0c
        case "n": return 0x0a
        case "r": return 0x0d
        case "t": return 0x09
        case "u":
            defer { rest = rest.dropFirst(4) }
            return UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16)
        default: return nil
        }
    }
}
