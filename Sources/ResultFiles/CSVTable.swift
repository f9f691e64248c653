/// A file of comma-separated values, taken apart by RFC 4180. A last row without its newline was never finished and is
/// left out.
struct CSVTable {
    /// Without the header.
    private(set) var rows: [[String]] = []
    private(set) var columns: [String: Int] = [:]
    let path: String

    init(_ bytes: [UInt8], path: String) {
        self.path = path
        var parser = CSVParser()
        for byte in bytes { parser.take(byte) }
        rows = parser.rows
        guard !rows.isEmpty else { return }
        for (index, name) in rows.removeFirst().enumerated() { columns[name] = index }
    }

    /// The rows as values. A column that is missing, or a field that is no number, is an error that names its line.
    func decode<Row: CSVReadable>(_ type: Row.Type) throws(ResultError) -> [Row] {
        let expected = Row.columns.filter { !Row.laterColumns.contains($0) }
        if let missing = expected.first(where: { columns[$0] == nil }) {
            throw ResultError(path: path, operation: .understand, detail: "the column \(missing) is missing")
        }
        var decoded: [Row] = []
        decoded.reserveCapacity(rows.count)
        for (index, fields) in rows.enumerated() {
            decoded.append(try Row(CSVFields(table: self, fields: fields, line: index + 2)))
        }
        return decoded
    }
}

/// Bytes in, rows out.
private struct CSVParser {
    private(set) var rows: [[String]] = []
    private var row: [String] = []
    private var field: [UInt8] = []
    private var isQuoted = false
    /// A quote within quotes ends them, unless another one follows.
    private var sawQuote = false

    mutating func take(_ byte: UInt8) {
        if isQuoted, !sawQuote {
            if byte == UInt8(ascii: "\"") { sawQuote = true } else { field.append(byte) }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): takeQuote(byte)
        case UInt8(ascii: ","): endField()
        case UInt8(ascii: "\n"): endRow()
        case UInt8(ascii: "\r"): break
        default: field.append(byte)
        }
    }

    private mutating func takeQuote(_ byte: UInt8) {
        if sawQuote { field.append(byte) }
        isQuoted = true
        sawQuote = false
    }

    private mutating func endField() {
        row.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        isQuoted = false
        sawQuote = false
    }

    private mutating func endRow() {
        endField()
        rows.append(row)
        row.removeAll(keepingCapacity: true)
    }
}

/// The fields of one row, by the names of their columns.
struct CSVFields {
    let table: CSVTable
    let fields: [String]
    let line: Int

    func text(_ column: String) throws(ResultError) -> String {
        guard let index = table.columns[column], index < fields.count else {
            throw problem("there is no field \(column)")
        }
        return fields[index]
    }

    /// Empty where the column is not there.
    func laterText(_ column: String) -> String { (try? text(column)) ?? "" }

    func integer<Number: FixedWidthInteger>(_ column: String) throws(ResultError) -> Number {
        guard let number: Number = try optionalInteger(column) else { throw problem("\(column) is empty") }
        return number
    }

    func optionalInteger<Number: FixedWidthInteger>(_ column: String) throws(ResultError) -> Number? {
        let text = try text(column)
        if text.isEmpty { return nil }
        guard let number = Number(text) else { throw problem("\(column) is no whole number: \(Self.shown(text))") }
        guard number >= 0 || Self.mayFall.contains(column), number.magnitude <= Self.greatest(of: column) else {
            throw problem("\(column) cannot be \(text)")
        }
        return number
    }

    /// The columns that may be below 0.
    private static let mayFall: Set<String> = ["server_memory_growth_bytes"]
    /// Those that are added up row by row; more than any run has.
    private static let added: Set<String> = [
        "started", "completed", "failed", "count", "failures", "logins", "first_logins", "round_trips",
    ]

    private static func greatest(of column: String) -> UInt64 { added.contains(column) ? 1 << 40 : 1 << 49 }

    /// In any unit that a file has: finite, not below 0, and no more than a number of its kind can be.
    func number(_ column: String) throws(ResultError) -> Double {
        guard let number = try optionalNumber(column) else { throw problem("\(column) is empty") }
        return number
    }

    func optionalNumber(_ column: String) throws(ResultError) -> Double? {
        guard let number = try optionalSigned(column) else { return nil }
        let greatest = column.hasSuffix("_s") ? StoredLimits.seconds : StoredLimits.magnitude
        guard (0...greatest).contains(number) else { throw problem("\(column) cannot be \(number)") }
        return number
    }

    /// A percentile may be among what was never reached.
    func optionalPercentile(_ column: String) throws(ResultError) -> Double? {
        try text(column) == "inf" ? .infinity : optionalNumber(column)
    }

    /// A difference, or an end of its interval; infinite where one side was never reached.
    func optionalSigned(_ column: String) throws(ResultError) -> Double? {
        let text = try text(column)
        if text.isEmpty { return nil }
        guard let number = Double(text) else { throw problem("\(column) is no number: \(Self.shown(text))") }
        guard abs(number) <= StoredLimits.magnitude || number.isInfinite else {
            throw problem("\(column) cannot be \(number)")
        }
        return number
    }

    private static func shown(_ text: String) -> String { String(text.prefix(40)) }

    func problem(_ detail: String) -> ResultError {
        ResultError(path: table.path, operation: .understand, detail: "line \(line): \(detail)")
    }
}

/// What a number in a file of a result can be: beyond it, it was not this tool that wrote it.
enum StoredLimits {
    /// Microseconds, bytes, or how many.
    static let magnitude = 1e15
    /// Over thirty years.
    static let seconds = 1e9
}

extension Double {
    /// As a file of a result holds it: no more than a number there can be. An interval's end that is known badly may lie
    /// anywhere.
    public var storable: Double { Swift.min(Swift.max(self, -StoredLimits.magnitude), StoredLimits.magnitude) }
}

/// A row of one of the files, written and read by the names of its columns.
protocol CSVReadable {
    static var columns: [String] { get }
    /// Those of them that older files do not have.
    static var laterColumns: Set<String> { get }
    init(_ fields: CSVFields) throws(ResultError)
}

extension CSVReadable {
    static var laterColumns: Set<String> { [] }
}

/// A row that is written one by one, too.
protocol CSVRow: CSVReadable {
    func write(to buffer: inout CSVBuffer)
}
