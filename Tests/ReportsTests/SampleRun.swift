import Foundation

@testable import Metrics
@testable import Reports
@testable import ResultFiles

/// A result as it would be read from the folder of a run, with whatever a page can show.
struct SampleRun {
    private(set) var totals: RunTotals
    private var description: RunDescription
    private var result: StoredResult
    private let names: ScopeNames
    private var chance: Chance

    static let stages = ["warm-up", "steady", "herd"]

    init(name: String = "evening-rush", variants: [String] = [ScopeNames.onlyVariant], seed: UInt64 = 1) {
        names = ScopeNames(variants: variants, stages: Self.stages)
        chance = Chance(seed: seed)
        let started = WallTime(secondsSince1970: 1_772_388_245)
        description = RunDescription(
            name: name, startedAt: started, scenario: "name: \(name)\npassword: \"***\"\n", scenarioHash: "ab12cd34",
            seed: seed, planHash: "cd34-\(seed)", target: "127.0.0.1:5222",
            stages: [
                .init(name: "warm-up", load: "ramp 5/s to 30/s for 10s"),
                .init(name: "steady", load: "hold 30/s for 40s"),
                .init(name: "herd", load: "burst of 300 logins", isOpen: false),
            ])
        description.variants = variants
        description.machine.cpu = "A processor <of> \"some\" kind"
        description.machine.cores = 8
        totals = RunTotals(names: names)
        result = StoredResult(path: "/Results/\(name)-\(started.compact)")
        result.isBeingWritten = true
    }

    /// Of an experiment.
    mutating func compare(baseline: String, _ rows: [CompareRow]) {
        result.comparison = rows

        description.experiment = RunDescription.Experiment(
            baseline: baseline, blocks: 12, resampleSeed: 1, comparesLatencies: true)
        description.experiment?.blocksDone = 12
    }

    /// Appends intervals of so many seconds until the end.
    ///
    /// - Parameter failures: Every so manieth login fails.
    mutating func append(
        intervals: Int, seconds: Int = 1, logins: Int = 30, failures: Int = 50, slowConnects: Int = 0
    ) {
        for number in 1...max(1, intervals) where number <= intervals {
            let share = Double(number) / Double(intervals)
            let stage = share < 0.2 ? 0 : share < 0.85 ? 1 : 2
            let end = UInt64(number * seconds) * 1_000_000_000
            var phases = PhaseTable(names: names)
            var table = FailureTable()
            for variant in names.variants.indices {
                let scope = Scope(variant: UInt16(variant), stage: UInt16(stage))
                for login in 0..<logins {
                    let fails = failures > 0 && (number * logins + login).isMultiple(of: failures)
                    record(scope, &phases, fails: fails, isSlow: login < slowConnects)
                    if fails { table.record(failure, scope: scope, at: end - 1) }
                }
            }
            append(
                IntervalRecord(
                    end: end, phases: phases, failures: table, system: system(number, seconds),
                    marks: number == 3 ? [SaturationMark(second: number, stage: 0, reason: "loop lag of 80 ms")] : []))
        }
    }

    /// A restart: sessions die, attempts to come back are refused, and some succeed after 50 s.
    ///
    /// - Parameter isTold: Whether the stage was an outage, of which the run tells.
    mutating func storm(lost: Int, refused: Int, back: Int, isTold: Bool = true) {
        let scope = Scope(stage: 1)
        var phases = PhaseTable(names: names)
        var table = FailureTable()
        let end = UInt64(totals.intervals + 1) * 1_000_000_000
        phases[scope, .online].failed = UInt64(lost)
        for _ in 0..<lost { table.record(Failure(phase: .online, kind: .closed), scope: scope, at: end - 900_000_000) }
        for number in 0..<(refused + back) {
            phases[scope, .login].started += 1
            phases[scope, .reconnect].started += 1
            guard number < refused else {
                phases[scope, .login].complete(after: 5_000_000)
                phases[scope, .reconnect].complete(after: 50_000_000_000)
                continue
            }
            phases[scope, .connect].failed += 1
            phases[scope, .login].failed += 1
            phases[scope, .reconnect].failed += 1
            table.record(Failure(phase: .connect, kind: .refused), scope: scope, at: end - 1)
        }
        append(IntervalRecord(end: end, phases: phases, failures: table, system: system(1, 1), marks: []))
        guard isTold else { return }
        var storm = RunDescription.Storm(
            stage: "steady", onlineBefore: lost, lost: lost, left: 0, secondsDown: 10, attemptsMax: 9, peakRatePerS: 40)
        storm.back50S = back * 2 >= lost ? 50 : nil
        storm.backShare = Double(back) / Double(max(1, lost))
        description.storms = [storm]
    }

    /// The tables stand for the first minutes of a long run: adding histograms takes its time.
    private mutating func append(_ interval: IntervalRecord) {
        if totals.intervals < 60 { totals.merge(interval) }
        let began = result.system.last?.at ?? 0
        result.system.append(interval.systemRow)
        result.intervals += interval.intervalRows
        for index in 0..<names.count {
            let scope = names.scope(at: index)
            for phase in Phase.all {
                guard let latencies = interval.phases[scope, phase].latencies else { continue }
                var buckets: [LoggedHistogram.Bucket] = []
                latencies.forEachBucket { from, _, count in
                    buckets.append(.init(index: LatencyHistogram.index(of: from), count: count))
                    return true
                }
                result.log.append(
                    LoggedHistogram(
                        variant: names.variants[Int(scope.variant)], phase: phase.name,
                        stage: names.stages[Int(scope.stage)], began: began, end: interval.systemRow.at,
                        buckets: buckets))
            }
        }
    }

    /// The whole login, or one whose SASL fails.
    private mutating func record(_ scope: Scope, _ phases: inout PhaseTable, fails: Bool, isSlow: Bool) {
        let scale = Double(scope.variant + 1) * exp(0.4 * chance.normal())
        var whole: UInt64 = 0
        let steps: [(Phase, Double)] = [
            (.connect, isSlow ? 1_010_000 / scale : 120), (.greeting, 300), (.starttls, 150), (.tls, 1900),
            (.offer, 250),
            (.sasl, 9000), (.restart, 260), (.bind, 180), (.session, 150), (.roster, 190),
        ]
        phases[scope, .due].started += 1
        phases[scope, .login].started += 1
        for (phase, microseconds) in steps {
            if fails, phase == .sasl {
                phases[scope, .sasl].failed += 1
                phases[scope, .login].failed += 1
                phases[scope, .due].failed += 1
                return phases[scope, .due].recordUnreached()
            }
            let length = UInt64(microseconds * scale * 1000)
            whole += length
            phases[scope, phase].complete(after: length)
        }
        if let first = Phase.sasl(round: 1), let second = Phase.sasl(round: 2) {
            phases[scope, first].complete(after: UInt64(300_000 * scale))
            phases[scope, second].complete(after: UInt64(8_600_000 * scale))
        }
        phases[scope, .clientTLS].complete(after: 700_000)
        phases[scope, .clientSASL].complete(after: 90_000)
        phases[scope, .lag].complete(after: 40_000)
        phases[scope, .login].complete(after: whole + 20_000)
        phases[scope, .due].complete(after: whole + 60_000)
    }

    private var failure: Failure {
        Failure(
            phase: .sasl, kind: .sasl, condition: "not-authorized",
            example: "u7 logged in before in this run & is refused now: <known-good>")
    }

    private func system(_ number: Int, _ seconds: Int) -> SystemSample {
        var sample = SystemSample()
        sample.online = 40 + number % 7
        sample.inFlight = number % 5
        sample.cpu = UInt64(120_000 * seconds)
        sample.residentBytes = 36 << 20
        sample.server = SystemSample.ServerSample(pid: 4711)
        sample.server?.cpu = UInt64(310_000 * seconds + 1000 * (number % 9))
        sample.server?.residentBytes = UInt64(220 << 20 + number << 12)
        return sample
    }

    /// Writes a verdict and the final state.
    mutating func finish(_ exitCode: Int = 0) {
        result.isBeingWritten = false
        description.state = .finished
        description.verdict = RunDescription.Verdict(
            exitCode: exitCode, passed: exitCode == 0,
            text: exitCode == 0
                ? "passed muster: all 2 thresholds held" : "did not pass muster: login p99 < 20ms (31 ms)",
            judgedSeconds: 40, judgedMarkedSeconds: 0,
            thresholds: [
                .init(text: "login p99 < 20ms in steady", figure: "31.2 ms", value: 31_200, passed: exitCode == 0),
                .init(text: "failures < 5%", figure: "2 %", value: 0.02, passed: true),
            ])
    }

    /// As if its process had been killed.
    mutating func kill() { result.isBeingWritten = false }

    /// What is in its files now.
    var stored: StoredResult {
        var stored = result
        stored.run = description
        stored.run?.saturation = RunDescription.Saturation(totals.marks, stages: names.stages, end: totals.end)
        stored.summary = totals.summaryRows
        stored.failures = totals.failureRows
        totals.forEachRecord { variant, stage, phase, record in
            record.latencies?.forEachBucket { from, to, count in
                stored.histogram.append(
                    HistogramRow(
                        variant: variant, phase: phase, from: Double(from) / 1000, to: Double(to) / 1000,
                        count: count, cumulativeShare: 0, stage: stage))
                return true
            }
        }
        return stored
    }

    var page: ReportPage { ReportPage(stored) }

    /// A run of a minute that is over.
    static func finished(_ exitCode: Int = 0, seed: UInt64 = 1) -> SampleRun {
        var run = SampleRun(seed: seed)
        run.append(intervals: 60)
        run.finish(exitCode)
        return run
    }
}
