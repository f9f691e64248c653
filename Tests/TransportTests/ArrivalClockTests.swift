import Testing

@testable import Transport

@Suite("Time stamps of the kernel")
struct ArrivalClockTests {
    /// The wall clock is this far ahead of the monotonic one.
    private let offset: Int64 = 1_700_000_000_000_000_000

    private func stamp(_ instant: UInt64, _ offset: Int64) -> UInt64 { UInt64(Int64(instant) + offset) }

    private func milliseconds(_ count: UInt64) -> UInt64 { count * 1_000_000 }

    @Test("one is placed on the monotonic clock")
    func plain() {
        var clock = ArrivalClock(offset: offset, at: milliseconds(1))
        clock.note(offset: offset + 900, at: milliseconds(2))
        let instant = clock.instant(
            of: stamp(milliseconds(3), offset + 900), notBefore: milliseconds(1), notAfter: milliseconds(9))
        #expect(instant == milliseconds(3))
    }

    @Test("what cannot be is not told: before what came before, after its own read")
    func impossible() {
        let clock = ArrivalClock(offset: offset, at: 0)
        for instant in [UInt64(2), 12] {
            let told = clock.instant(
                of: stamp(milliseconds(instant), offset), notBefore: milliseconds(5), notAfter: milliseconds(9))
            #expect(told == nil)
        }
    }

    @Test("an error of the clocks never puts it after its read or before what came before", arguments: [4_990, 9_010])
    func nearly(_ microseconds: UInt64) {
        let clock = ArrivalClock(offset: offset, at: 0)
        let told = clock.instant(
            of: stamp(microseconds * 1000, offset), notBefore: milliseconds(5), notAfter: milliseconds(9))
        #expect(told == milliseconds(microseconds < 5_000 ? 5 : 9))
    }

    @Test("the wall clock is set: what arrived before and after it has its place", arguments: [-3_600, -1, 1, 3_600])
    func set(_ seconds: Int64) {
        var clock = ArrivalClock(offset: offset, at: milliseconds(20_000))
        let other = offset + seconds * 1_000_000_000
        clock.note(offset: other, at: milliseconds(20_010))
        let (earliest, latest) = (milliseconds(19_980), milliseconds(20_040))
        let before = clock.instant(of: stamp(milliseconds(19_990), offset), notBefore: earliest, notAfter: latest)
        let after = clock.instant(of: stamp(milliseconds(20_020), other), notBefore: earliest, notAfter: latest)
        #expect(before == milliseconds(19_990))
        #expect(after == milliseconds(20_020))
    }

    @Test("the wall clock is set by a little: what may have arrived before it or after it is not told")
    func ambiguous() {
        var clock = ArrivalClock(offset: offset, at: milliseconds(20))
        clock.note(offset: offset + 5_000_000, at: milliseconds(30))
        let told = clock.instant(
            of: stamp(milliseconds(29), offset), notBefore: milliseconds(10), notAfter: milliseconds(31))
        #expect(told == nil)
    }
}
