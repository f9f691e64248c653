/// RFC 4648 section 4 base64, read strictly: no white space, no other alphabet, padding complete, unused bits zero.
public enum Base64 {
    public static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        encode(bytes, into: &text)
        return text
    }

    /// Appends to a buffer that is kept, so that nothing is allocated.
    public static func encode(_ bytes: [UInt8], into text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        let whole = bytes.count / 3 * 3
        for index in stride(from: 0, to: whole, by: 3) {
            append(UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]), to: &text)
        }
        appendRest(bytes[whole...], to: &text)
    }

    /// Nil when the text is not strict base64.
    public static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }

    /// Nil when the text is not strict base64.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = paddingCount(text)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var index = 0
        while index < text.count {
            let used = index + 4 == text.count ? 4 - padding : 4
            guard let group = group(text, at: index, used: used) else { return nil }
            append(group, used: used, to: &bytes)
            index += 4
        }
        return unusedBitsAreZero(text, padding) ? bytes : nil
    }
}

extension Base64 {
    private static let pad = UInt8(ascii: "=")

    /// The character of a value below 64, by ranges: quicker here than a table, whose every use is checked.
    private static func character(_ bits: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 63)
        switch value {
        case 0..<26: return value + UInt8(ascii: "A")
        case 26..<52: return value - 26 + UInt8(ascii: "a")
        case 52..<62: return value - 52 + UInt8(ascii: "0")
        case 62: return UInt8(ascii: "+")
        default: return UInt8(ascii: "/")
        }
    }

    /// The value of a character; nil when it is not of the alphabet.
    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    private static func append(_ group: UInt32, to text: inout [UInt8]) {
        text.append(character(group >> 18))
        text.append(character(group >> 12))
        text.append(character(group >> 6))
        text.append(character(group))
    }

    /// One or two bytes, and the padding they need.
    private static func appendRest(_ rest: ArraySlice<UInt8>, to text: inout [UInt8]) {
        guard let one = rest.first, let last = rest.last else { return }
        let group = UInt32(one) << 16 | (rest.count == 2 ? UInt32(last) << 8 : 0)
        text.append(character(group >> 18))
        text.append(character(group >> 12))
        text.append(rest.count == 2 ? character(group >> 6) : pad)
        text.append(pad)
    }

    private static func paddingCount(_ text: Span<UInt8>) -> Int {
        guard text.count >= 4, text[text.count - 1] == pad else { return 0 }
        return text[text.count - 2] == pad ? 2 : 1
    }

    /// The 24 bits of four characters, of which only the first `used` are of the alphabet.
    private static func group(_ text: Span<UInt8>, at index: Int, used: Int) -> UInt32? {
        var bits: UInt32 = 0
        for offset in 0..<used {
            guard let value = value(text[index + offset]) else { return nil }
            bits |= value << UInt32(18 - 6 * offset)
        }
        return bits
    }

    private static func append(_ group: UInt32, used: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        if used > 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
        if used > 3 { bytes.append(UInt8(truncatingIfNeeded: group)) }
    }

    private static func unusedBitsAreZero(_ text: Span<UInt8>, _ padding: Int) -> Bool {
        guard padding > 0, let last = value(text[text.count - padding - 1]) else { return true }
        return last & (padding == 2 ? 15 : 3) == 0
    }
}
