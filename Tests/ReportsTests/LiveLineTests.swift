import Metrics
import Testing

@testable import Reports

@Suite("live line")
struct LiveLineTests {
    private func status() -> LiveStatus {
        var status = LiveStatus()
        status.elapsed = 72_000_000_000
        status.stage = "evening"
        status.stageNumber = 2
        status.stageCount = 3
        status.stageElapsed = 42_000_000_000
        status.stageLength = 120_000_000_000
        status.wantedRate = 200
        status.rate = 198.4
        status.started = 12_345
        status.inFlight = 20
        status.completed = 12_325
        status.loginP50 = 1_240_000
        status.loginP99 = 12_300_000
        return status
    }

    @Test("it says where the run stands")
    func line() {
        #expect(
            LiveLine.text(status(), width: 100)
                == "evening 2/3  0:42/2:00  12,345 begun 20 going 12,325 done  198 of 200/s  p50 1.24 ms p99 12.3 ms")
    }

    @Test("in a log the time of the run stands before it")
    func plain() {
        #expect(LiveLine.plain(status()).hasPrefix("1:12  evening 2/3  "))
        #expect(!LiveLine.plain(status()).contains("\u{1B}"))
    }

    @Test("before the first login there is no percentile, alone a stage has no number")
    func early() {
        var status = LiveStatus()
        status.stage = "1-burst"
        status.descriptors = 12
        status.descriptorLimit = 20_000
        #expect(LiveLine.text(status, width: 100) == "1-burst  0:00  0 begun 0 going 0 done  0/s  fd 12/20,000")
    }

    @Test("failures and a saturated generator show")
    func trouble() {
        var status = status()
        status.failed = 7
        status.isMarked = true
        #expect(LiveLine.text(status, width: 100).hasPrefix("! evening 2/3"))
        #expect(LiveLine.text(status, width: 100).contains("12,325 done 7 failed"))
    }

    @Test("it never leaves its columns", arguments: [20, 40, 60, 79, 100])
    func width(width: Int) {
        var status = status()
        status.stage = String(repeating: "x", count: 64)
        status.started = 123_456_789_012
        status.completed = 123_456_789_012
        status.failed = 123_456_789_012
        status.inFlight = 1_000_000
        status.descriptors = 1_000_000
        status.descriptorLimit = 1_000_000
        #expect(LiveLine.text(status, width: width).count <= width)
        #expect(LiveLine.plain(status).count <= 100)
    }
}
