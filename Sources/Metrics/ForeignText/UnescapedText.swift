/// A text whose escapes of some kind were undone, and which of the bytes it came from each of its bytes stands for.
struct UnescapedText {
    enum Kind: CaseIterable {
        /// `%40`, and `+` for a space.
        case percent
        /// `&lt;`, `&#60;`, `&#x3C;`
        case markup
        /// `\n`, `\u003C`, `\x3C`
        case backslash
    }

    private(set) var bytes: [UInt8]
    private var origins: [Range<Int>]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        origins = bytes.indices.map { $0..<$0 + 1 }
    }

    private init() { (bytes, origins) = ([], []) }

    /// Where a part of it, which is not empty, came from.
    func origin(_ range: Range<Int>) -> Range<Int> {
        origins[range.lowerBound].lowerBound..<origins[range.upperBound - 1].upperBound
    }

    /// With the escapes of this kind undone; nil where it has none.
    func unescaped(_ kind: Kind) -> UnescapedText? {
        guard bytes.contains(where: kind.begins) else { return nil }
        var (text, place, isChanged) = (UnescapedText(), 0, false)
        while place < bytes.count {
            if let (meaning, length) = kind.meaning(of: bytes[place...]) {
                text.append(meaning, from: origin(place..<place + length))
                place += length
                isChanged = true
            } else {
                text.append([bytes[place]], from: origins[place])
                place += 1
            }
        }
        return isChanged ? text : nil
    }

    private mutating func append(_ new: [UInt8], from origin: Range<Int>) {
        bytes += new
        origins += new.map { _ in origin }
    }
}

extension UnescapedText.Kind {
    fileprivate func begins(_ byte: UInt8) -> Bool {
        switch self {
        case .percent: byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+")
        case .markup: byte == UInt8(ascii: "&")
        case .backslash: byte == UInt8(ascii: "\\")
        }
    }

    /// What the escape at the front means, and how long it is; nil where there is none.
    fileprivate func meaning(of bytes: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
        guard let first = bytes.first, begins(first) else { return nil }
        switch self {
        case .percent:
            if first == UInt8(ascii: "+") { return ([0x20], 1) }
            return Self.number(bytes.dropFirst(), digits: 2).map { ([UInt8($0)], 3) }
        case .markup: return Self.reference(bytes)
        case .backslash: return Self.backslash(bytes)
        }
    }

    /// The hexadecimal number of so many digits at the front.
    private static func number(_ bytes: ArraySlice<UInt8>, digits: Int) -> UInt32? {
        let values = bytes.prefix(digits).compactMap(\.hexValue)
        return values.count == digits ? values.reduce(0) { $0 << 4 | UInt32($1) } : nil
    }

    private static func reference(_ bytes: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
        guard let end = bytes.prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: bytes[bytes.startIndex + 1..<end], as: UTF8.self)
        guard let scalar = scalar(named: name) else { return nil }
        return (Array(String(scalar).utf8), end - bytes.startIndex + 1)
    }

    private static func scalar(named name: String) -> Unicode.Scalar? {
        if let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"][name] as Unicode.Scalar? {
            return known
        }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let isHex = digits.hasPrefix("x") || digits.hasPrefix("X")
        return UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10).flatMap(Unicode.Scalar.init)
    }

    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0C, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "\""): 0x22,
        UInt8(ascii: "'"): 0x27,
    ]

    private static func backslash(_ bytes: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
        guard let letter = bytes.dropFirst().first else { return nil }
        let rest = bytes.dropFirst(2)
        switch letter {
        case UInt8(ascii: "x"): return number(rest, digits: 2).map { ([UInt8($0)], 4) }
        case UInt8(ascii: "u"): return unicode(rest)
        default: return letters[letter].map { ([$0], 2) }
        }
    }

    /// A code point beyond 16 bits is two of these in JSON (RFC 8259 section 7).
    private static func unicode(_ bytes: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
        guard let unit = number(bytes, digits: 4) else { return nil }
        let next = bytes.dropFirst(4)
        if (0xD800..<0xDC00).contains(unit), next.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]),
            let low = number(next.dropFirst(2), digits: 4), (0xDC00..<0xE000).contains(low)
        {
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)).map { (Array(String($0).utf8), 12) }
        }
        return Unicode.Scalar(unit).map { (Array(String($0).utf8), 6) }
    }
}
