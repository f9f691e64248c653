import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("latency.hlog, as others read it")
struct HdrHistogramTests {
    /// Prints, for each phase, how many values the log holds over all intervals and stages, and their percentiles in µs.
    private let reader = """
        import sys
        from hdrh.histogram import HdrHistogram
        from hdrh.log import HistogramLogReader

        TOP = 3_600_000_000_000
        phases = {}
        log = HistogramLogReader(sys.argv[1], HdrHistogram(1000, TOP, 3))
        while (interval := log.get_next_interval_histogram()) is not None:
            phase = interval.get_tag().split("/")[1]
            phases.setdefault(phase, HdrHistogram(1000, TOP, 3)).add(interval)
        for phase, merged in phases.items():
            figures = [merged.get_value_at_percentile(p) / 1000 for p in (50, 90, 95, 99, 99.9)]
            print(phase, merged.get_total_count(), *figures)
        """

    @Test("hdrhistogram of PyPI reads it, and finds the percentiles of summary.csv")
    func percentiles() async throws {
        let folder = try TemporaryDirectory()
        let scenario = try folder.write(
            """
            name: log
            target: {address: embedded, embedded: {delay: {sasl: 20ms}}}
            accounts: {count: 100}
            login: {mechanism: SCRAM-SHA-1}
            load:
              - ramp: {from: 20/s, to: 60/s, for: 3s}
              - burst: {logins: 100}
            """, to: "scenario.yml")
        let run = try await MusterBinary.run(["run", scenario, "--results", folder.path("results"), "--quiet"])
        #expect(run.status == .exited(0), "\(run.errorOutput)")
        let python = MusterBinary.packageDirectory + "/.build-python/bin/python3"
        let output = try await ChildProcess.succeed(
            python, ["-c", reader, folder.path("results/latest/latency.hlog")])
        let result = try ResultReader.read(folder.path("results/latest"))
        let phases = result.summary.filter { $0.stage == SummaryRow.allStages && $0.count > 0 }
        let lines = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(Set(lines.map { $0[0] }) == Set(phases.map(\.phase)))
        // Of our own lateness a few values are far apart: the library rounds a percentile's rank, Muster takes the next one.
        for line in lines where line[0] != "read.lag" {
            let row = try #require(phases.first { $0.phase == line[0] })
            #expect(line[1] == "\(row.count)")
            for (ours, theirs) in zip([row.p50, row.p90, row.p95, row.p99, row.p999], line.dropFirst(2)) {
                let (ours, theirs) = (try #require(ours), try #require(Double(theirs)))
                // Three digits; below 1 ms a bucket is 512 ns wide.
                #expect(abs(ours - theirs) <= max(1, ours / 1000), "\(line[0]): \(ours) and \(theirs)")
            }
        }
    }
}
