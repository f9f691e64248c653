import Metrics
import ResultFiles
import Testing

@testable import Reports

@Suite("a run in the order of time")
struct TimelineTests {
    @Test("joined intervals have the counts and the very histograms of their parts", arguments: [1, 7, 25])
    func joining(limit: Int) throws {
        let run = SampleRun.finished()
        let timeline = run.page.timeline
        let joined = timeline.joined(to: limit)
        #expect(joined.slots.count <= limit)
        #expect(joined.end == timeline.end)
        #expect(joined.slots.reduce(0) { $0 + $1.completed } == timeline.slots.reduce(0) { $0 + $1.completed })
        #expect(joined.slots.map(\.online).max() == timeline.slots.map(\.online).max())
        var whole = BlockLatencies()
        for slot in joined.slots { whole.merge(slot.latencies["login"] ?? BlockLatencies()) }
        let known = BlockLatencies(try #require(run.totals.record(of: .login).latencies))
        #expect(whole.buckets == known.buckets)
    }

    @Test("few intervals stay as they are")
    func few() throws {
        let timeline = SampleRun.finished().page.timeline
        #expect(timeline.joined(to: 600).slots.count == 60)
    }

    @Test("stages that the run did not live to tell are found by the logins that were due in them")
    func stages() throws {
        var run = SampleRun()
        run.append(intervals: 50)
        let spans = run.stored.stageSpans
        #expect(spans.map(\.name) == SampleRun.stages)
        #expect(spans.map(\.span) == [0...9, 9...42, 42...50])
    }
}
