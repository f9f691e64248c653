/// Base64 with padding (RFC 4648 section 4), strict: no white space, no other alphabet, no stray bits.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
    private static let padding = UInt8(ascii: "=")

    public static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            let length = min(3, bytes.count - start)
            for place in 0..<4 {
                text.append(place <= length ? alphabet[group >> (18 - 6 * place) & 63] : padding)
            }
        }
        return text
    }

    /// The bytes; nil if the text is not canonical base64.
    public static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let pads = text.reversed().prefix(2).prefix { $0 == padding }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits = 0
        var pending = 0
        for letter in text.dropLast(pads) {
            let value = values[Int(letter)]
            guard value != 255 else { return nil }
            bits = bits << 6 | Int(value)
            pending += 6
            if pending >= 8 {
                pending -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> pending))
                bits &= (1 << pending) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }
}
