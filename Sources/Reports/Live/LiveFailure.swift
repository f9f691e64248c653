import Metrics

/// One kind of failure as it comes: over all stages and variants, with how long ago it was last seen.
struct LiveFailure {
    struct Name: Hashable {
        var phase: String
        var kind: Failure.Kind
        var condition: String
    }

    var name: Name
    var count: UInt64
    /// Nanoseconds since it was last seen.
    var age: UInt64

    /// What was seen within this time, in nanoseconds, stands before what was not.
    private static let recent: UInt64 = 10_000_000_000

    /// Those that are happening first, and then those that happened most.
    static func all(of status: LiveStatus) -> [LiveFailure] {
        var totals: [Name: (count: UInt64, last: UInt64)] = [:]
        for (key, entry) in status.failures.entries {
            let name = Name(phase: status.phases.name(of: key.phase), kind: key.kind, condition: key.condition)
            let known = totals[name] ?? (0, 0)
            totals[name] = (known.count + entry.count, max(known.last, entry.last))
        }
        return totals.map { name, total in
            LiveFailure(
                name: name, count: total.count, age: status.elapsed - min(status.elapsed, total.last))
        }.sorted(by: isBefore)
    }

    private static func isBefore(_ left: LiveFailure, _ right: LiveFailure) -> Bool {
        let (leftIsRecent, rightIsRecent) = (left.age < recent, right.age < recent)
        if leftIsRecent != rightIsRecent { return leftIsRecent }
        if left.count != right.count { return left.count > right.count }
        return left.words < right.words
    }

    var parts: [LiveRow.Part] {
        [
            LiveRow.Part("\(Format.count(count))  \(words)", age < Self.recent ? .bad : .plain),
            LiveRow.Part("in \(name.phase)", weight: 1),
            LiveRow.Part(ago, .faint, weight: 2),
        ]
    }

    private var ago: String {
        switch age / 1_000_000_000 {
        case 0: "just now"
        case 1..<60: "\(age / 1_000_000_000) s ago"
        default: "\(Format.clock(nanoseconds: age)) ago"
        }
    }

    private var words: String {
        name.condition.isEmpty ? name.kind.rawValue : "\(name.kind.rawValue): \(Self.narrow(name.condition))"
    }

    /// What a server says may be in a script whose characters take two columns, or none: in a line that is counted in
    /// columns a `?` stands for each. The files have the text as it came.
    private static func narrow(_ text: String) -> String {
        String(text.unicodeScalars.map { (0x20..<0x300).contains($0.value) ? Character($0) : "?" })
    }
}
