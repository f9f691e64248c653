import Foundation
import Metrics
import TestSupport
import Testing

@testable import Reports
@testable import ResultFiles

@Suite("report.html, as its reader sees it")
struct PageTests {
    private func words(_ html: String) -> String {
        let body = html[(html.range(of: "<body>")?.upperBound ?? html.startIndex)...]
        let parts = body.split(separator: "<").map { $0.drop { $0 != ">" }.dropFirst() }
        return parts.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("the verdict stands first, with every threshold and its figure")
    func verdict() throws {
        let html = SampleRun.finished(1).page.html
        let text = words(html)
        let headline = try #require(text.range(of: "Did not pass muster"))
        let phases = try #require(text.range(of: "Where a login's time goes"))
        #expect(headline.lowerBound < phases.lowerBound)
        #expect(text.contains("✗ login p99 &lt; 20ms in steady: 31.2 ms"))
        #expect(text.contains("✓ failures &lt; 5%: 2 %"))
    }

    @Test("beside the verdict stands where the time goes, and what broke first")
    func telling() {
        func row(_ phase: String, _ p50: Double, _ p99: Double) -> SummaryRow {
            SummaryRow(variant: "run", phase: phase, count: 9, failures: 0, p50: p50, p99: p99, stage: "all")
        }
        let rows = [
            row("connect", 90, 100), row("tls", 2_000, 3_000), row("tls.full", 4_000, 9_000),
            row("sasl", 1_000, 80_000),
            row("login", 3_200, 90_000), row("due", 9_000, 90_000), row("client.tls", 9_000, 9_000),
        ]
        #expect(
            ReportPage.timeSentence(rows)
                == "Where the time goes: a login takes 3.20 ms at p50, longest in tls (2.00 ms) and sasl (1.00 ms); "
                + "90.0 ms at p99, longest in sasl (80.0 ms) and tls (3.00 ms)."
        )
        #expect(ReportPage.timeSentence([row("connect", 90, 100)]) == nil)
        func failure(_ phase: String, _ kind: String, _ condition: String, _ count: UInt64, at: Double) -> FailureRow {
            FailureRow(
                variant: "run", phase: phase, kind: kind, condition: condition, count: count, firstAt: at, lastAt: at,
                example: "", stage: "evening")
        }
        let timeouts = [failure("sasl", "timeout", "", 2, at: 12.3), failure("sasl", "timeout", "", 3, at: 40)]
        #expect(
            ReportPage.breakSentence([failure("tls", "reset", "", 7, at: 20)] + timeouts)
                == "First to break: at 0:12 in evening, timeout, in sasl; 5 of 12 failures are such.")
        #expect(ReportPage.breakSentence(timeouts)?.hasSuffix("; 5 in all.") == true)
        #expect(ReportPage.breakSentence([]) == nil)
        #expect(words(SampleRun.finished(1).page.html).contains("Where the time goes: "))
    }

    @Test("the sections come in the order of their weight")
    func order() throws {
        let html = SampleRun.finished().page.html
        let ids = html.matches(of: /<h2 id="([a-z]+)"/).map { String($0.output.1) }
        #expect(ids == ["phases", "percentiles", "time", "failures", "processes", "reading", "setting"])
    }

    @Test("each chart has a text alternative and a table behind it")
    func alternatives() throws {
        let html = SampleRun.finished().page.html
        let charts = html.matches(of: /<figure>/).count
        #expect(charts >= 5)
        #expect(html.matches(of: /role="img"/).count == 2 * charts)
        #expect(html.matches(of: /<title id=/).count == 2 * charts && html.matches(of: /<desc id=/).count == 2 * charts)
        #expect(html.matches(of: /<summary>Table:/).count == charts)
    }

    @Test("it needs nothing from elsewhere and no script")
    func selfContained() throws {
        let html = SampleRun.finished().page.html
        for absent in ["<script", "http://", "https://", "@import", "url(//"] {
            #expect(!html.contains(absent), "\(absent)")
        }
    }

    @Test("failures are told by kind with an example, and nothing that a server says is markup")
    func failures() throws {
        let html = SampleRun.finished().page.html
        #expect(html.contains("sasl: not-authorized"))
        #expect(html.contains("refused now: &lt;known-good&gt;"))
        #expect(!html.contains("<known-good>"))
        #expect(!html.contains("<of>"))
    }

    @Test("seconds in which the generator was the bottleneck are shaded and named")
    func saturation() throws {
        let html = SampleRun.finished().page.html
        #expect(html.contains("class=\"shade\""))
        #expect(words(html).contains("second 3, in warm-up: loop lag of 80 ms"))
    }

    @Test("it says what latency includes, and that a closed stage's is coordinated with the server")
    func cautions() throws {
        let text = words(SampleRun.finished().page.html)
        #expect(text.contains("login is the time from connect() until the last step that has an answer was answered"))
        #expect(text.contains("herd: in a closed stage the latency is coordinated with the server"))
        #expect(!text.contains("below these mean nothing"))
    }

    @Test("the floor below which differences mean nothing is told where the machine was calibrated")
    func floor() throws {
        var result = SampleRun.finished().stored
        let sasl = Calibration.PhaseError(
            phase: "sasl", count: 400, server: .init(p50Us: 1, p90Us: 1, p99Us: 1),
            error: .init(p50Us: -12, p90Us: 30, p99Us: 80))
        result.run?.calibration =
            Calibration(
                measuredAt: WallTime(secondsSince1970: 0), machine: .init(),
                loads: [.init(tls: "none", loginsPerSecond: 10, seconds: 4, markedSeconds: 0, phases: [sasl])],
                capacities: []
            ).floor(tls: "none", loginsPerSecond: 40)
        let text = words(ReportPage(result).html)
        #expect(text.contains("these mean nothing here at 40 logins/s: p50 12.0 µs, p90 30.0 µs, p99 80.0 µs"))
    }

    @Test("connects of 1 s and 3 s are called SYN retransmits, a slow server's are not")
    func slowConnects() throws {
        var run = SampleRun()
        run.append(intervals: 10, slowConnects: 5)
        #expect(words(run.page.html).contains("50 of 300 connects took about 1 s: the SYN was sent again"))
        func rows(_ milliseconds: [Double]) -> [HistogramRow] {
            milliseconds.map {
                HistogramRow(
                    variant: "run", phase: "connect", from: $0 * 1000, to: $0 * 1000 + 1, count: 1, cumulativeShare: 1,
                    stage: "all")
            }
        }
        #expect(SlowConnects(rows([0.2, 1005, 3010]))?.steps.map(\.seconds) == [1, 3])
        #expect(SlowConnects(rows([0.2, 600, 800, 1100, 1700, 2200])) == nil)
        #expect(SlowConnects(rows([0.2, 4])) == nil)
    }

    @Test("a percentile among logins that never completed is not reached")
    func notReached() throws {
        var run = SampleRun()
        run.append(intervals: 10, failures: 2)
        let text = words(run.page.html)
        #expect(text.contains("99 of 100, as felt not reached"))
        #expect(text.contains("A curve that ends in a dot"))
    }

    @Test("before the first interval there is a page, and it says so")
    func empty() throws {
        let run = SampleRun()
        let page = run.page
        #expect(words(page.html).contains("Running: 0:00 so far"))
        #expect(words(page.html).contains("No interval has ended yet."))
        #expect(page.sentence == "running, 0:00 so far; 0 logins")
    }

    @Test("an empty folder has a page that names what is missing")
    func nothing() throws {
        let folder = try TemporaryDirectory()
        let page = ReportPage(try ResultReader.read(folder.path))
        #expect(words(page.html).contains("Missing in the folder: summary.csv"))
        #expect(page.sentence.hasPrefix("cut before its first interval; 0 logins, missing: summary.csv"))
    }

    @Test("a run that is killed is told as cut, and at which second")
    func cut() throws {
        var run = SampleRun()
        run.append(intervals: 7)
        run.kill()
        let page = run.page
        #expect(words(page.html).contains("Cut at 0:07"))
        #expect(page.sentence.hasPrefix("cut at 0:07; "))
    }

    @Test("an experiment says what differs, and shows each variant's interval against the baseline")
    func experiment() throws {
        let page = SampleExperiment.make().page
        let text = words(page.html)
        #expect(text.contains("scram against plain: login p50 slower by 4.00 ms (× 1.500)."))
        #expect(text.contains("Variants against plain"))
        #expect(page.html.firstMatch(of: /<h2 id="([a-z]+)"/)?.1 == "variants")
        #expect(text.contains("12.0 ms · +4.00 ms · slower"))
        #expect(page.html.contains("class=\"reference\""))
    }

    @Test("a soak says what drifts in words, and shows each rate with its interval")
    func trends() throws {
        let text = words(ReportPage(SampleSoak.stored).html)
        #expect(text.contains("The server's memory grows by 41 MiB an hour, interval 38 to 44."))
        #expect(text.contains("41 MiB/h · grows"))
        #expect(text.contains("100 MiB before, 160 MiB after"))
        #expect(text.contains("Sessions 0 before, 2 after"))
        #expect(!text.contains("No drift is shown"))
    }

    @Test("after an outage the page says how everybody came back, and draws it")
    func storm() throws {
        let page = ReportPage(SampleSoak.stored)
        let text = words(page.html)
        let screen = text.prefix(upTo: try #require(text.range(of: "Where a login's time goes")).lowerBound)
        #expect(screen.contains("Lost in restart 2,000 of 2,000 sessions"))
        #expect(screen.contains("99 of 100 were back after 12.9 s all after 14.2 s"))
        #expect(!screen.contains("as felt"))
        #expect(text.contains("Restart: down for 10.2 s, 2,000 of 2,000 sessions lost."))
        #expect(text.contains("50 % after 3.10 s, 95 % after 7.40 s, 99 % after 12.9 s, all after 14.2 s"))
        #expect(text.contains("at most 7; in the busiest second 412 began"))
        #expect(text.contains("Share of the lost sessions that is back"))
        #expect(!words(SampleRun.finished().page.html).contains("After the outage"))
    }

    @Test(
        "round trips follow one another within their step, alternatives begin with it, own steps stand before the login"
    )
    func waterfall() {
        func row(_ phase: String, _ p50: Double) -> SummaryRow {
            SummaryRow(variant: "run", phase: phase, count: 1, failures: 0, p50: p50, stage: "all")
        }
        let rows = [
            row("connect", 10), row("tls", 50), row("tls.full", 70), row("tls.resumed", 20), row("sasl", 30),
            row("sasl.1", 12), row("sasl.2", 18), row("vcard", 5), row("login", 100), row("due", 110), row("lag", 1),
            row("client.tls", 40), row("reconnect", 7),
        ]
        let bars = ReportPage.bars(rows, \.p50)
        #expect(
            bars.map { "\($0.name) \($0.start)" } == [
                "connect 0.0", "tls 10.0", "tls.full 10.0", "tls.resumed 10.0", "sasl 60.0", "sasl.1 60.0",
                "sasl.2 72.0",
                "vcard 90.0", "login 0.0", "due 0.0",
            ])
        #expect(bars[1].own == 40)
    }

    @Test("eight hours fit into a mebibyte, and no line has more points than the page has pixels")
    func night() throws {
        var run = SampleRun()
        let intervals = TestSize.pick(small: 720, long: 2880)
        run.append(intervals: intervals, seconds: 28_800 / intervals, logins: 12)
        run.finish()
        let page = run.page
        let html = page.html
        #expect(html.utf8.count < 1 << 20, "\(html.utf8.count)")
        let points = html.matches(of: /<path class="line[^"]*" d="([^"]*)"/).map {
            $0.output.1.count { "ML".contains($0) }
        }
        #expect(points.max() ?? 0 <= 600, "\(points.max() ?? 0)")
        #expect(page.timeline.end == 28_800)
    }
}

/// The result of a comparison of two mechanisms.
enum SampleExperiment {
    static func make() -> SampleRun {
        var run = SampleRun(name: "sasl-cost", variants: ["plain", "scram", "plain again"])
        run.compare(
            baseline: "plain",
            ["scram", "plain again"].flatMap { variant in
                ["p50", "client_cpu_per_login", "server_cpu_per_login"].map { row(variant, $0) }
            })
        run.append(intervals: 40, logins: 8, failures: 0)
        run.finish()
        return run
    }

    private static func row(_ variant: String, _ measure: String) -> CompareRow {
        let isSlower = variant == "scram" && measure == "p50"
        let value = isSlower ? 12_000.0 : 8010
        var row = CompareRow(
            variant: variant, phase: "login", measure: measure, value: value, baselineValue: 8000,
            verdict: isSlower ? "slower" : "no difference shown", unit: "us")
        row.interval = (value - 400)...(value + 500)
        row.difference = value - 8000
        row.differenceInterval = (value - 8500)...(value - 7500)
        row.ratio = value / 8000
        row.ratioInterval = (value / 8000 * 0.95)...(value / 8000 * 1.05)
        return row
    }
}
