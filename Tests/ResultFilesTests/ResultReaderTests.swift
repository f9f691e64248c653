import Foundation
import Metrics
import TestSupport
import Testing

@testable import ResultFiles

@Suite("result reader")
struct ResultReaderTests {
    @Test("the files say what was measured", arguments: [1, 2, 7])
    func roundTrip(intervals: Int) throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: intervals)
        let read = try ResultReader.read(folder.path)
        let totals = folder.totals
        #expect(read.missing.isEmpty)
        #expect(read.failures == totals.failureRows)
        #expect(read.summary.map(rounded) == totals.summaryRows.map(rounded))
        let last = Samples.interval(UInt64(intervals), stage: 1)
        #expect(read.intervals.suffix(3) == last.intervalRows[...])
        #expect(read.system.count == intervals)
        #expect(read.system.last == last.systemRow)
    }

    /// The files hold a mean to the nanosecond.
    private func rounded(_ row: SummaryRow) -> SummaryRow {
        var row = row
        row.mean = row.mean.map { ($0 * 1000).rounded() / 1000 }
        row.standardDeviation = row.standardDeviation.map { ($0 * 1000).rounded() / 1000 }
        return row
    }

    @Test("the histogram's buckets are contiguous in share and add up to the count")
    func histogram() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 3)
        let read = try ResultReader.read(folder.path)
        for row in read.summary where row.count > 0 {
            let buckets = read.histogram.filter { ($0.stage, $0.phase) == (row.stage, row.phase) }
            #expect(buckets.reduce(0) { $0 + $1.count } == row.count)
            #expect(buckets.last?.cumulativeShare == 1)
            #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.to < $1.from })
        }
    }

    @Test("the exact nanoseconds of a bucket can be had back from the file")
    func bucketBounds() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 1)
        let read = try ResultReader.read(folder.path).histogram.filter { $0.phase == "due" && $0.stage == "all" }
        let known = try #require(folder.totals.record(of: .due).latencies).recordedBuckets
        #expect(read.map { UInt64(($0.from * 1000).rounded()) } == known.map(\.from))
        #expect(read.map { UInt64(($0.to * 1000).rounded()) } == known.map(\.to))
    }

    @Test("run.json says again what it was told")
    func description() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 1)
        var description = Samples.description()
        description.state = .finished
        description.verdict = RunDescription.Verdict(
            exitCode: 1, passed: false, text: "did not pass muster", judgedSeconds: 30, judgedMarkedSeconds: 0,
            thresholds: [.init(text: "failures < 0.1%", figure: "9.1 %", value: 0.0909, passed: false)])
        try folder.finish(description)
        var read = try #require(try ResultReader.read(folder.path).run)
        #expect(read.durationSeconds == 1)
        read.durationSeconds = description.durationSeconds
        read.saturation = description.saturation
        #expect(read == description)
        let text = try String(contentsOfFile: folder.path + "/run.json", encoding: .utf8)
        for key in ["\"scenario_hash\"", "\"exit_code\"", "\"seed\" : 18446744073709551615", "\"is_open\" : false"] {
            #expect(text.contains(key), "\(key)")
        }
    }

    @Test("wherever an interrupted write ended, the whole rows before it are read")
    func interrupted() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 2)
        let path = folder.path + "/intervals.csv"
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let whole = try ResultReader.read(folder.path).intervals
        for length in stride(from: 0, through: bytes.count, by: 7) {
            try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
            let newlines = bytes[..<length].count { $0 == UInt8(ascii: "\n") }
            let read = try ResultReader.read(folder.path)
            #expect(read.intervals == Array(whole.prefix(max(0, newlines - 1))), "after \(length) bytes")
            #expect(read.missing == (newlines == 0 ? [.intervals] : []))
        }
    }

    @Test("what is missing is named")
    func missing() throws {
        let results = try TemporaryDirectory()
        #expect(try ResultReader.read(results.path).missing == ResultFile.ofEveryRun.filter { $0 != .run } + [.run])
    }

    @Test("a field that is no number is named with its line")
    func broken() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 1)
        let path = folder.path + "/histogram.csv"
        let text = try String(contentsOfFile: path, encoding: .utf8) + "run,login,1,2,many,1,all\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let line = text.count { $0 == "\n" }
        let error = #expect(throws: ResultError.self) { try ResultReader.read(folder.path) }
        #expect(error?.description == "cannot understand \(path): line \(line): count is no whole number: many")
    }

    @Test("a column that is missing is named")
    func missingColumn() throws {
        let results = try TemporaryDirectory()
        try "variant,phase\nrun,login\n".write(toFile: results.path + "/summary.csv", atomically: true, encoding: .utf8)
        let error = #expect(throws: ResultError.self) { try ResultReader.read(results.path) }
        #expect(error?.detail == "the column count is missing")
    }
}
