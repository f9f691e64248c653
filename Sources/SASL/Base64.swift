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
        var index = 0
        while index < bytes.count {
            append(bytes, at: index, to: &text)
            index += 3
        }
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
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte, 255 where it is not of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    private static let pad = UInt8(ascii: "=")

    private static func append(_ bytes: [UInt8], at index: Int, to text: inout [UInt8]) {
        let one = bytes[index]
        let two = index + 1 < bytes.count ? bytes[index + 1] : 0
        let three = index + 2 < bytes.count ? bytes[index + 2] : 0
        text.append(alphabet[Int(one >> 2)])
        text.append(alphabet[Int(one & 3) << 4 | Int(two >> 4)])
        text.append(index + 1 < bytes.count ? alphabet[Int(two & 15) << 2 | Int(three >> 6)] : pad)
        text.append(index + 2 < bytes.count ? alphabet[Int(three & 63)] : pad)
    }

    private static func paddingCount(_ text: Span<UInt8>) -> Int {
        guard text.count >= 4, text[text.count - 1] == pad else { return 0 }
        return text[text.count - 2] == pad ? 2 : 1
    }

    /// The 24 bits of four characters, of which only the first `used` are of the alphabet.
    private static func group(_ text: Span<UInt8>, at index: Int, used: Int) -> UInt32? {
        var bits: UInt32 = 0
        for offset in 0..<used {
            let value = values[Int(text[index + offset])]
            guard value < 64 else { return nil }
            bits |= UInt32(value) << UInt32(18 - 6 * offset)
        }
        return bits
    }

    private static func append(_ group: UInt32, used: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        if used > 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
        if used > 3 { bytes.append(UInt8(truncatingIfNeeded: group)) }
    }

    private static func unusedBitsAreZero(_ text: Span<UInt8>, _ padding: Int) -> Bool {
        guard padding > 0 else { return true }
        let last = values[Int(text[text.count - padding - 1])]
        return last & (padding == 2 ? 15 : 3) == 0
    }
}
