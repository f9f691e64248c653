import Foundation
import TestSupport
import Testing

/// docs/bounds.md and the code say the same.
@Suite("The table of bounds")
struct BoundsDocumentTests {
    private struct Row {
        let what: String
        let file: String
        let bound: String
        let suite: String
        let test: String

        /// nil for a line that is no row.
        init?(_ line: Substring) {
            let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard fields.count == 6, let place = fields[4].wholeMatch(of: /`(.+)`: `(.+)`/),
                let test = fields[5].wholeMatch(of: /`(\w+)\.(\w+)`/)
            else { return nil }
            what = fields[0]
            (file, bound) = (String(place.output.1), String(place.output.2))
            (suite, self.test) = (String(test.output.1), String(test.output.2))
        }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(MusterBinary.packageDirectory)/\(path)", encoding: .utf8)
    }

    private func tests() throws -> [String] {
        let folder = "\(MusterBinary.packageDirectory)/Tests"
        let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        return try names.filter { $0.hasSuffix(".swift") }.map { try text("Tests/\($0)") }
    }

    @Test("has a row for each bound as the code has it, with a test that is there")
    func rows() throws {
        let lines = try text("docs/bounds.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
        let files = try tests()
        #expect(lines.count > 25)
        for line in lines {
            let row = try #require(Row(line), "\(line)")
            #expect(try text(row.file).contains(row.bound), "\(row.what)")
            let holds = files.contains { $0.contains("struct \(row.suite)") && $0.contains("func \(row.test)(") }
            #expect(holds, "\(row.suite).\(row.test)")
        }
    }
}
