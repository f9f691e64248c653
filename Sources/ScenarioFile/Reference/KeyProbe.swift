import LoadPlan

/// Finds out what the reader makes of a key by giving it something wrong there: the answer is the checker's own, so that a
/// reference made of it cannot be wrong.
struct KeyProbe {
    /// Keys of the scenario from its top; a number is an element of a list.
    typealias Path = [String]

    /// What the checker says of a value.
    struct Answer {
        /// The keys of the map that may stand here; nil where none may.
        var keys: [String]?
        /// Of those keys, the ones that have to be given, with what the message adds.
        var required: [String: String] = [:]
        /// What a value that is no map is, in the words of a message; nil where there is only a map.
        var kind: String?
        /// Whether a list of such values may stand here too.
        var takesList = false
        /// Whether it is a list whose elements are looked at by themselves.
        var isList: Bool { kind?.hasPrefix("a list of ") ?? false }
    }

    private static let probed = Place.argument(1)
    private static let elsewhere = Place.argument(0)

    /// - Parameter siblings: keys of the same map: some values are only looked at where another is given.
    static func answer(at path: Path, beside siblings: [String] = []) -> Answer {
        let alone = answer(at: path, beside: nil)
        guard alone.kind == nil, alone.keys == nil else { return alone }
        let others = siblings.lazy.filter { $0 != path.last }.map { answer(at: path, beside: $0) }
        return others.first { $0.kind != nil || $0.keys != nil } ?? alone
    }

    private static func answer(at path: Path, beside sibling: String?) -> Answer {
        let asMap = messages(.map([]), at: path, beside: sibling)
        let asList = messages(.list([]), at: path, beside: sibling)
        var answer = Answer(keys: asMap.keys, required: missing(in: asMap.messages))
        let mismatch = expectation(in: asList.messages)
        if let mismatch, !mismatch.hasPrefix("at least one "), !mismatch.hasPrefix("a map with ") {
            answer.kind = mismatch
        } else if asMap.keys == nil {
            answer.kind = expectation(in: asMap.messages)
            answer.takesList = !answer.isList && mismatch.map { $0.hasPrefix("at least one ") } ?? true
        }
        return answer
    }

    /// What a scenario is told that has this content at the path, and the keys that a map may have there.
    private static func messages(
        _ content: Node.Content, at path: Path, beside sibling: String?
    ) -> (messages: [String], keys: [String]?) {
        let diagnostics = Diagnostics(SourceText("", path: ""))
        diagnostics.arguments = ["", ""]
        var tree = base(for: path)
        if let sibling { tree = placing(scalar("1s"), at: path.dropLast() + [sibling], in: tree) }
        let root = placing(Node(place: probed, content: content), at: path[...], in: tree)
        let reader = PlanReader(diagnostics: diagnostics, folder: "", defaultSeed: 0, check: { _ in [] })
        _ = reader.read(root)
        _ = reader.experiment(in: root)
        return (diagnostics.messages(at: probed), diagnostics.keys(at: probed))
    }

    /// `expected a duration such as 30s, found a list` tells of a duration.
    private static func expectation(in messages: [String]) -> String? {
        let found = messages.lazy.filter { $0.hasPrefix("expected ") }.first
        return found.flatMap { message in
            message.firstRange(of: ", found ").map { String(message[..<$0.lowerBound].dropFirst("expected ".count)) }
        }
    }

    /// By key, what follows it in the message.
    private static func missing(in messages: [String]) -> [String: String] {
        let start = "missing key \""
        let pairs = messages.filter { $0.hasPrefix(start) }.map { message in
            let parts = message.dropFirst(start.count).split(separator: "\"", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}

// MARK: - Scenarios to try it in

extension KeyProbe {
    /// The least that makes a plan, and lets a value at the path be looked at.
    private static func base(for path: Path = []) -> Node {
        let burst = ("burst", map([("logins", scalar("1"))]))
        let hold = ("hold", map([("rate", scalar("1/s")), ("for", scalar("1s"))]))
        let stage = Grammar.shapes.contains(path.dropFirst(2).first ?? "") ? map([]) : map([hold])
        return map([
            ("name", scalar("reference")), ("target", map([("address", scalar("127.0.0.1:5222"))])),
            ("accounts", map([("password", scalar("x"))])),
            ("load", Node(place: elsewhere, content: .list([path.first == "load" ? stage : map([burst])]))),
        ])
    }

    /// The plan of the base as settings: the defaults.
    static var defaults: [Scenario.Setting] {
        let diagnostics = Diagnostics(SourceText("", path: ""))
        let plan = PlanReader(diagnostics: diagnostics, folder: "", defaultSeed: 0, check: { _ in [] }).read(base())
        return plan.map { Settings.of($0, nil, base()) } ?? []
    }

    private static func map(_ entries: [(String, Node)]) -> Node {
        Node(place: elsewhere, content: .map(entries.map { Node.Entry(key: $0.0, keyPlace: elsewhere, value: $0.1) }))
    }

    private static func scalar(_ text: String) -> Node {
        Node(place: elsewhere, content: .scalar(Node.Scalar(text: text, written: text, isPlain: true)))
    }

    /// The tree with the node at the path.
    private static func placing(_ node: Node, at path: ArraySlice<String>, in tree: Node?) -> Node {
        guard let key = path.first else { return node }
        let rest = path.dropFirst()
        if Int(key) != nil {
            let element = tree.flatMap { if case .list(let elements) = $0.content { elements.first } else { nil } }
            return Node(place: elsewhere, content: .list([placing(node, at: rest, in: element)]))
        }
        var entries = tree?.entries ?? []
        let known = entries.firstIndex { $0.key == key }
        let value = placing(node, at: rest, in: known.map { entries[$0].value })
        if let known {
            entries[known].value = value
        } else {
            entries.append(Node.Entry(key: key, keyPlace: elsewhere, value: value))
        }
        return Node(place: elsewhere, content: .map(entries))
    }
}
