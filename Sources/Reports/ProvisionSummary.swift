public import Metrics

/// What became of accounts that were to be made or removed, in words.
public struct ProvisionSummary {
    private let tally: ProvisionTally
    private let words: Words

    /// What the counts are called.
    public struct Words: Sendable {
        var done: String
        var unneeded: String
        var goal: String

        public static let creation = Words(done: "created", unneeded: "already there", goal: "there")
        public static let removal = Words(done: "removed", unneeded: "not there", goal: "gone")
        /// A server that refuses a login does not say why.
        public static let removalByLogin = Words(
            done: "removed", unneeded: "not there, or with another password", goal: "gone")
    }

    public init(_ tally: ProvisionTally, _ words: Words) {
        self.tally = tally
        self.words = words
    }

    /// How it stands, in one line.
    public var progress: String {
        let failed = tally.failed > 0 ? ", \(Format.count(tally.failed)) failed" : ""
        return "\(Format.count(tally.done)) \(words.done), \(Format.count(tally.unneeded)) \(words.unneeded)\(failed)"
            + " of \(Format.count(tally.wanted))"
    }

    /// The counts, and each kind of failure with an example. Ends without a newline.
    public var text: String {
        var lines = [
            line(words.done, tally.done), line(words.unneeded, tally.unneeded), line("failed", tally.failed),
        ]
        for (key, entry) in tally.failures.ordered { lines += Self.lines(key, entry) }
        if tally.untried > 0 { lines.append(line("not tried", tally.untried)) }
        return lines.joined(separator: "\n")
    }

    /// The last line: whether all is as it was wanted, and if not why.
    public var sentence: String {
        let reached = tally.done + tally.unneeded
        if tally.isComplete { return "provisioned: all \(Format.count(tally.wanted)) accounts are \(words.goal)" }
        return "not provisioned: \(Format.count(reached)) of \(Format.count(tally.wanted)) accounts are \(words.goal)"
            + reason
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
