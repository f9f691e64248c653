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
        bytes += String(value).utf8
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
        bytes += String(value / 1000).utf8
        let rest = value % 1000
        guard rest > 0 else { return }
        var digits = String(1000 + rest).utf8.dropFirst()
        while digits.last == 0x30 { digits = digits.dropLast() }
        bytes.append(0x2E)
        bytes += digits
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
