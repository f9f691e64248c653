/// Replaces `${NAME}` and `${NAME:-default}` in every value of a tree; keys stay as they are.
///
/// As in a shell, the default also holds where the variable is set to nothing. A `$` without a brace is itself.
struct Expansion {
    let environment: [String: String]
    let diagnostics: Diagnostics

    func expand(_ node: inout Node) {
        switch node.content {
        case .scalar(let scalar): expand(scalar, of: &node)
        case .list(var elements):
            for index in elements.indices { expand(&elements[index]) }
            node.content = .list(elements)
        case .map(var entries):
            for index in entries.indices { expand(&entries[index].value) }
            node.content = .map(entries)
        case .broken: return
        }
    }

    private func expand(_ scalar: Node.Scalar, of node: inout Node) {
        guard scalar.text.contains("${") else { return }
        var expanded = scalar
        do throws(ValueError) {
            expanded.text = try replaceVariables(in: scalar.text)
            node.content = .scalar(expanded)
        } catch {
            let place = node.place(ofCharacter: error.offset ?? 0)
            diagnostics.refuse(place, error.message)
            node.content = .broken
        }
    }

    private func replaceVariables(in text: String) throws(ValueError) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            let offset = text.unicodeScalars.distance(from: text.startIndex, to: start.lowerBound)
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw ValueError("\"${\" without its \"}\"", offset: offset)
            }
            result += try value(of: rest[start.upperBound..<end], at: offset)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func value(of reference: Substring, at offset: Int) throws(ValueError) -> String {
        let name = reference.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let rest = reference.dropFirst(name.count)
        guard let first = name.first, !first.isNumber, rest.isEmpty || rest.hasPrefix(":-") else {
            throw ValueError("expected ${NAME} or ${NAME:-default}", offset: offset)
        }
        let value = environment[String(name)]
        if !rest.isEmpty { return value.flatMap { $0.isEmpty ? nil : $0 } ?? String(rest.dropFirst(2)) }
        guard let value else {
            throw ValueError("the environment has no \(name), and ${\(name)} has no default", offset: offset)
        }
        return value
    }
}
