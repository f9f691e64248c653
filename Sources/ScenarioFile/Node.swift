/// A value of the scenario with its place.
struct Node {
    var place: Place
    var content: Content

    enum Content {
        case scalar(Scalar)
        case list([Node])
        case map([Entry])
        /// Refused already: whoever reads it has nothing more to say.
        case broken
    }

    struct Scalar {
        /// With variables replaced.
        var text: String
        /// As it stands in the file, once quotes and escapes are resolved.
        var written: String
        var isPlain: Bool
        /// How many columns the first character is right of the place; nil where the text is not in one piece there.
        var offset: Int?

        var isExpanded: Bool { text != written || written.contains("${") }
    }

    struct Entry {
        var key: String
        var keyPlace: Place
        var value: Node

        /// The key of a variant, which may be dotted: `login.mechanism`.
        var path: [String] { key.split(separator: ".").map(String.init) }
    }

    var scalar: Scalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    var entries: [Entry]? {
        guard case .map(let entries) = content else { return nil }
        return entries
    }

    var isBroken: Bool {
        guard case .broken = content else { return false }
        return true
    }

    /// What it is, in the words of a message.
    var description: String {
        switch content {
        case .scalar(let scalar) where scalar.text.isEmpty: scalar.isPlain ? "nothing" : "an empty text"
        case .scalar(let scalar): "\"\(scalar.text.shortened)\""
        case .list: "a list"
        case .map: "a map"
        case .broken: "nothing"
        }
    }

    /// The variables that values of secret keys were taken from.
    var secretVariables: Set<String> {
        switch content {
        case .map(let entries):
            entries.reduce(into: []) { found, entry in
                found.formUnion(SecretWord.isOne(entry.key) ? entry.value.variables : entry.value.secretVariables)
            }
        case .list(let elements): elements.reduce(into: []) { $0.formUnion($1.secretVariables) }
        case .scalar, .broken: []
        }
    }

    private var variables: Set<String> {
        Set(scalar?.written.matches(of: /\$\{([A-Za-z0-9_]+)/).map { String($0.1) } ?? [])
    }

    /// The place of a character of a scalar.
    func place(ofCharacter index: Int) -> Place {
        guard let scalar, let offset = scalar.offset, scalar.text == scalar.written else { return place }
        return place.advanced(by: offset + index)
    }
}

extension String {
    /// Short enough for a message, on one line, with everything visible, and without what looks like a secret.
    var shortened: String {
        let limit = 60
        let covered = SecretWord.cover(self).unicodeScalars
        let line = covered.map { $0.breaksLine ? " " : $0.isInvisible ? "<\($0.code)>" : String($0) }.joined()
        return line.count > limit ? line.prefix(limit) + "..." : line
    }
}
