import Foundation
import Metrics
import ResultSupport
import Testing

@testable import ResultFiles

/// `Results/sample`, which people read to learn the format: `make sample` makes it anew.
@Suite("the sample of a result")
struct SampleResultTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Results/sample").path

    @Test("is whole, of the present format, and tells the same sums in all its files")
    func whole() throws {
        let result = try ResultReader.read(Self.folder)
        #expect(result.missing == [] && ResultSums(result).disagreements == [])
        let run = try #require(result.run)
        #expect(run.state == .finished && run.verdict?.passed == true && run.rules?.count == 2)
        #expect(result.summary.contains { $0.phase == Phase.readLag.name }, "rows of the present version")
        #expect(result.summary.first { $0.phase == "login" && $0.stage == "all" }?.count == 120)
    }

    @Test("every column and every phase of its files, and every key of its run.json, is told in Results/README.md")
    func told() throws {
        let text = { (name: String) in try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8) }
        let readme = try text("../README.md")
        let columns = try ResultFile.ofEveryRun.filter { $0.rawValue.hasSuffix(".csv") }.flatMap { file in
            try text(file.rawValue).prefix { $0 != "\n" }.split(separator: ",").map(String.init)
        }
        let keys = try text("run.json").matches(of: #/"([a-z0-9_]+)" :/#).map { String($0.1) }
        let phases = try ResultReader.read(Self.folder).summary.map(\.phase)
        #expect(columns.count > 40 && keys.count > 60 && phases.count > 15)
        #expect(Set(columns + keys + phases).filter { !readme.contains("`\($0)`") } == [])
    }

    @Test("its files begin as those of a new run do")
    func heads() throws {
        let results = NSTemporaryDirectory() + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: results) }
        let fresh = try Samples.folder(in: results, intervals: 1).path
        for file in ResultFile.ofEveryRun where file.rawValue.hasSuffix(".csv") {
            let heads = try [Self.folder, fresh].map { folder in
                try String(contentsOfFile: "\(folder)/\(file.rawValue)", encoding: .utf8).prefix { $0 != "\n" }
            }
            #expect(heads[0] == heads[1], "\(file.rawValue)")
        }
    }
}
