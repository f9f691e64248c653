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
        digits(UInt64(value.magnitude))
    }

    /// The same of a value that comes in thousandths, as microseconds do that are told in nanoseconds.
    mutating func thousandths(ofThousand value: UInt64) {
        separate()
        digits(value / 1000)
        fraction(value % 1000, of: 1000)
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
        digits(scaled / 1000)
        fraction(scaled % 1000, of: 1000)
    }

    /// A part of a whole, to nine decimals; exact up to 18 milliards.
    mutating func share(_ part: UInt64, of whole: UInt64) {
        separate()
        let unit: UInt64 = 1_000_000_000
        let scaled = (part &* unit &+ whole / 2) / whole
        digits(scaled / unit)
        fraction(scaled % unit, of: unit)
    }

    /// Fields that were written into a buffer before.
    mutating func encoded(_ fields: [UInt8]) {
        separate()
        bytes.append(contentsOf: fields)
    }

    /// The digits behind the point without trailing zeros, and no point without digits.
    private mutating func fraction(_ value: UInt64, of unit: UInt64) {
        guard value > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var (rest, unit) = (value, unit)
        while rest > 0 {
            unit /= 10
            bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
            rest %= unit
        }
    }

    /// The leading digits first, by themselves.
    private mutating func digits(_ value: UInt64) {
        guard value >= 10 else { return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
        digits(value / 10)
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
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
