/// A `--set key=value` of the command line.
public struct Override: Sendable, Equatable {
    /// A dotted key path such as `target.address` or `load.0.ramp.to`.
    public let keyPath: String
    /// YAML-lite on one line.
    public let value: String

    public init(keyPath: String, value: String) {
        self.keyPath = keyPath
        self.value = value
    }

    /// Reads `key=value`; nil where there is no `=`, or no key before it.
    public init?(_ argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
        self.init(keyPath: String(argument[..<sign]), value: String(argument[argument.index(after: sign)...]))
    }

    /// An argument that is no `key=value`, as a message may show it.
    public static func shown(_ argument: String) -> String { argument.shortened }

    /// Whether a secret may follow this argument of a command line.
    public static func announcesSecret(_ argument: String) -> Bool { SecretWord.isOne(of: argument) }

    var path: [String] { keyPath.split(separator: ".", omittingEmptySubsequences: false).map(String.init) }

    var isSecret: Bool { path.contains(where: SecretWord.isOne) }

    /// As a message may show it.
    var shown: String {
        let hides = isSecret || SecretWord.isOne(of: value)
        return "\(keyPath)=\(hides ? SecretMask.hidden : value.shortened)"
    }
}

/// Puts values into a tree by key path, over those of the file.
struct Overriding {
    let diagnostics: Diagnostics

    func apply(_ overrides: [Override], to root: inout Node) {
        for override in overrides {
            diagnostics.arguments.append(override.shown)
            apply(override, number: diagnostics.arguments.count - 1, to: &root)
        }
    }

    private func apply(_ override: Override, number: Int, to root: inout Node) {
        let place = Place.argument(number)
        guard !override.isSecret else { return refuseSecret(place) }
        guard !override.path.contains("") else {
            return diagnostics.refuse(place, "expected a key path such as target.address")
        }
        guard let value = parse(override.value, number: number) else { return }
        guard !holdsSecret(value) else { return refuseSecret(place) }
        set(value, at: override.path[...], in: &root, keyPlace: place)
    }

    private func refuseSecret(_ place: Place) {
        diagnostics.refuse(
            place, "passwords and tokens are not given as arguments: use ${NAME} in the scenario and the environment")
    }

    private func parse(_ value: String, number: Int) -> Node? {
        let place = Place.argument(number)
        guard !value.isEmpty else {
            return Node(place: place, content: .scalar(.init(text: "", written: "", isPlain: true)))
        }
        guard !value.contains(where: \.isNewline) else {
            diagnostics.refuse(place, "a value of one line is expected")
            return nil
        }
        return YAMLLite.read(SourceText(value, path: ""), argument: number, into: diagnostics)
    }

    private func holdsSecret(_ node: Node) -> Bool {
        switch node.content {
        case .map(let entries): entries.contains { SecretWord.isOne($0.key) || holdsSecret($0.value) }
        case .list(let elements): elements.contains(where: holdsSecret)
        case .scalar, .broken: false
        }
    }

    /// Sets a value at a path below a node; what is missing on the way becomes maps, their keys at `keyPlace`.
    func set(_ value: Node, at path: ArraySlice<String>, in node: inout Node, keyPlace: Place) {
        guard let key = path.first else {
            node = value
            return
        }
        switch node.content {
        case .map(var entries):
            set(value, key, path.dropFirst(), in: &entries, keyPlace)
            node.content = .map(entries)
        case .list(var elements):
            guard let index = index(key, in: elements, keyPlace) else { return }
            set(value, at: path.dropFirst(), in: &elements[index], keyPlace: keyPlace)
            node.content = .list(elements)
        case .scalar, .broken:
            var entries: [Node.Entry] = []
            set(value, key, path.dropFirst(), in: &entries, keyPlace)
            node = Node(place: keyPlace, content: .map(entries))
        }
    }

    /// As `set` of every scalar and list in the value: a map adds to the one that is there.
    func merge(_ value: Node, at path: [String], in node: inout Node, keyPlace: Place) {
        guard let entries = value.entries else { return set(value, at: path[...], in: &node, keyPlace: keyPlace) }
        for entry in entries { merge(entry.value, at: path + entry.path, in: &node, keyPlace: entry.keyPlace) }
    }

    private func set(
        _ value: Node, _ key: String, _ rest: ArraySlice<String>, in entries: inout [Node.Entry], _ keyPlace: Place
    ) {
        if let index = entries.firstIndex(where: { $0.key == key }) {
            set(value, at: rest, in: &entries[index].value, keyPlace: keyPlace)
        } else {
            var node = Node(place: keyPlace, content: .map([]))
            set(value, at: rest, in: &node, keyPlace: keyPlace)
            entries.append(Node.Entry(key: key, keyPlace: keyPlace, value: node))
        }
    }

    private func index(_ key: String, in elements: [Node], _ place: Place) -> Int? {
        if let index = Int(key), elements.indices.contains(index) { return index }
        diagnostics.refuse(
            place, "there is no element \"\(key.shortened)\" in this list: it has \(elements.count), counted from 0")
        return nil
    }
}
