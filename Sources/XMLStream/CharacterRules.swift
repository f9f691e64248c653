// Which characters XML 1.0 (fifth edition) allows where, and the decoding of UTF-8 and references.

enum CharacterRules {
    /// Char, production 2.
    static func isAllowed(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// NameStartChar without the colon, production 4.
    static func startsName(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x41...0x5A, 0x61...0x7A, 0x5F: true
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F,
            0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        default: false
        }
    }

    /// NameChar without the colon, production 4a.
    static func continuesName(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x30...0x39, 0x2D, 0x2E, 0xB7, 0x0300...0x036F, 0x203F...0x2040: true
        default: startsName(scalar)
        }
    }

    /// An ASCII letter, digit, `-`, `.` or `_`: a bit for each, in two words.
    @inline(__always)
    static func continuesPlainName(_ byte: UInt8) -> Bool {
        let word: UInt64 = byte < 64 ? 0x03FF_6000_0000_0000 : byte < 128 ? 0x07FF_FFFE_87FF_FFFE : 0
        return word >> UInt64(byte & 63) & 1 != 0
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x9 || byte == 0xA || byte == 0xD }
}

extension ByteView {
    /// The scalar at a place and its length in bytes; nil if it is not UTF-8 (RFC 3629): overlong, a surrogate, cut.
    func scalar(at index: Int, before end: Int) -> (value: UInt32, length: Int)? {
        let first = UInt32(self[index])
        if first < 0x80 { return (first, 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, index + length <= end else { return nil }
        var value = first & (0x7F >> UInt32(length))
        for next in index + 1..<index + length {
            let byte = UInt32(self[next])
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | (byte & 0x3F)
        }
        let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
        guard value >= smallest, value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return nil }
        return (value, length)
    }

    /// The end of the reference that starts with `&` at a place, and the scalar it stands for; nil if it is none of the
    /// five predefined entities and no reference to an allowed character.
    func reference(at index: Int, before end: Int) -> (value: UInt32, end: Int)? {
        guard let semicolon = first(0x3B, in: index + 1..<min(end, index + 12)) else { return nil }
        let name = index + 1..<semicolon
        guard !name.isEmpty else { return nil }
        if self[index + 1] == 0x23 { return numeric(name.dropFirst()).map { ($0, semicolon + 1) } }
        let value: UInt32? =
            equals(name, "lt")
            ? 0x3C
            : equals(name, "gt")
                ? 0x3E
                : equals(name, "amp")
                    ? 0x26
                    : equals(name, "quot") ? 0x22 : equals(name, "apos") ? 0x27 : nil
        return value.map { ($0, semicolon + 1) }
    }

    private func numeric(_ digits: Range<Int>) -> UInt32? {
        guard let first = digits.first else { return nil }
        let isHex = self[first] == 0x78
        let places = isHex ? digits.dropFirst() : digits
        guard !places.isEmpty, places.count <= 8 else { return nil }
        var value: UInt32 = 0
        for place in places {
            guard let digit = digit(self[place], isHex: isHex) else { return nil }
            value = value &* (isHex ? 16 : 10) &+ digit
        }
        return CharacterRules.isAllowed(value) ? value : nil
    }

    private func digit(_ byte: UInt8, isHex: Bool) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46 where isHex: UInt32(byte - 0x41 + 10)
        case 0x61...0x66 where isHex: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }
}
