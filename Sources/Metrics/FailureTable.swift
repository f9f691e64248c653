/// Failures counted by stage, phase, kind and condition, with one example each. Bounded, whatever a server says.
public struct FailureTable: Sendable {
    /// Kinds kept apart; further ones are counted under the condition `other`.
    public static let capacity = 256
    /// Longer conditions and examples are cut to this many characters.
    public static let longestText = 240

    public struct Key: Hashable, Sendable {
        public var scope: Scope
        public var phase: Phase
        public var kind: Failure.Kind
        public var condition: String

        public init(scope: Scope, phase: Phase, kind: Failure.Kind, condition: String) {
            self.scope = scope
            self.phase = phase
            self.kind = kind
            self.condition = condition
        }
    }

    public struct Entry: Sendable {
        public var count: UInt64
        /// Nanoseconds since the first arrival.
        public var first: UInt64
        public var last: UInt64
        public var example: String

        public init(count: UInt64, first: UInt64, last: UInt64, example: String) {
            self.count = count
            self.first = first
            self.last = last
            self.example = example
        }
    }

    public private(set) var entries: [Key: Entry] = [:]

    public init() {}

    public mutating func record(_ failure: Failure, scope: Scope, at instant: UInt64) {
        let key = Key(
            scope: scope, phase: failure.phase, kind: failure.kind, condition: Self.shortened(failure.condition))
        add(Entry(count: 1, first: instant, last: instant, example: Self.shortened(failure.example)), for: key)
    }

    public mutating func merge(_ other: FailureTable) {
        for (key, entry) in other.entries { add(entry, for: key) }
    }

    /// Adds counted failures under a key.
    public mutating func add(_ entry: Entry, for key: Key) {
        var key = key
        if entries[key] == nil, entries.count >= Self.capacity { key.condition = "other" }
        guard var known = entries[key] else {
            entries[key] = entry
            return
        }
        known.count += entry.count
        known.first = min(known.first, entry.first)
        known.last = max(known.last, entry.last)
        entries[key] = known
    }

    private static func shortened(_ text: String) -> String {
        text.utf8.count > longestText ? String(text.prefix(longestText)) : text
    }
}
