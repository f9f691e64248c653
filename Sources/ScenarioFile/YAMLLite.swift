import Yams

/// YAML-lite: the part of YAML that a scenario is written in.
///
/// Block maps and lists, one-line flow lists and maps, comments, plain, quoted and block scalars. What else YAML has
/// is refused by name. A key given twice is reported, then hidden, so that the rest can be checked as well.
struct YAMLLite {
    private let diagnostics: Diagnostics
    /// What positions refer to; for an argument it is the argument's value.
    private let source: SourceText
    private let argument: Int?

    /// The text's tree; nil where there is none to read on, the reason being with the diagnostics.
    static func read(_ source: SourceText, argument: Int? = nil, into diagnostics: Diagnostics) -> Node? {
        YAMLLite(diagnostics: diagnostics, source: source, argument: argument).read()
    }

    private func read() -> Node? {
        guard isReadable() else { return nil }
        var text = source.text
        for _ in 0..<ScenarioErrors.limit {
            do {
                return try document(of: text)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let hidden = hideDuplicate(of: keys, after: context.mark, in: text) else { return nil }
                text = hidden
            } catch let error as YamlError {
                report(error)
                return nil
            } catch {
                refuse(1, 1, "not YAML: \(error)")
                return nil
            }
        }
        return nil
    }

    private func document(of text: String) throws -> Node? {
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        guard let root = try parser.nextRoot() else {
            refuse(1, 1, "the file is empty")
            return nil
        }
        if let second = try parser.nextRoot() {
            let mark = second.mark
            refuse(mark?.line ?? 1, mark?.column ?? 1, "several documents in one file: a scenario is one document")
            return nil
        }
        return withExtendedLifetime(parser) { convert(root) }
    }

    private func refuse(_ line: Int, _ column: Int, _ message: String, suggestion: String? = nil) {
        diagnostics.refuse(place(line, column), message, suggestion: suggestion)
    }

    private func place(_ line: Int, _ column: Int) -> Place {
        argument.map(Place.argument) ?? .scenario(line: line, column: column)
    }
}

// MARK: - Before parsing

extension YAMLLite {
    private static let deepest = 64

    /// Refuses what the parser would choke on.
    private func isReadable() -> Bool {
        var depth = 0
        for (number, line) in source.lines.enumerated() {
            guard let column = trouble(in: line, depth: &depth) else { continue }
            let scalar = source.scalar(line: number + 1, column: column) ?? " "
            refuse(number + 1, column, isPrintable(scalar) ? "nested too deeply" : scalar.spelled)
            return false
        }
        return true
    }

    /// The column of the first character that is one too many.
    private func trouble(in line: [Unicode.Scalar], depth: inout Int) -> Int? {
        var signs = 0
        var isStart = true
        for (index, scalar) in line.enumerated() {
            isStart = isStart && (scalar == " " || scalar == "-" || scalar == "?")
            signs += isStart && scalar != " " ? 1 : 0
            depth += scalar == "[" || scalar == "{" ? 1 : scalar == "]" || scalar == "}" ? -1 : 0
            if max(depth, signs) > Self.deepest || !isPrintable(scalar) { return index + 1 }
        }
        return nil
    }

    /// YAML 1.1 section 5.1, without the byte order mark.
    private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

// MARK: - The tree

extension YAMLLite {
    private func convert(_ node: Yams.Node) -> Node {
        let mark = node.mark
        let line = mark?.line ?? 1, column = mark?.column ?? 1
        let place = place(line, column)
        if let refusal = refusal(of: node, line, column) {
            diagnostics.refuse(place, refusal)
            return Node(place: place, content: .broken)
        }
        if let scalar = node.scalar, scalar.style == .plain, let odd = Invisible(in: scalar.string.unicodeScalars) {
            diagnostics.refuse(place.advanced(by: odd.offset), odd.message)
            return Node(place: place, content: .broken)
        }
        return Node(place: place, content: content(of: node, line, column))
    }

    private func content(of node: Yams.Node, _ line: Int, _ column: Int) -> Node.Content {
        switch node {
        case .scalar(let scalar): .scalar(convert(scalar, line, column))
        case .sequence(let list): .list(list.map(convert))
        case .mapping(let map): .map(convert(map))
        case .alias: .broken
        }
    }

    /// Anchors, tags and flow collections over several lines: the parser resolves them, the text shows them.
    private func refusal(of node: Yams.Node, _ line: Int, _ column: Int) -> String? {
        switch source.scalar(line: line, column: column) {
        case "&": return "an anchor: anchors and aliases are not part of YAML-lite"
        case "!": return "a tag: tags are not part of YAML-lite"
        case "[", "{":
            guard node.scalar == nil, !FlowLine.closes(source.rest(line: line, column: column)) else { return nil }
            return "a flow list or map goes on over several lines: write it on one line, or as a block"
        default: return nil
        }
    }

    private func convert(_ scalar: Yams.Node.Scalar, _ line: Int, _ column: Int) -> Node.Scalar {
        let isPlain = scalar.style == .plain
        let offset = isPlain ? 0 : 1
        let isInPlace = source.rest(line: line, column: column + offset).starts(with: scalar.string.unicodeScalars)
        return Node.Scalar(
            text: scalar.string, written: scalar.string, isPlain: isPlain, offset: isInPlace ? offset : nil)
    }

    private func convert(_ map: Yams.Node.Mapping) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var places: [String: Place] = [:]
        for (key, value) in map {
            guard let name = keyName(key) else { continue }
            let entry = Node.Entry(key: name.key, keyPlace: name.place, value: convert(value))
            if let first = places[name.key] {
                reportDuplicate(name.key, at: name.place, first: first)
            } else {
                places[name.key] = name.place
                entries.append(entry)
            }
        }
        return entries
    }

    private func keyName(_ key: Yams.Node) -> (key: String, place: Place)? {
        let node = convert(key)
        guard let name = node.scalar?.text else {
            if !node.isBroken { diagnostics.refuse(node.place, "a key is a word, not \(node.description)") }
            return nil
        }
        if name == "<<" {
            diagnostics.refuse(node.place, "a merge key: merge keys are not part of YAML-lite")
            return nil
        }
        return Self.isHidden(name) ? nil : (name, node.place)
    }

    private func reportDuplicate(_ key: String, at place: Place, first: Place) {
        guard case .scenario(let line, let column) = first else {
            return diagnostics.refuse(place, "key \"\(key.shortened)\" is given twice")
        }
        diagnostics.refuse(place, "key \"\(key.shortened)\" is given twice, first in line \(line), column \(column)")
    }
}

// MARK: - Keys given twice

extension YAMLLite {
    /// Hidden keys begin in a private use area, where no known key does.
    private static func isHidden(_ key: String) -> Bool {
        key.unicodeScalars.first.map { (0xE000..<0xF000).contains($0.value) } ?? false
    }

    /// Reports the second of the keys and replaces it by one of the same length that the reader passes over.
    private func hideDuplicate(of keys: [String], after first: Mark, in text: String) -> String? {
        let key = keys.first ?? ""
        let firstPlace = place(first.line, first.column)
        let current = SourceText(text, path: source.path)
        guard !key.isEmpty, !Self.isHidden(key),
            let found = FlowLine.repetition(of: key, line: first.line, column: first.column, in: current)
        else {
            diagnostics.refuse(firstPlace, "key \"\(key.shortened)\" is given twice")
            return nil
        }
        reportDuplicate(key, at: place(found.line, found.column), first: firstPlace)
        return hide(key, at: found, in: current)
    }

    private func hide(_ key: String, at found: (line: Int, column: Int), in text: SourceText) -> String {
        var lines = text.lines
        let length = key.unicodeScalars.count
        let hidden = (0..<length).map { hiddenScalar(found.line * 67 + found.column + $0) }
        lines[found.line - 1].replaceSubrange(found.column - 1..<found.column - 1 + length, with: hidden)
        return String(lines.joined(separator: ["\n"]))
    }

    private func hiddenScalar(_ number: Int) -> Unicode.Scalar {
        Unicode.Scalar(UInt32(0xE000 + number % 0x1000)) ?? "\u{E000}"
    }
}

// MARK: - What the parser says

extension YAMLLite {
    private func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            report(problem, context, mark)
        case .composer(_, let problem, let mark, _) where problem.contains("alias"):
            refuse(mark.line, mark.column, "an alias: anchors and aliases are not part of YAML-lite")
        case .composer(_, let problem, let mark, _):
            refuse(mark.line, mark.column, "not YAML: \(problem)")
        default:
            refuse(1, 1, "not YAML: \(error)")
        }
    }

    /// Says it in the words of somebody who writes a scenario, where the parser's are those of its author.
    private func report(_ problem: String, _ context: YamlError.Context?, _ mark: Mark) {
        for line in [mark.line, mark.line - 1] {
            guard let odd = Invisible(in: source.line(line)) else { continue }
            return refuse(line, odd.offset + 1, odd.message)
        }
        let isAboutStart = ["unexpected end", "expected ',' or", "expected ':'"].contains { problem.contains($0) }
        let at = isAboutStart ? context?.mark ?? mark : mark
        refuse(at.line, at.column, explanation(problem, context?.text ?? "", mark))
    }

    /// What is pasted from a page brings along what nobody sees. In quotes it is taken as it is.
    private struct Invisible {
        let offset: Int
        let message: String

        init?(in text: some Collection<Unicode.Scalar>) {
            let found = text.enumerated().first { $0.element.isInvisible && $0.element != "\t" }
            guard let found else { return nil }
            offset = found.offset
            message = "\(found.element.spelled): YAML knows spaces only; a text that has it goes in quotes"
        }
    }

    private func explanation(_ problem: String, _ context: String, _ mark: Mark) -> String {
        if source.scalar(line: mark.line, column: mark.column) == "\t" { return "a tab: YAML is indented by spaces" }
        if problem.hasPrefix("did not find expected ',' or"), String(source.line(mark.line)).contains("${") {
            return "a ${NAME} in a flow list or map: put it in quotes"
        }
        switch problem {
        case "mapping values are not allowed in this context":
            return "a \":\" where no key can be: quote a text that contains \": \", or check the indentation"
        case "could not find expected ':'": return "a line that is neither a key with \":\" nor a list entry"
        case "did not find expected key": return "expected a key here: check the indentation"
        case "did not find expected '-' indicator": return "expected a list entry \"-\" here: check the indentation"
        case "found unexpected end of stream": return "a quoted text without its closing quote"
        case _ where problem.hasPrefix("did not find expected ',' or"):
            return "a flow list or map without its closing bracket on the same line, or without a comma"
        default: return "not YAML: \(context.isEmpty ? "" : context + ", ")\(problem)"
        }
    }
}
