import Foundation
import TestSupport
import Testing

@testable import ResultFiles

@Suite("a result folder into which somebody else wrote")
struct ForeignFileTests {
    private let results: TemporaryDirectory
    private let folder: String
    private let victim: String

    init() throws {
        results = try TemporaryDirectory()
        folder = try Samples.folder(in: results.path, intervals: 3).path
        victim = try results.write("precious", to: "victim")
    }

    private var isSpared: Bool { (try? String(contentsOfFile: victim, encoding: .utf8)) == "precious" }

    private func put(_ name: String, _ make: (String) -> Int32) {
        let path = "\(folder)/\(name)"
        unlink(path)
        #expect(make(path) == 0)
    }

    @Test("a link where a file is being made is no way out of the folder, nor is what an interrupted write left")
    func temporary() throws {
        put(".report.html.new") { symlink(victim, $0) }
        try ResultFile.page.replace(in: folder, with: Array("new".utf8))
        #expect(isSpared)
        #expect(try String(contentsOfFile: folder + "/report.html", encoding: .utf8) == "new")
        try Data("a longer one that was cut".utf8).write(to: URL(filePath: folder + "/.report.html.new"))
        try ResultFile.page.replace(in: folder, with: Array("newer".utf8))
        #expect(try String(contentsOfFile: folder + "/report.html", encoding: .utf8) == "newer")
    }

    @Test("two who replace the same file at once each write a file of their own: one of them stays, whole")
    func atOnce() async throws {
        let (folder, pages) = (folder, (0..<8).map { String(repeating: "\($0)", count: 1 << 20) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for page in pages {
                group.addTask { try ResultFile.page.replace(in: folder, with: Array(page.utf8)) }
            }
            try await group.waitForAll()
        }
        #expect(pages.contains(try String(contentsOfFile: folder + "/report.html", encoding: .utf8)))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".new") }
        #expect(left == [])
    }

    @Test("what an interrupted replacing left is removed by repair, what somebody is writing is not")
    func leftovers() throws {
        let names = [".report.html.new", ".report.html.77-1.new", ".mine.new"]
        for name in names { try Data("half".utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        let other = open("\(folder)/.run.json.78-2.new", O_CREAT | O_RDWR, 0o600)
        defer { close(other) }
        #expect(flock(other, LOCK_EX) == 0)
        #expect(try ResultRepair.repair(folder).contains("2 files of an interrupted write removed"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".new") }
        #expect(left.sorted() == [".mine.new", ".run.json.78-2.new"])
    }

    @Test(
        "a link in place of a file is refused, not followed", arguments: [ResultFile.log, .intervals, .run, .summary])
    func link(_ file: ResultFile) throws {
        put(file.rawValue) { symlink(victim, $0) }
        #expect(throws: ResultError.self) { try ResultReader.read(folder) }
        #expect(throws: ResultError.self) { try ResultRepair.repair(folder) }
        #expect(isSpared)
    }

    @Test(
        "neither a pipe nor a device nor a folder is waited for, or read", arguments: [ResultFile.log, .system, .run])
    func noFile(_ file: ResultFile) throws {
        put(file.rawValue) { mkfifo($0, 0o600) }
        #expect(throws: ResultError.self) { try ResultReader.read(folder) }
        put(file.rawValue) { mkdir($0, 0o700) }
        #expect(throws: ResultError.self) { try ResultReader.read(folder) }
        rmdir("\(folder)/\(file.rawValue)")
        put(file.rawValue) { symlink("/dev/zero", $0) }
        #expect(throws: ResultError.self) { try ResultReader.read(folder) }
    }

    @Test("a file without end is not read into memory")
    func endless() throws {
        #expect(truncate("\(folder)/latency.hlog", 2 << 30) == 0)
        let error = #expect(throws: ResultError.self) { try ResultReader.read(folder) }
        #expect(error?.description.hasSuffix("it is larger than 1 GiB") == true)
    }
}
