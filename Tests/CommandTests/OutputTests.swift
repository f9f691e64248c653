import Foundation
import ResultFiles
import TestSupport
import Testing

@testable import Command

@Suite("standard input, output and error")
struct OutputTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func scenario() throws -> String {
        try folder.write(
            """
            name: small
            target: {address: embedded, tls: none}
            accounts: {count: 20, password: pw}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: 10/s, for: 1s}}]
            """, to: "scenario.yml")
    }

    /// By a shell that redirects before it becomes `muster`.
    private func muster(_ arguments: [String], _ redirection: String) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            "sh", ["-c", "exec \"$0\" \"$@\" \(redirection)", try MusterBinary.path()] + arguments)
    }

    @Test("whichever of them are closed at the start, the run is the same and its files hold nothing else")
    func closed() async throws {
        let scenario = try scenario()
        try await withThrowingTaskGroup { group in
            for closed in ["", "<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
                group.addTask { try await expectWhole(scenario, closed) }
            }
            try await group.waitForAll()
        }
    }

    private func expectWhole(_ scenario: String, _ closed: String) async throws {
        let results = folder.path("results \(closed.filter { !$0.isWhitespace })")
        let outcome = try await muster(["run", scenario, "--results", results], closed)
        #expect(outcome.status == .exited(0), "\(closed): \(outcome.errorOutput)")
        let result = try ResultReader.read(results + "/latest")
        #expect(result.missing.isEmpty && result.total("login")?.count == 10, "\(closed)")
        for file in ["summary", "histogram", "intervals", "failures", "system"] {
            let lines = try String(contentsOfFile: "\(results)/latest/\(file).csv", encoding: .utf8)
                .split(separator: "\n")
            let columns = lines.first?.split(separator: ",", omittingEmptySubsequences: false).count
            let whole = lines.filter { $0.split(separator: ",", omittingEmptySubsequences: false).count == columns }
            #expect(whole == lines, "\(closed): \(file).csv")
        }
        let log = try String(contentsOfFile: results + "/latest/latency.hlog", encoding: .utf8).split(separator: "\n")
        #expect(log.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("\"") || $0.hasPrefix("Tag=") }, "\(closed)")
        let page = try String(contentsOfFile: results + "/latest/report.html", encoding: .utf8)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"), "\(closed)")
    }

    @Test("what was asked for and cannot be written is said, and is exit code 3, whatever the command")
    func fullDisk() async throws {
        let scenario = try scenario()
        let results = folder.path("results")
        for name in ["first", "second"] {
            #expect(try await muster(["run", scenario, "--results", results, "--quiet"], "").status == .exited(0))
            try FileManager.default.moveItem(
                atPath: try FileManager.default.destination(ofLatestIn: results), toPath: folder.path(name))
        }
        let (one, other) = (folder.path("first"), folder.path("second"))
        let commands = [
            ["run", scenario, "--results", results, "--json"], ["run", scenario, "--results", results, "--quiet"],
            ["run", scenario, "--results", results], ["check", scenario], ["reference"], ["--help"], ["help", "run"],
            ["run", "--help"], ["--version"], [], ["--generate-completion-script", "bash"],
            ["--experimental-dump-help"], ["report", one], ["compare", one, other],
            ["merge", one, other, "--output", folder.path("merged")],
            ["provision", scenario, "--by", "file", "--format", "prosody", "--output", folder.path("accounts")],
        ]
        for command in commands {
            let outcome = try await muster(command, ">/dev/full")
            #expect(outcome.status == .exited(3), "\(command): \(outcome.errorOutput)")
            let last = outcome.errorOutput.split(separator: "\n").last
            #expect(last == "muster: standard output cannot be written: No space left on device", "\(command)")
        }
        #expect(try await muster(["check", folder.path("none.yml")], ">/dev/full").status == .exited(2))
    }

    @Test("a reader that leaves takes nothing from the run and its verdict")
    func readerLeaves() async throws {
        let outcome = try await ChildProcess.run(
            "bash",
            [
                "-c", "\"$0\" run \"$1\" --results \"$2\" 2>&1 | head -c 1; exit ${PIPESTATUS[0]}",
                try MusterBinary.path(), try scenario(), folder.path("results"),
            ])
        #expect(outcome.status == .exited(0))
        let result = try ResultReader.read(folder.path("results/latest"))
        #expect(result.run?.state == .finished && result.total("login")?.count == 10)
    }

    @Test("a pipe that takes little at a time and does not block gets everything")
    func nonBlocking() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        #expect(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        let text = (0..<40_000).map { "line \($0)\n" }.joined()
        let stream = StandardStream(writing)
        Thread.detachNewThread {
            stream.write(text)
            close(writing)
        }
        let read = FileHandle(fileDescriptor: reading, closeOnDealloc: true).readDataToEndOfFile()
        #expect(String(decoding: read, as: UTF8.self) == text)
        #expect(stream.reason == nil)
    }

    @Test(
        "there are no colours, and nothing moves, on a terminal that does not say what it is",
        arguments: [nil, "", "dumb"])
    func terminal(_ kind: String?) async throws {
        let setting = kind.map { "TERM=\($0)" } ?? "-u TERM"
        let outcome = try await ChildProcess.run(
            "sh",
            [
                "-c", "exec env -u NO_COLOR \(setting) script -qec \"'$0' run '$1' --results '$2'\" /dev/null",
                try MusterBinary.path(), try scenario(), folder.path("results"),
            ])
        #expect(outcome.output.contains("passed muster"), "\(outcome.output)\(outcome.errorOutput)")
        #expect(!outcome.output.contains("\u{1B}"))
    }
}

extension FileManager {
    fileprivate func destination(ofLatestIn results: String) throws -> String {
        "\(results)/\(try destinationOfSymbolicLink(atPath: results + "/latest"))"
    }
}
