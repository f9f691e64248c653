import Metrics
import Testing

@testable import Reports

@Suite("live page")
struct LiveDocumentTests {
    @Test("what a server says is text, not markup")
    func escaped() {
        var status = LiveStatus()
        status.stage = "hold"
        status.failures.record(
            Failure(phase: .tls, kind: .tls, condition: "<script>alert(1)</script>"), scope: Scope(stage: 0), at: 1)
        let html = LiveNow(subject: "a <b> & c", status).html
        #expect(!html.contains("<script") && !html.contains("<b>"))
        #expect(html.contains("1  tls: &lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("a &lt;b&gt; &amp; c"))
    }

    @Test("it says where the run stands, and at the end how it ended")
    func now() {
        var status = LiveStatus()
        (status.stage, status.stageNumber, status.stageCount) = ("evening", 2, 3)
        (status.stageElapsed, status.stageLength) = (42_000_000_000, 120_000_000_000)
        (status.elapsed, status.runLength) = (72_000_000_000, 180_000_000_000)
        (status.completed, status.loginP99) = (12_325, 12_300_000)
        let html = LiveNow(subject: "x", status).html
        #expect(html.contains("<h1>evening: 0:42 of 2:00</h1><p>Stage 2 of 3, 1:12 of 3:00 of the run.</p>"))
        #expect(html.contains("<dd>12,325<") && html.contains("<dd>12.3 ms<"))
        let end = LiveNow(subject: "x", status, ending: "passed muster").html
        #expect(end.contains("<h1>The run is over</h1><p>passed muster</p>"))
    }

    @Test("without scripts it is loaded again, and nothing in it is from elsewhere")
    func document() {
        let html = LiveDocument.html(name: "evening", now: "", report: "")
        #expect(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>"))
        #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("style=\""))
    }
}
