/// Rows of comma-separated values as bytes, by RFC 4180 with a bare newline. No string is made for a number.
struct CSVBuffer {
    private(set) var bytes: [UInt8] = []
    private var isAtRowStart = true

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isAtRowStart = true
    }

    mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isAtRowStart = true
    }

    mutating func header(_ columns: [String]) {
        for column in columns { text(column) }
        endRow()
    }

    /// Quoted where it holds a comma, a quote or a line break.
    mutating func text(_ text: String) {
        separate()
        guard text.utf8.contains(where: Self.needsQuotes) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Empty where there is nothing.
    mutating func integer(_ value: (some BinaryInteger)?) {
        separate()
        guard let value else { return }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        decimal(UInt64(value.magnitude), places: 0)
    }

    /// The same of a value that comes in thousandths, as microseconds do that are told in nanoseconds.
    mutating func thousandths(ofThousand value: UInt64) {
        separate()
        decimal(value, places: 3)
    }

    /// Up to three decimals; `inf` for infinity, empty where there is nothing.
    mutating func thousandths(_ value: Double?) {
        separate()
        guard let value, !value.isNaN else { return }
        guard let scaled = UInt64(exactly: (value.magnitude * 1000).rounded()) else {
            bytes.append(contentsOf: "inf".utf8)
            return
        }
        if value < 0, scaled > 0 { bytes.append(UInt8(ascii: "-")) }
        decimal(scaled, places: 3)
    }

    /// A part of a whole, to nine decimals; exact up to 18 milliards.
    mutating func share(_ part: UInt64, of whole: UInt64) {
        separate()
        decimal((part &* 1_000_000_000 &+ whole / 2) / whole, places: 9)
    }

    /// Fields that were written into a buffer before.
    mutating func encoded(_ fields: [UInt8]) {
        separate()
        bytes.append(contentsOf: fields)
    }

    /// A number that comes multiplied by ten to the power of `places`, without trailing zeros behind the point.
    ///
    /// Written from the last digit to the first, and then all at once.
    private mutating func decimal(_ value: UInt64, places: Int) {
        var (rest, places) = (value, places)
        while places > 0, rest % 10 == 0 {
            rest /= 10
            places -= 1
        }
        var text = InlineArray<32, UInt8>(repeating: 0)
        var start = 32
        repeat {
            start -= 1
            text[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            places -= 1
            if places == 0 {
                start -= 1
                text[start] = UInt8(ascii: ".")
            }
        } while rest > 0 || places >= 0
        let digits = text.span.extracting(start..<32)
        unsafe digits.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func separate() {
        if !isAtRowStart { bytes.append(UInt8(ascii: ",")) }
        isAtRowStart = false
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
        default: false
        }
    }
}
