/// Failures counted by stage, phase, kind and condition, with one example each. Bounded, whatever a server says.
public struct FailureTable: Sendable, Equatable {
    /// Kinds kept apart; further ones are counted under the condition `other`.
    public static let capacity = 256
    /// What has come through no door yet, which is where secrets are masked, fits into a line all the same.
    private static let door = ForeignTextDoor()

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

    public struct Entry: Sendable, Equatable {
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
        let failure = Self.door.shown(failure)
        let key = Key(scope: scope, phase: failure.phase, kind: failure.kind, condition: failure.condition)
        add(Entry(count: 1, first: instant, last: instant, example: failure.example), for: key)
    }

    public mutating func merge(_ other: FailureTable) {
        for (key, entry) in other.ordered { add(entry, for: key) }
    }

    /// Scope by scope in the order of phases, the most frequent first.
    public var ordered: [(key: Key, entry: Entry)] {
        entries.map { (key: $0.key, entry: $0.value) }.sorted { left, right in
            if left.key.scope != right.key.scope { return left.key.scope < right.key.scope }
            if left.key.phase != right.key.phase { return left.key.phase < right.key.phase }
            if left.entry.count != right.entry.count { return left.entry.count > right.entry.count }
            return (left.key.kind.rawValue, left.key.condition) < (right.key.kind.rawValue, right.key.condition)
        }
    }

    /// What failed most often, wherever it did; nil where nothing did.
    public var mostFrequent: Failure? {
        ordered.max { $0.entry.count < $1.entry.count }.map { key, entry in
            Failure(phase: key.phase, kind: key.kind, condition: key.condition, example: entry.example)
        }
    }

    /// The variant's failures in all its stages, under stage 0.
    public func total(ofVariant variant: UInt16) -> FailureTable {
        var total = FailureTable()
        for (key, entry) in ordered where key.scope.variant == variant {
            var key = key
            key.scope.stage = 0
            total.add(entry, for: key)
        }
        return total
    }

    /// Adds what was counted elsewhere.
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
        if known.example.isEmpty { known.example = entry.example }
        entries[key] = known
    }
}
