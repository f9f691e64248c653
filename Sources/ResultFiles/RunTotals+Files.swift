import Metrics

/// The files that are replaced whole.
extension RunTotals {
    func summaryFile() -> [UInt8] { CSVBuffer.file(summaryRows) }

    func failuresFile() -> [UInt8] { CSVBuffer.file(failureRows) }

    /// The largest of the files is never in memory as a whole: it goes through this buffer.
    func replaceHistogram(in folder: String, through buffer: inout CSVBuffer) throws(ResultError) {
        try ReplacedFile(folder: folder, name: ResultFile.histogram.rawValue).replace { (write) throws(ResultError) in
            try writeHistogram(through: &buffer, write)
        }
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
