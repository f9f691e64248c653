/// Settings as YAML-lite: two levels of block maps, everything below on one line.
struct YAMLText {
    let text: String

    init(_ settings: [Scenario.Setting]) {
        let tree = Tree(settings.map { ($0.path[...], $0.written) })
        text = tree.lines(depth: 0).map { $0 + "\n" }.joined()
    }

    private indirect enum Tree {
        case value(String)
        case list([Tree])
        case map([(key: String, value: Tree)])

        init(_ leaves: [(path: ArraySlice<String>, value: String)]) {
            if let leaf = leaves.first, leaf.path.isEmpty {
                self = .value(leaf.value)
                return
            }
            var groups: [(key: String, leaves: [(path: ArraySlice<String>, value: String)])] = []
            for leaf in leaves {
                let key = leaf.path.first ?? ""
                let rest = (leaf.path.dropFirst(), leaf.value)
                if groups.last?.key == key {
                    groups[groups.count - 1].leaves.append(rest)
                } else {
                    groups.append((key, [rest]))
                }
            }
            let entries = groups.map { (key: $0.key, value: Tree($0.leaves)) }
            self = groups.first?.key == "0" ? .list(entries.map(\.value)) : .map(entries)
        }

        /// As a block.
        func lines(depth: Int) -> [String] {
            let indent = String(repeating: "  ", count: depth)
            switch self {
            case .value: return [indent + flow]
            case .list(let elements): return elements.map { indent + "- " + $0.entryOrFlow }
            case .map(let entries):
                return entries.flatMap { key, value in
                    value.isBlock(at: depth)
                        ? ["\(indent)\(key):"] + value.lines(depth: depth + 1)
                        : ["\(indent)\(key): \(value.flow)"]
                }
            }
        }

        private func isBlock(at depth: Int) -> Bool {
            guard depth == 0, case .value = self else { return depth == 0 }
            return false
        }

        /// `ramp: {...}`, as it stands after a list's dash.
        private var entryOrFlow: String {
            guard case .map(let entries) = self, let entry = entries.first, entries.count == 1 else { return flow }
            return "\(entry.key): \(entry.value.flow)"
        }

        private var flow: String {
            switch self {
            case .value(let text): YAMLText.scalar(text)
            case .list(let elements): "[" + elements.map(\.flow).joined(separator: ", ") + "]"
            case .map(let entries): "{" + entries.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", ") + "}"
            }
        }
    }

    /// Plain where that is safe anywhere, else in double quotes.
    private static func scalar(_ text: String) -> String {
        let isSafe = text.utf8.allSatisfy {
            Digits.isNameByte($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%")
        }
        let startsSafely = text.utf8.first.map { Digits.isNameByte($0) && $0 != UInt8(ascii: "-") } ?? false
        return isSafe && startsSafely ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        case "\u{85}", "\u{2028}", "\u{2029}": "\\u" + scalar.fourHexDigits
        default: String(scalar)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var fourHexDigits: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }
}
