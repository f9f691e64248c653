import Testing

@testable import Metrics

@Suite("saturation log")
struct SaturationLogTests {
    private func mark(_ second: Int, _ reason: String = "cpu", stage: UInt16 = 0) -> SaturationMark {
        SaturationMark(second: second, stage: stage, reason: reason)
    }

    @Test("seconds in a row are one span")
    func spans() {
        var log = SaturationLog()
        log.add([mark(2), mark(3)])
        log.add([mark(4), mark(7)])
        #expect(log.spans.map { [$0.first, $0.last] } == [[2, 4], [7, 7]])
        #expect(log.seconds == 4)
    }

    @Test("a second with two reasons is one second")
    func reasons() {
        var log = SaturationLog()
        log.add([mark(5, "lag"), mark(5, "cpu"), mark(6, "lag"), mark(4, "cpu")])
        #expect(log.seconds == 3)
        #expect(log.spans.count == 2)
    }

    @Test("each stage has its own count")
    func stages() {
        var log = SaturationLog()
        log.add([mark(1), mark(2), mark(2, stage: 1), mark(3, stage: 1)])
        #expect(
            (log.seconds, log.seconds(inStage: 0), log.seconds(inStage: 1), log.seconds(inStage: 2)) == (3, 2, 2, 0))
    }

    @Test("parts of seconds are added up, and a second is never more than one")
    func parts() {
        func part(_ second: Int, _ milliseconds: UInt64) -> SaturationMark {
            SaturationMark(second: second, stage: 0, reason: "cpu", length: milliseconds * 1_000_000)
        }
        var log = SaturationLog()
        log.add([part(1, 300), part(3, 300), part(3, 300)])
        #expect(log.seconds(inStage: 0) == 1)
        log.add([part(4, 1000), part(4, 500), part(5, 1003)])
        #expect(log.seconds(inStage: 0) == 3)
        #expect(log.seconds == 4)
    }

    @Test("a night of changing reasons is counted whole and listed in part")
    func bounded() {
        var log = SaturationLog()
        for second in 0..<28_800 { log.add([mark(second, "lag \(second) ms")]) }
        #expect(log.seconds == 28_800)
        #expect(log.spans.count == SaturationLog.capacity)
    }
}
