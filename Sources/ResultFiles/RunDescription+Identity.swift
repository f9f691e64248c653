extension RunDescription {
    /// The first key by which the other run is one of another scenario, with both values; nil where both are of one.
    public func difference(from other: RunDescription) -> String? {
        guard scenarioHash != other.scenarioHash else { return nil }
        let mine = Self.values(scenario), theirs = Self.values(other.scenario)
        let keys = mine.map(\.key) + theirs.map(\.key)
        let (first, second) = (Dictionary(mine) { $1 }, Dictionary(theirs) { $1 })
        guard let key = keys.first(where: { first[$0] != second[$0] && !Self.isNoIdentity($0) }) else {
            return "the scenario"
        }
        return "\(key): \(first[key] ?? "nothing") and \(second[key] ?? "nothing")"
    }

    private static func isNoIdentity(_ key: String) -> Bool {
        ["seed", "target.address", "accounts.password"].contains(key)
    }

    /// A rendered scenario has two levels of block maps, everything below on one line.
    private static func values(_ text: String) -> [(key: String, value: String)] {
        var parent = ""
        var count = 0
        return text.split(separator: "\n").compactMap { line in
            let isInner = line.hasPrefix(" ")
            let content = line.drop { $0 == " " }
            if content.hasPrefix("- ") {
                count += 1
                return ("\(parent).\(count - 1)", String(content.dropFirst(2)))
            }
            let parts = content.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            let value = String(parts[1].drop { $0 == " " })
            if !isInner {
                parent = String(parts[0])
                count = 0
            }
            return value.isEmpty ? nil : (isInner ? "\(parent).\(parts[0])" : parent, value)
        }
    }
}
