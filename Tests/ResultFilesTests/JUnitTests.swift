import Foundation
import TestSupport
import Testing

@testable import ResultFiles

@Suite("junit.xml")
struct JUnitTests {
    private func description(_ exitCode: Int, _ passed: [Bool?]) -> RunDescription {
        var description = Samples.description()
        description.durationSeconds = 12.5
        description.verdict = RunDescription.Verdict(
            exitCode: exitCode, passed: exitCode == 0, text: "how it \"ended\"", judgedSeconds: 0,
            judgedMarkedSeconds: 0,
            thresholds: passed.enumerated().map {
                .init(text: "login p\($0) < 2s & more", figure: "2.3 s", passed: $1, reason: $1 == nil ? "why" : nil)
            })
        return description
    }

    @Test("each threshold is a case that passed, failed or was skipped")
    func cases() {
        #expect(
            JUnit.text(of: description(1, [true, false, nil])) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites>
                  <testsuite name="rush" tests="3" failures="1" errors="0" skipped="1" time="12.5" \
                timestamp="2026-03-01T18:04:05Z">
                    <testcase classname="rush" name="login p0 &lt; 2s &amp; more"/>
                    <testcase classname="rush" name="login p1 &lt; 2s &amp; more"><failure message="2.3 s"/></testcase>
                    <testcase classname="rush" name="login p2 &lt; 2s &amp; more"><skipped message="why"/></testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test("a run that could not be judged, or has not ended, is an error")
    func errors() {
        #expect(
            JUnit.text(of: description(130, [true])).contains(
                "name=\"the run\"><error message=\"how it &quot;ended&quot;\"/></testcase>"))
        #expect(JUnit.text(of: Samples.description()).contains("<error message=\"the run has not ended\"/>"))
    }

    @Test("it is there from the beginning, and says at the end what came of it")
    func file() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 1)
        let text = { try String(contentsOfFile: folder.path + "/junit.xml", encoding: .utf8) }
        #expect(try text().contains("the run has not ended"))
        try folder.finish(description(0, [true]))
        #expect(try text().contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"1.0\""))
    }
}
