public import Metrics

/// What became of accounts that were to be made or removed, in words.
public struct ProvisionSummary {
    private let tally: ProvisionTally
    private let words: Words

    /// What the counts are called.
    public struct Words: Sendable {
        var done: String
        var unneeded: String
        var refused: String
        var goal: String

        public static let creation = Words(
            done: "created", unneeded: "already there", refused: "there with another password", goal: "there")
        /// A server that refuses a login does not say why.
        public static let removal = Words(
            done: "removed", unneeded: "not there", refused: "refused: gone already, or another password", goal: "gone")
    }

    public init(_ tally: ProvisionTally, _ words: Words) {
        self.tally = tally
        self.words = words
    }

    /// How it stands, in one line.
    public var progress: String {
        let counts = counts.filter { $0.count > 0 || $0.isAlwaysTold }.map { "\(Format.count($0.count)) \($0.name)" }
        let failed = tally.failed > 0 ? ["\(Format.count(tally.failed)) failed"] : []
        return (counts + failed).joined(separator: ", ") + " of \(Format.count(tally.wanted))"
    }

    /// The counts, and each kind of failure with an example. Ends without a newline.
    public var text: String {
        var lines = counts.filter { $0.count > 0 || $0.isAlwaysTold }.map { line($0.name, $0.count) }
        lines.append(line("failed", tally.failed))
        for (key, entry) in tally.failures.ordered { lines += Self.lines(key, entry) }
        if tally.untried > 0 { lines.append(line("not tried", tally.untried)) }
        return lines.joined(separator: "\n")
    }

    private var counts: [(name: String, count: Int, isAlwaysTold: Bool)] {
        [
            (words.done, tally.done, true), (words.unneeded, tally.unneeded, true),
            (Self.unchecked, tally.unchecked, false), (words.refused, tally.refused, false),
        ]
    }

    private static let unchecked = "already there, with what password is not known"

    /// The last line: whether all is as it was wanted, and if not why. What is not known is not claimed.
    public var sentence: String {
        let wanted = Format.count(tally.wanted)
        let doubts = [(tally.unchecked, Self.unchecked), (tally.refused, words.refused)].filter { $0.0 > 0 }
            .map { "; \(Format.count($0.0)) \($0.1)" }.joined()
        return tally.isComplete
            ? "provisioned: all \(wanted) accounts are \(words.goal)\(doubts)"
            : "not provisioned: \(Format.count(tally.known)) of \(wanted) accounts are \(words.goal)\(doubts)\(reason)"
    }

    /// For standard error, where there was nobody to talk to.
    public var errorLine: String? {
        guard case .unreachable(let failure) = tally.ending else { return nil }
        return "muster: no connection was ever established: \(Self.words(failure.kind, failure.condition))"
    }

    private var reason: String {
        switch tally.ending {
        case .gaveUp(let reason): "; stopped, for \(reason)"
        case .interrupted: "; interrupted"
        case .unreachable(let failure): "; not reached: \(Self.words(failure.kind, failure.condition))"
        case .completed, nil: ""
        }
    }

    private func line(_ name: String, _ count: Int) -> String {
        "\(Format.right(Format.count(count), 9))  \(name)"
    }

    private static func lines(_ key: FailureTable.Key, _ entry: FailureTable.Entry) -> [String] {
        let kind = "\(key.phase): \(words(key.kind, key.condition))"
        let example = entry.example.isEmpty ? "" : " (\(entry.example))"
        let indent = String(repeating: " ", count: 13)
        var lines = ["\(indent)\(Format.count(entry.count)) \(kind)\(example)"]
        if let hint = hint(key) { lines.append("\(indent)hint: \(hint)") }
        return lines
    }

    private static func words(_ kind: Failure.Kind, _ condition: String) -> String {
        condition.isEmpty ? kind.rawValue : "\(kind.rawValue): \(condition)"
    }

    private static func hint(_ key: FailureTable.Key) -> String? {
        guard key.kind == .stanza, key.condition == "resource-constraint" else { return nil }
        return "ejabberd registers one account per address in 600 s unless registration_timeout is infinity"
    }
}
