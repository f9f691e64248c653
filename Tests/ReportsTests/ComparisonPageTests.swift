import ResultFiles
import Testing

@testable import Reports

@Suite("compare.html, as its reader sees it")
struct ComparisonPageTests {
    private func page(_ before: SampleRun, _ after: SampleRun) -> String {
        let (one, other) = (before.stored, after.stored)
        let compared = ComparedRuns(one, other, tolerance: 0.05, seed: 1)
        return ComparisonPage(compared, before: one, after: other).html
    }

    @Test("two runs alike have no regression, and both curves of each percentile")
    func same() {
        let html = page(SampleRun.finished(seed: 1), SampleRun.finished(seed: 2))
        #expect(html.contains("✓ No regression"))
        #expect(html.contains(">before</text>") && html.contains(">after</text>"))
        #expect(html.contains("login p50"))
    }

    @Test("too few intervals are too short to compare")
    func short() {
        var run = SampleRun()
        run.append(intervals: 5)
        run.finish()
        #expect(page(run, run).contains("Too short to compare"))
    }

    @Test("a run that became slower is a regression by name")
    func slower() {
        var slow = SampleRun()
        slow.append(intervals: 60, slowConnects: 20)
        slow.finish()
        let html = page(SampleRun.finished(), slow)
        #expect(html.contains("✗ Regression"))
        #expect(html.contains("login p50 slower by"))
    }
}
