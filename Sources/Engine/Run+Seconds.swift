import Dispatch
import LoadPlan
import Metrics
import Transport

// Each second is looked at by itself, stage by stage: was the generator its bottleneck?

/// How far a run has been watched.
struct Watch {
    /// The last second that was told, in whole seconds since the first arrival, and the nanoseconds until when.
    var second = 0
    var end: UInt64 = 0
    /// Watched so far of each stage, in nanoseconds.
    var time: [UInt64]
    /// Logins under way in each stage, then and now.
    var underWayBefore: [Int]
    var underWay: [Int]
    /// Loop time of each lane by then.
    var busy: [UInt64] = []
    /// Whether a stage was marked in it, and as a whole.
    var isMarked = false
    var isMarkedWhole = false
    var firstMark: SaturationMark?

    init(stages: Int) {
        time = Array(repeating: 0, count: stages)
        underWayBefore = Array(repeating: 0, count: stages)
        underWay = underWayBefore
    }

    /// What is told at once: a second, part of one, or several where it is told late. Nanoseconds since the first arrival.
    struct Span {
        var from: UInt64
        var to: UInt64
        var seconds: ClosedRange<Int>
    }

    /// - Parameter isLast: no second is awaited that this is the beginning of.
    mutating func advance(to end: UInt64, isLast: Bool) -> Span {
        let billion: UInt64 = 1_000_000_000
        let last = max(second, Int((end + (isLast ? billion - 1 : billion / 2)) / billion), 1)
        let span = Span(from: self.end, to: max(end, self.end), seconds: min(second + 1, last)...last)
        second = last
        self.end = span.to
        (isMarked, isMarkedWhole) = (false, false)
        return span
    }
}

extension Run {
    /// Watches what has passed since the last time, in every stage that was under way in it.
    func closeSecond(at now: UInt64, isLast: Bool = false) {
        let span = watch.advance(to: now - min(now, origin), isLast: isLast)
        let (standstill, busy) = (watchdog.take(), busyShare(of: span))
        for stage in stageStarts.indices {
            guard let time = time(of: stage, in: span) else { continue }
            watch.time[stage] += time
            let stretch = Saturation.Stretch(
                lapses: gathering.second.lapses[stage], begun: begun(in: stage), busyShare: busy,
                standstill: standstill)
            if let reason = Saturation.reason(stretch) { mark(stage, span, time, reason, stretch) }
        }
        watch.underWayBefore = watch.underWay
        if watch.isMarkedWhole { markLogins(until: now) }
        gathering.closeSecond()
    }

    private func begun(in stage: Int) -> UInt64 {
        gathering.second.phases[Scope(stage: UInt16(stage)), .lag].started
    }

    /// Of the busiest lane; a moment is no measure of it.
    private func busyShare(of span: Watch.Span) -> Double {
        let before = watch.busy.isEmpty ? gathering.busy.map { _ in 0 } : watch.busy
        watch.busy = gathering.busy
        let busiest = zip(gathering.busy, before).map { $0 - min($0, $1) }.max() ?? 0
        return Double(busiest) / Double(max(span.to - span.from, 500_000_000))
    }

    /// How long a stage was under way in it, in nanoseconds: while it was the run's, and while logins of it were; nil
    /// where it was not.
    private func time(of stage: Int, in span: Watch.Span) -> UInt64? {
        let start = max(span.from, stageStarts[stage])
        let next = stage + 1 < stageStarts.count ? stageStarts[stage + 1] : nil
        let over = next ?? loadEnd.map { max($0, origin) - origin } ?? .max
        let isOver = over <= span.from
        guard start < span.to, !isOver || hadLogins(stage) else { return nil }
        let end = isOver || watch.underWay[stage] > 0 ? span.to : min(span.to, over)
        return max(end, start) - start
    }

    private func hadLogins(_ stage: Int) -> Bool {
        watch.underWayBefore[stage] > 0 || watch.underWay[stage] > 0 || gathering.second.lapses[stage] != Lapses()
    }

    private func mark(
        _ stage: Int, _ span: Watch.Span, _ time: UInt64, _ reason: String, _ stretch: Saturation.Stretch
    ) {
        let isWhole = Saturation.isWhole(stretch)
        for second in span.seconds {
            let mark = SaturationMark(
                second: second, stage: UInt16(stage), reason: reason, length: time / UInt64(span.seconds.count),
                isStandstill: stretch.standstill != nil)
            watch.firstMark = watch.firstMark ?? mark
            gathering.marks.append(mark)
        }
        watch.isMarked = true
        watch.isMarkedWhole = watch.isMarkedWhole || isWhole
        gathering.second.mark(stage, isWhole: isWhole)
    }

    /// A login that is under way is marked wherever it ends.
    private func markLogins(until instant: UInt64) {
        for runner in runners { runner.lane.queue.async { runner.recorder.markedUntil = instant } }
    }
}
