import Metrics
import Testing

@testable import Reports

@Suite("rules, judged while a run goes on")
struct RuleWatchTests {
    private let names = ScopeNames(stages: ["ramp", "hold"])

    /// Ten logins that take so long, and one more that fails, in ten seconds.
    private func interval(
        _ number: Int, milliseconds: UInt64, failures: UInt32 = 0, stage: UInt16 = 1, isMarked: Bool = false
    ) -> IntervalRecord {
        var phases = PhaseTable(names: names)
        let scope = Scope(stage: stage)
        phases[scope, .due].started = 10 + UInt64(failures)
        for _ in 0..<10 {
            phases[scope, .login].complete(after: milliseconds * 1_000_000)
            phases[scope, .due].complete(after: milliseconds * 1_000_000)
        }
        phases[scope, .due].recordUnreached(failures)
        return IntervalRecord(
            end: UInt64(number) * 10_000_000_000, phases: phases, failures: FailureTable(), system: SystemSample(),
            marked: isMarked ? phases : nil)
    }

    private func latency(window: Double?, stage: Int? = nil, aborts: Bool = false) -> Rule {
        Rule(
            text: "login p50 < 50ms", measure: .latency(.login, .p50), limit: 50_000_000, stage: stage, window: window,
            aborts: aborts)
    }

    /// The rule that ended the run with its interval, and the verdict.
    private func run(_ rule: Rule, _ intervals: [IntervalRecord]) -> (endedAt: Int?, verdict: Verdict) {
        var (watch, totals, evidence) = (RuleWatch([rule], interval: 10), RunTotals(names: names), Evidence())
        var endedAt: Int?
        for (number, interval) in intervals.enumerated() where endedAt == nil {
            totals.merge(interval)
            evidence.cutBy = watch.add(interval, totals: totals)
            if evidence.cutBy != nil { endedAt = number + 1 }
        }
        evidence.watch = watch
        return (endedAt, Verdict.judge(totals, by: [rule], stageSeconds: [0, 0], evidence: evidence))
    }

    /// Two minutes, of which the fifth to seventh interval are slow.
    private var hump: [IntervalRecord] {
        (1...12).map { interval($0, milliseconds: (5...7).contains($0) ? 100 : 10) }
    }

    @Test("a window fails where the run as a whole would pass, and says when")
    func window() {
        #expect(run(latency(window: nil), hump).verdict.exit == .passed)
        let (_, verdict) = run(latency(window: 30), hump)
        #expect(verdict.exit == .failed)
        #expect(verdict.sentence.hasPrefix("did not pass muster: login p50 < 50ms (100 ms at 1:"), "\(verdict)")
        #expect(run(latency(window: 80), hump).verdict.exit == .passed)
    }

    /// An interval in which sessions die, with so many left at its end.
    private func deaths(_ number: Int, dead: UInt64, online: Int, logins: UInt64 = 0) -> IntervalRecord {
        var interval = interval(number, milliseconds: 1)
        interval.phases = PhaseTable(names: names)
        interval.phases[Scope(stage: 1), .online].failed = dead
        interval.phases[Scope(stage: 1), .login].completed = logins
        interval.phases[Scope(stage: 1), .due].started = 1
        interval.system.online = online
        return interval
    }

    @Test("intervals of no length, as an edited file may say, are taken for short ones")
    func noInterval() {
        var watch = RuleWatch([latency(window: 30)], interval: 0)
        #expect(watch.add(interval(1, milliseconds: 1), totals: RunTotals(names: names)) == nil)
    }

    @Test("in a window the sessions that died are a share of those that were online at its begin or came in it")
    func disconnects() {
        let rule = Rule(text: "disconnects < 6%", measure: .disconnects, limit: 0.06, window: 20)
        let figure = { (intervals: [IntervalRecord]) in run(rule, intervals).verdict.judgements[0].figure }
        let night = [deaths(1, dead: 0, online: 1000, logins: 1000), deaths(2, dead: 0, online: 1000)]
        #expect(figure(night + [deaths(3, dead: 20, online: 980), deaths(4, dead: 30, online: 950)]) == .share(0.05))
        #expect(figure(night + [deaths(3, dead: 0, online: 1000, logins: 1)]) == .share(0))
        #expect(figure(night + [deaths(3, dead: 70, online: 1930, logins: 1000)]) == .share(0.035))
        let nobody = [deaths(1, dead: 0, online: 0), deaths(2, dead: 0, online: 0)]
        #expect(figure(nobody) == .nothing("no window was full"))
    }

    @Test("the merged histogram of a window is judged, not the worst of its intervals")
    func merged() {
        let one = (1...12).map { interval($0, milliseconds: $0 == 5 ? 100 : 10) }
        let (_, verdict) = run(latency(window: 30), one)
        #expect(verdict.exit == .passed)
        #expect(verdict.judgements.map { $0.figure.outcome(below: 11_000_000) } == [.passed])
    }

    @Test("only full windows are judged, and without one nothing passes")
    func full() {
        let (_, verdict) = run(latency(window: 130), hump)
        #expect(verdict.judgements.map(\.figure) == [.nothing("no window was full")])
        #expect(verdict.exit == .failed)
    }

    @Test("a long window is kept in few slices, and still slides")
    func slices() {
        let hours = (1...720).map { interval($0, milliseconds: (300...500).contains($0) ? 100 : 10) }
        #expect(run(latency(window: 3600), hours).verdict.exit == .failed)
        #expect(run(latency(window: 4200), hours).verdict.exit == .passed)
    }

    @Test("a window in a stage is of its intervals only")
    func stage() {
        let ramp = (1...5).map { interval($0, milliseconds: 100, stage: 0) }
        let hold = (6...12).map { interval($0, milliseconds: 10) }
        #expect(run(latency(window: 30, stage: 1), ramp + hold).verdict.exit == .passed)
        #expect(run(latency(window: 30, stage: 0), ramp + hold).verdict.exit == .failed)
    }

    @Test("a rule that aborts ends the run at the end of the first window that does not hold, and is named")
    func aborts() {
        let (endedAt, verdict) = run(latency(window: 30, aborts: true), hump)
        #expect(endedAt == 6)
        #expect(verdict.exit == .failed)
        #expect(verdict.sentence == "did not pass muster: ended early by login p50 < 50ms (100 ms at 1:00)")
        #expect(run(latency(window: 30), hump).endedAt == nil)
    }

    @Test("one without a window is judged as if the run ended there")
    func abortsWithoutWindow() {
        let rule = Rule(text: "failures < 30%", measure: .failures, limit: 0.3, aborts: true)
        let intervals = (1...9).map { interval($0, milliseconds: 10, failures: $0 > 3 ? 10 : 0) }
        #expect(run(rule, intervals).endedAt == 6)
    }

    @Test("failures in a window are the share of its own arrivals")
    func failures() {
        let rule = Rule(text: "failures < 40%", measure: .failures, limit: 0.4, window: 20)
        let intervals = (1...9).map { interval($0, milliseconds: 10, failures: $0 == 4 || $0 == 5 ? 10 : 0) }
        #expect(run(rule, intervals).verdict.judgements.map(\.figure) == [.share(0.5)])
    }

    @Test("a window that fails by marked seconds alone ends no run, and is not judged")
    func markedHump() {
        let marked = (1...12).map {
            interval($0, milliseconds: (5...7).contains($0) ? 100 : 10, isMarked: $0 > 4 && $0 < 8)
        }
        let (endedAt, verdict) = run(latency(window: 30, aborts: true), marked)
        #expect(endedAt == nil)
        #expect(verdict.exit == .saturated)
        #expect(verdict.judgements[0].unmarked?.outcome(below: 11_000_000) == .passed)
    }

    @Test("a window that fails both ways ends the run though parts of it are marked")
    func partlyMarked() {
        let marked = (1...12).map { interval($0, milliseconds: (5...7).contains($0) ? 100 : 10, isMarked: $0 == 5) }
        #expect(run(latency(window: 30, aborts: true), marked).endedAt == 7)
        #expect(run(latency(window: 30), marked).verdict.exit == .failed)
    }

    @Test("without a window too only what fails both ways ends the run")
    func abortsBothWays() {
        let rule = Rule(text: "failures < 30%", measure: .failures, limit: 0.3, aborts: true)
        let ours = (1...9).map { interval($0, milliseconds: 10, failures: $0 > 3 ? 10 : 0, isMarked: $0 > 3) }
        #expect(run(rule, ours).endedAt == nil)
        let both = (1...9).map { interval($0, milliseconds: 10, failures: $0 > 3 ? 10 : 0, isMarked: $0 == 4) }
        #expect(run(rule, both).endedAt == 7)
    }

    @Test("who was not reached ranks above all others in a window as well")
    func unreached() {
        var rule = latency(window: 20)
        rule.measure = .latency(.login, .p90)
        let dying = (1...9).map { interval($0, milliseconds: 10, failures: $0 == 7 ? 10 : 0) }
        #expect(run(rule, dying).verdict.judgements.map(\.figure) == [.notReached])
        #expect(run(rule, dying).verdict.sentence.contains("(not reached at 1:10)"))
    }
}
