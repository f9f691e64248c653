/// Rows of RFC 4180 in one growing buffer; a field costs its bytes.
struct CSVWriter {
    private(set) var bytes: [UInt8] = []
    private var isAtStartOfRow = true

    mutating func header(_ columns: [String]) {
        for column in columns { text(column) }
        endRow()
    }

    /// Quoted where it must be (section 2, rules 5 to 7).
    mutating func text(_ value: String) {
        separate()
        guard value.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            bytes += value.utf8
            return
        }
        bytes.append(0x22)
        for byte in value.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    mutating func integer(_ value: some BinaryInteger) {
        separate()
        if value < 0 { bytes.append(0x2D) }
        digits(UInt64(value.magnitude))
    }

    /// Fields to be written many times.
    static func fields(_ values: String...) -> [UInt8] {
        var csv = CSVWriter()
        for value in values { csv.text(value) }
        return csv.bytes
    }

    /// Fields that were written before, as they stand.
    mutating func fields(_ written: [UInt8]) {
        separate()
        bytes += written
    }

    /// Empty for nil.
    mutating func optional(_ value: (some BinaryInteger)?) {
        if let value { integer(value) } else { empty() }
    }

    mutating func empty() { separate() }

    /// A count of thousandths as a decimal number without trailing zeros: nanoseconds as microseconds, milliseconds as
    /// seconds.
    mutating func thousandths(_ value: UInt64) {
        separate()
        digits(value / 1000)
        var rest = value % 1000
        guard rest > 0 else { return }
        bytes.append(0x2E)
        var scale: UInt64 = 100
        while rest > 0 {
            bytes.append(UInt8(0x30 + rest / scale))
            rest %= scale
            scale /= 10
        }
    }

    /// A share of 1 with up to six decimals, enough for one in a million.
    mutating func share(_ part: UInt64, of whole: UInt64) {
        separate()
        let millionths = whole == 0 ? 0 : UInt64(Double(part) / Double(whole) * 1e6)
        digits(millionths / 1_000_000)
        var rest = millionths % 1_000_000
        guard rest > 0 else { return }
        bytes.append(0x2E)
        var scale: UInt64 = 100_000
        while rest > 0 {
            bytes.append(UInt8(0x30 + rest / scale))
            rest %= scale
            scale /= 10
        }
    }

    private mutating func digits(_ value: UInt64) {
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(0x30 + value / divisor % 10))
            divisor /= 10
        }
    }

    mutating func endRow() {
        bytes.append(0x0A)
        isAtStartOfRow = true
    }

    private mutating func separate() {
        if !isAtStartOfRow { bytes.append(0x2C) }
        isAtStartOfRow = false
    }
}
