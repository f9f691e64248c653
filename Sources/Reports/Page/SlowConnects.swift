import Metrics
import ResultFiles

/// Connects that took about 1, 3 or 7 s: the SYN was sent again, because the server's accept backlog was full.
///
/// Linux repeats a SYN after 1 s, then after twice as long each time (RFC 6298 section 2); nothing else makes such steps.
struct SlowConnects: Equatable {
    /// How many connects stand at each step, in whole seconds.
    var steps: [(seconds: Int, count: UInt64)]
    var total: UInt64

    static func == (one: SlowConnects, other: SlowConnects) -> Bool {
        one.total == other.total && one.steps.elementsEqual(other.steps) { $0 == $1 }
    }

    /// What a retransmit adds lies in these ranges of microseconds.
    private static let ranges: [(seconds: Int, range: Range<Double>)] = [
        (1, 990_000..<1_500_000), (3, 2_990_000..<3_700_000), (7, 6_990_000..<8_000_000),
    ]

    /// nil where there are none, or where slow connects are spread as those of a merely slow server are.
    init?(_ connects: [HistogramRow]) {
        let ranges = Self.ranges
        steps = ranges.map { step in
            (step.seconds, connects.reduce(0) { step.range.contains($1.from) ? $0 + $1.count : $0 })
        }.filter { $0.1 > 0 }
        total = connects.reduce(0) { $0 + $1.count }
        let stepped = steps.reduce(0) { $0 + $1.count }
        let between = connects.reduce(0) { $1.from >= 400_000 ? $0 + $1.count : $0 } - stepped
        guard stepped > 0, between <= stepped / 4 else { return nil }
    }

    var sentence: String {
        let parts = steps.map {
            "\(Format.count($0.count)) of \(Format.count(total)) connects took about \($0.seconds) s"
        }
        return "\(parts.joined(separator: ", ")): the SYN was sent again (after 1 s, 3 s, 7 s), which a server's full "
            + "accept backlog makes happen. A longer backlog, or fewer logins at once, takes these steps away."
    }
}
