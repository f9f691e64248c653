import Foundation
import Metrics
import ResultSupport
import TestSupport
import Testing

@testable import ResultFiles

@Suite("the folder of a run that was killed")
struct ResultRepairTests {
    private let results: TemporaryDirectory

    init() throws { results = try TemporaryDirectory() }

    /// Of a run whose process is gone: nothing holds its files.
    private func killed(intervals: Int) throws -> String {
        try Samples.folder(in: results.path, intervals: intervals).path
    }

    private func bytes(_ file: ResultFile, _ folder: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file.rawValue)")))
    }

    private func write(_ bytes: some Sequence<UInt8>, _ file: ResultFile, _ folder: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(file.rawValue)"))
    }

    @Test("a whole folder is not touched")
    func whole() throws {
        let folder = try killed(intervals: 4)
        let before = try ResultFile.ofEveryRun.map { try bytes($0, folder) }
        #expect(try ResultRepair.repair(folder) == [])
        #expect(try ResultFile.ofEveryRun.map { try bytes($0, folder) } == before)
    }

    @Test("a run that goes on is not touched, whatever stands at the end of its files")
    func alive() throws {
        let folder = try Samples.folder(in: results.path, intervals: 2)
        try write(try bytes(.system, folder).dropLast(3), .system, folder.path)
        #expect(try ResultReader.read(folder.path).isBeingWritten)
        #expect(try ResultRepair.repair(folder.path) == [])
        #expect(folder.totals.intervals == 2)
    }

    private func bytes(_ file: ResultFile, _ folder: ResultFolder) throws -> [UInt8] { try bytes(file, folder.path) }

    @Test(
        "wherever the growing files were cut, the complete intervals are left in all of them, and the tables tell of them"
    )
    func cuts() throws {
        let source = try killed(intervals: 3)
        for file in [ResultFile.intervals, .system, .log, .marked] {
            let whole = try bytes(file, source)
            let start = try #require(whole.split(separator: UInt8(ascii: "\n")).first).count + 1
            for length in stride(from: max(start, whole.count - 400), to: whole.count, by: 53) {
                let folder = try killed(intervals: 3)
                try write(whole[..<length], file, folder)
                _ = try ResultRepair.repair(folder)
                try expectConsistent(folder, "\(file.rawValue) after \(length) bytes")
            }
        }
    }

    private func expectConsistent(_ folder: String, _ comment: String) throws {
        let read = try ResultReader.read(folder)
        #expect(ResultSums(read).disagreements == [], "\(comment)")
        let logins = read.intervals.filter { $0.phase == "login" }
        #expect(read.system.map(\.at) == logins.map(\.at), "\(comment)")
        #expect(Set(read.log.map(\.end)) == Set(read.system.map(\.at)), "\(comment)")
        let total = read.summary.first { $0.phase == "login" && $0.stage == "all" }?.count ?? 0
        #expect(total == logins.reduce(0) { $0 + $1.completed }, "\(comment)")
        #expect(
            read.histogram.filter { $0.phase == "login" && $0.stage == "all" }.reduce(0) { $0 + $1.count } == total,
            "\(comment)")
    }

    @Test("tables that are missing are made again, with the same figures", arguments: [1, 5])
    func missing(intervals: Int) throws {
        let folder = try killed(intervals: intervals)
        let before = try ResultReader.read(folder)
        for file in [ResultFile.summary, .histogram, .failures] {
            try FileManager.default.removeItem(atPath: "\(folder)/\(file.rawValue)")
        }
        #expect(
            try ResultRepair.repair(folder).last?.hasPrefix("summary.csv, histogram.csv, failures.csv made again")
                == true)
        let after = try ResultReader.read(folder)
        #expect(after.missing.isEmpty)
        #expect(after.histogram == before.histogram)
        for (one, other) in zip(before.summary, after.summary) {
            #expect(one.count == other.count && one.failures == other.failures && one.max == other.max)
            #expect([one.p50, one.p90, one.p99, one.p999] == [other.p50, other.p90, other.p99, other.p999])
            if let mean = one.mean { #expect(abs((other.mean ?? 0) / mean - 1) < 0.001) }
        }
    }

    @Test("a table that was left behind by an interval is made again")
    func older() throws {
        let folder = try killed(intervals: 3)
        try write(try bytes(.summary, try killed(intervals: 2)), .summary, folder)
        #expect(try ResultRepair.repair(folder) == ["summary.csv made again from latency.hlog and intervals.csv"])
        try expectConsistent(folder, "")
    }

    @Test("an interval whose failures were not written yet is cut, and none of another is lost")
    func failuresBehind() throws {
        let folder = try killed(intervals: 3)
        try write(try bytes(.failures, try killed(intervals: 2)), .failures, folder)
        #expect(try ResultRepair.repair(folder).first?.contains("after 2.0 s was removed") == true)
        try expectConsistent(folder, "")
        #expect(try ResultReader.read(folder).failures.reduce(0) { $0 + $1.count } == 2)
    }

    @Test("a run that was killed between two tables has them made again, and its length is that of its intervals")
    func between() throws {
        let folder = try ResultFolder.create(in: results.path, name: "rush", startedAt: Samples.start)
        try folder.begin(Samples.description(), names: Samples.names)
        for second: UInt64 in 1...5 { try folder.append(Samples.interval(second)) }
        let path = try copy(folder.path)
        #expect(try ResultReader.read(folder.path).current.summary.first { $0.phase == "login" }?.count == 50)
        #expect(try ResultRepair.repair(path).count == 1)
        try expectConsistent(path, "")
        let read = try ResultReader.read(path)
        #expect(read.summary.first { $0.phase == "login" }?.count == 50 && read.run?.durationSeconds == 5)
        #expect(read.run?.saturation.sentence == "generator saturated in 1 of 5 seconds")
    }

    /// As it would be left behind.
    private func copy(_ folder: String) throws -> String {
        let copy = results.path("copy")
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
        return copy
    }

    @Test("what a run's recorders held comes back from its files, to the nanosecond of the file")
    func totals() throws {
        let folder = try Samples.folder(in: results.path, intervals: 4)
        let totals = try ResultReader.read(folder.path).totals
        #expect(totals.failureRows == folder.totals.failureRows)
        let login = try #require(totals.record(of: .login).latencies)
        let known = try #require(folder.totals.record(of: .login).latencies)
        #expect(login.countsByIndex == known.countsByIndex)
        #expect(login.minimum == known.minimum && login.maximum == known.maximum)
        #expect(abs((login.mean ?? 0) - (known.mean ?? 0)) < 1)
        #expect(abs((login.standardDeviation ?? 0) - (known.standardDeviation ?? 0)) < 1)
    }
}
