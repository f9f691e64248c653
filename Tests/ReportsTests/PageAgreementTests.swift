import Foundation
import Metrics
import TestSupport
import Testing

@testable import Reports
@testable import ResultFiles

/// The words of the first screen against the tables of the same result, for every kind of run.
@Suite("The first screen of report.html says what its tables say")
struct PageAgreementTests {
    static let kinds: [(name: String, result: StoredResult)] = [
        ("passed", SampleRun.finished().stored), ("failed", SampleRun.finished(1).stored),
        ("saturated", SampleRun.finished(4).stored), ("interrupted", SampleRun.finished(130).stored),
        ("nothing yet", SampleRun().stored), ("killed", killed),
        ("without failures", make { $0.append(intervals: 9, failures: 0) }),
        ("without logins", make { $0.append(intervals: 9, failures: 1) }),
        ("experiment", SampleExperiment.make().stored),
        ("soak", SampleSoak.stored), ("storm", make { $0.storm(lost: 40, refused: 520, back: 39) }),
        ("storm of the dead", make { $0.storm(lost: 40, refused: 52, back: 0) }),
        ("lost sessions", make { $0.storm(lost: 3, refused: 0, back: 0, isTold: false) }),
    ]

    private static var killed: StoredResult { make { $0.kill() } }

    private static func make(_ change: (inout SampleRun) -> Void) -> StoredResult {
        var run = SampleRun()
        run.append(intervals: 30)
        change(&run)
        return run.stored
    }

    /// The first number of a text, `1,971` among them.
    private func number(_ text: some StringProtocol) -> UInt64 {
        let digits = text.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "," }
        return UInt64(String(digits.filter(\.isNumber))) ?? 0
    }

    private func sum(_ rows: [SummaryRow], _ phase: Phase, _ count: (SummaryRow) -> UInt64) -> UInt64 {
        rows.filter { $0.phase == phase.name && $0.stage == SummaryRow.allStages }.reduce(0) { $0 + count($1) }
    }

    @Test("logins, failures, deaths and returns add up to the tables", arguments: kinds)
    func counts(_ name: String, _ result: StoredResult) throws {
        let page = ReportPage(result)
        let failures = result.failures.reduce(0) { $0 + $1.count }
        guard let logins = page.figures.first else {
            #expect(failures == 0, "\(name)")
            return
        }
        let failed = logins.note == "none failed" ? 0 : number(logins.note)
        #expect(failed == sum(result.summary, .due, \.failures), "\(name): \(logins)")
        #expect(number(logins.value) + failed == sum(result.summary, .due, \.count), "\(name): \(logins)")
        let returns = page.figures.first { $0.name == "Sessions that died" }
        let died = returns.map { number($0.value) } ?? 0
        let attempts = returns.flatMap { $0.note.firstMatch(of: /([\d,]+) attempts failed/) }.map { number($0.1) } ?? 0
        #expect(failed + died + attempts == failures, "\(name): \(logins) \(String(describing: returns))")
        let told = returns.map { $0.note.hasPrefix("none") ? 0 : number($0.note) } ?? 0
        #expect(told == sum(result.summary, .reconnect, \.count), "\(name)")
        let list =
            page.html.firstMatch(of: /<ol class="failures">.*?<\/ol>/.dotMatchesNewlines()).map { String($0.0) } ?? ""
        #expect(list.matches(of: /<b>([\d,]+)<\/b>/).reduce(0) { $0 + number($1.1) } == failures, "\(name)")
    }

    enum Merge: String, CaseIterable {
        case passed, failed, killed, storm

        var parts: [StoredResult] {
            switch self {
            case .passed: [MergedRuns.part(1), MergedRuns.part(2)]
            case .failed: [MergedRuns.part(1, failures: 3), MergedRuns.part(2, failures: 4)]
            case .killed: [MergedRuns.part(1), MergedRuns.part(2) { $0.kill() }]
            case .storm: [MergedRuns.part(1) { lose(40, &$0) }, MergedRuns.part(2) { lose(20, &$0) }]
            }
        }
    }

    private static func lose(_ lost: Int, _ run: inout SampleRun) {
        run.storm(lost: lost, refused: 5, back: lost)
        run.finish()
    }

    @Test("so do those of several injectors' results as one, and its JUnit file", arguments: Merge.allCases)
    func merged(_ merge: Merge) throws {
        let folder = try TemporaryDirectory()
        let (name, result) = (merge.rawValue, try MergedRuns.written(merge.parts, to: folder.path("merged")))
        try counts(name, result)
        try firstToBreak(name, result)
        try durations(name, result)
        let (page, verdict) = (ReportPage(result), try #require(result.run?.verdict))
        let junit = try String(contentsOfFile: folder.path("merged/junit.xml"), encoding: .utf8)
        #expect(junit.matches(of: #/<failure /#).count == verdict.thresholds.count { $0.passed == false }, "\(name)")
        #expect(junit.contains("<error ") == (verdict.exitCode == 4), "\(name)")
        #expect(page.sentence.hasPrefix(verdict.text) && page.html.contains("exit code 0"), "\(name)")
        let headlines = [0: "Passed muster", 1: "Did not pass muster", 4: "Not judged"]
        #expect(page.html.contains("\(headlines[verdict.exitCode] ?? "")</h1>"), "\(name): \(verdict.text)")
        for threshold in verdict.thresholds where threshold.text.hasPrefix("login p99") {
            let row = result.summary.first { $0.phase == "login" && $0.stage == "all" }
            #expect(threshold.value == row?.p99, "\(name)")
        }
    }

    @Test("what broke first broke in that stage at that time, and so often", arguments: kinds)
    func firstToBreak(_ name: String, _ result: StoredResult) throws {
        let sentence = ReportPage(result).telling.first { $0.hasPrefix("First to break") }
        let isTold = !result.failures.isEmpty && result.run?.experiment == nil
        #expect((sentence != nil) == isTold, "\(name)")
        guard let sentence else { return }
        let found = try #require(sentence.firstMatch(of: /in ([^,]+), (.+), in ([^;]+); ([\d,]+) (of ([\d,]+)|in all)/))
        let first = try #require(result.failures.min { $0.firstAt < $1.firstAt })
        #expect(first.stage == found.1 && first.phase == found.3, "\(name): \(sentence)")
        let like = result.failures.filter {
            ($0.phase, $0.kind, $0.condition) == (first.phase, first.kind, first.condition)
        }
        #expect(number(found.4) == like.reduce(0) { $0 + $1.count }, "\(name): \(sentence)")
        let all = result.failures.reduce(0) { $0 + $1.count }
        #expect(found.6.map { number($0) } ?? number(found.4) == all, "\(name): \(sentence)")
    }

    @Test("a duration on the first screen is one of the tables", arguments: kinds)
    func durations(_ name: String, _ result: StoredResult) throws {
        let page = ReportPage(result)
        let login = result.summary.first { $0.phase == "login" && $0.stage == "all" }
        let due = result.summary.first { $0.phase == "due" && $0.stage == "all" }
        let storm = result.run?.storms?.first
        let told = [
            "Half logged in within": login?.p50, "99 of 100 within": login?.p99, "99 of 100, as felt": due?.p99,
        ]
        for figure in page.figures {
            if let microseconds = told[figure.name] {
                #expect(storm == nil, "\(name): of a storm's first logins nobody asks")
                #expect(figure.value == Format.duration(microseconds: microseconds), "\(name): \(figure)")
            }
        }
        guard let storm, storm.lost > 0 else { return }
        let times = [("Half were back", storm.back50S), ("99 of 100 were back", storm.back99S)]
        for (title, seconds) in times {
            let value = seconds.map { "after \(Format.duration(nanoseconds: $0 * 1e9))" } ?? "never"
            #expect(page.figures.first { $0.name == title }?.value == value, "\(name)")
        }
        let screen = try #require(page.html.firstMatch(of: /<header>.*<\/header>/.dotMatchesNewlines()))
        #expect(
            screen.0.contains("Lost in \(storm.stage)") && screen.0.contains("since the server was told to come back"),
            "\(name)")
        #expect(number(page.figures.first { $0.name == "Lost in \(storm.stage)" }?.value ?? "") == UInt64(storm.lost))
    }
}
