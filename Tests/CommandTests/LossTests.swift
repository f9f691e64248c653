import Foundation
import ResultFiles
import ResultSupport
import TestSupport
import Testing

@Suite("a run whose process or disk fails")
struct LossTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(
        "kill -9 at any moment: every file parses, no interval is missing or twice, report draws it, no child is left")
    func killed() async throws {
        for _ in 0..<TestSize.pick(small: 5, long: 50) {
            // In the long size the page is being drawn again at some of them.
            let moment = Duration.milliseconds(Int.random(in: 0...TestSize.pick(small: 4000, long: 12_000)))
            let run = try LiveRun(
                """
                name: killed
                interval: 1s
                target: {address: embedded, tls: none}
                accounts: {count: 200, password: "${MUSTER_PASSWORD}"}
                login: {mechanism: PLAIN}
                load: [{hold: {rate: 100/s, for: 60s}}]
                session: {stay: 500ms}
                """)
            try await awaitCondition("the run had begun") { (try? run.result().run) != nil }
            let deadline = ContinuousClock.now + moment
            try await awaitCondition("the moment had come", within: .seconds(30)) { ContinuousClock.now >= deadline }
            let seen = try run.result().system.count
            let children = try ProcessTree.children(of: run.process.pid)
            #expect(children.contains(try #require(run.result().run?.server.pid)))
            run.process.signal(SIGKILL)
            #expect(try await run.process.waitUntilExit() == .signalled(SIGKILL))
            try await awaitCondition("no child was left") { children.allSatisfy { kill($0, 0) != 0 } }
            let comment: Comment = "killed \(moment) after its begin"
            expectWhole(try run.result(), atLeast: seen, comment)
            try await expectDrawn(try run.result(), comment)
            expectWhole(try run.result(), atLeast: seen, comment)
            #expect(ResultSums(try run.result()).disagreements == [], comment)
        }
    }

    private func expectDrawn(_ result: StoredResult, _ comment: Comment) async throws {
        let outcome = try await MusterBinary.run(["report", result.path])
        #expect(outcome.status == .exited(0), comment)
        let cut = result.system.isEmpty ? "cut before its first interval" : "cut at 0:"
        #expect(outcome.output.hasPrefix(cut), "\(outcome.output)\(outcome.errorOutput), \(comment)")
        let page = try String(contentsOfFile: result.path + "/report.html", encoding: .utf8)
        #expect(page.contains("C" + cut.dropFirst()) && page.hasSuffix("</html>\n"), comment)
    }

    /// An interval that is missing or twice would show.
    private func expectWhole(_ result: StoredResult, atLeast seen: Int, _ comment: Comment) {
        #expect(result.missing.isEmpty && result.run?.state == .running, comment)
        let ends = result.system.map { Int(($0.at * 1000).rounded()) }
        #expect(ends.count >= seen && ends == Set(ends).sorted(), comment)
        let logins = result.intervals(of: "login")
        let logged = result.log.filter { $0.phase == "login" }
        // The interval in progress may be in the first of the files and not yet in the others.
        for (rows, what) in [(logins.map(\.at), "intervals.csv"), (logged.map(\.end), "latency.hlog")] {
            let keys = rows.map { Int(($0 * 1000).rounded()) }
            #expect(keys == Set(keys).sorted(), "\(what), \(comment)")
            #expect(Set(ends).symmetricDifference(keys).allSatisfy { $0 >= ends.last ?? 0 }, "\(what), \(comment)")
        }
        let sums = [logins, logins.dropLast()].map { $0.reduce(0) { $0 + $1.completed } }
        let total = logged.reduce(0) { $0 + $1.buckets.reduce(0) { $0 + $1.count } }
        #expect(sums.contains(total), "\(total) of \(sums), \(comment)")
    }

    @Test("a disk that is full is said at once; the run goes on and does not pass, and every file parses")
    func fullDisk() async throws {
        let scenario = try folder.write(
            """
            name: full
            target: {address: embedded, tls: none}
            accounts: {count: 200, password: pw}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: 50/s, for: 8s}}]
            """, to: "scenario.yml")
        // A limit on the size of files, in blocks of 512 bytes, stands for a disk that is full.
        let outcome = try await ChildProcess.run(
            "sh",
            [
                "-c", "ulimit -f 12; exec \"$0\" run \"$1\" --results \"$2\" --quiet", try MusterBinary.path(),
                scenario,
                folder.path("results"),
            ])
        #expect(outcome.status == .exited(3), "\(outcome.errorOutput)")
        #expect(outcome.output.hasPrefix("did not pass muster: the result is not complete; 400 logins"))
        let lines = outcome.errorOutput.split(separator: "\n")
        #expect(lines.first?.contains(": File too large") == true)
        #expect(lines.last?.hasPrefix("muster: the result is not complete: cannot write ") == true)
        let result = try ResultReader.read(folder.path("results/latest"))
        #expect(result.missing.isEmpty && result.system.count >= 8)
        #expect(result.log.filter { $0.phase == "login" }.count < 8)
    }

    @Test("a folder that is removed is said at once, and the run does not pass")
    func removedFolder() async throws {
        let run = try LiveRun(
            """
            name: removed
            interval: 1s
            target: {address: embedded, tls: none}
            accounts: {count: 200, password: "${MUSTER_PASSWORD}"}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: 50/s, for: 4s}}]
            """)
        try await run.await("an interval was written") { !$0.system.isEmpty }
        let path = try run.result().path
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        // At once, for the run goes on making files in it.
        try FileManager.default.moveItem(at: target, to: URL(filePath: folder.path("removed")))
        #expect(try await run.process.waitUntilExit() == .exited(3))
        #expect(run.process.output.hasPrefix("did not pass muster: the result is not complete; 200 logins"))
        #expect(run.process.errorOutput.contains(": No such file or directory"))
        #expect(run.process.errorOutput.contains("muster: the result is not complete"))
    }
}
