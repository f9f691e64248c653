import Metrics

/// The files that are replaced whole, as bytes.
extension RunTotals {
    func summaryFile() -> [UInt8] { CSVBuffer.file(summaryRows) }

    func failuresFile() -> [UInt8] { CSVBuffer.file(failureRows) }

    /// The largest of the files goes through a buffer that is kept.
    func writeHistogramFile(to buffer: inout CSVBuffer) {
        buffer.removeAll()
        buffer.header(HistogramRow.columns)
        writeHistogram(to: &buffer)
    }
}

extension CSVBuffer {
    /// The header and these rows.
    static func file<Row: CSVRow>(_ rows: [Row]) -> [UInt8] {
        var buffer = CSVBuffer()
        buffer.header(Row.columns)
        for row in rows { row.write(to: &buffer) }
        return buffer.bytes
    }
}
