import Testing

@testable import Reports

@Suite("figures for people")
struct FormatTests {
    @Test(
        "durations have three digits and the unit that fits",
        arguments: [
            (0, "0 µs"), (512, "0.51 µs"), (9_994, "9.99 µs"), (9_996, "10.0 µs"), (812_000, "812 µs"),
            (999_499, "999 µs"), (999_600, "1.00 ms"), (1_240_000, "1.24 ms"), (12_300_000, "12.3 ms"),
            (99_960_000, "100 ms"), (999_600_000, "1.00 s"), (1_020_000_000, "1.02 s"), (61_234_000_000, "61.2 s"),
            (3_600_000_000_000, "3,600 s"),
        ] as [(Double, String)])
    func durations(nanoseconds: Double, expected: String) {
        #expect(Format.duration(nanoseconds: nanoseconds) == expected)
    }

    @Test(
        "ratios on an axis are no longer than they have to be, and none but 0 is 0",
        arguments: [
            (0, "0"), (0.001, "0.001"), (0.05, "0.05"), (0.5, "0.5"), (1.25, "1.25"), (1000, "1,000"),
        ] as [(Double, String)])
    func factors(ratio: Double, expected: String) { #expect(Format.factor(ratio) == expected) }

    @Test("a figure of the files may be none or not reached")
    func figures() {
        #expect(Format.duration(microseconds: nil) == "-")
        #expect(Format.duration(microseconds: .infinity) == "not reached")
        #expect(Format.duration(microseconds: 1500) == "1.50 ms")
    }

    @Test(
        "counts are grouped by thousands",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (-1_234_567, "-1,234,567")])
    func counts(value: Int, expected: String) {
        #expect(Format.count(value) == expected)
    }

    @Test(
        "only all is 100 %, only nothing is 0 %",
        arguments: [
            (0, "0 %"), (1, "100 %"), (0.9999999, ">99.9 %"), (0.0000001, "<0.001 %"), (0.001, "0.1 %"),
            (0.00123, "0.123 %"), (0.0234, "2.34 %"), (0.5, "50 %"), (0.1234, "12.3 %"),
        ] as [(Double, String)])
    func shares(share: Double, expected: String) {
        #expect(Format.share(share) == expected)
    }

    @Test(
        "a clock shows hours where there are some",
        arguments: [(0, "0:00"), (42, "0:42"), (725, "12:05"), (3723, "1:02:03")] as [(UInt64, String)])
    func clock(seconds: UInt64, expected: String) {
        #expect(Format.clock(nanoseconds: seconds * 1_000_000_000) == expected)
    }

    @Test("long text is wrapped between words, a long word is cut")
    func wrapping() {
        #expect(Format.wrapped("one two three", to: 7) == ["one two", "three"])
        #expect(Format.wrapped("incomprehensible", to: 7) == ["incomp…"])
    }
}
