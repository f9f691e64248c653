import Metrics
import Testing

@testable import Reports

@Suite("Numbers and lines for people")
struct NumbersTests {
    @Test(
        "durations have three digits and a unit",
        arguments: [
            (812_000.0, "812 µs"), (1_240_000, "1.24 ms"), (12_400_000, "12.4 ms"), (124_000_000, "124 ms"),
            (1_020_000_000, "1.02 s"), (9_500, "9.5 µs"), (0, "0 µs"), (3_600_000_000_000, "3600 s"), (999_600, "1 ms"),
        ])
    func durations(_ nanoseconds: Double, _ text: String) { #expect(Numbers.duration(nanoseconds) == text) }

    @Test(
        "counts have their thousands apart",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
    func counts(_ value: Int, _ text: String) { #expect(Numbers.count(value) == text) }

    @Test("a live line fits 100 columns, whatever the figures")
    func liveLine() {
        var status = LiveStatus()
        status.stage = String(repeating: "x", count: 64)
        status.started = 10_000_000
        status.completed = 9_999_999
        status.failed = 1_000_000
        status.wantedRate = 100_000
        status.rate = 99_999
        status.loginP50 = 1_234_567_890
        status.loginP99 = 12_345_678_901
        status.descriptors = 19_999
        status.descriptorLimit = 1_048_576
        #expect(LiveLine.text(status).count <= 100)
    }
}
