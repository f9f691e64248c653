/// Hides passwords and tokens in a line that a message shows.
struct SecretMask {
    static let hidden = "***"

    /// The line with its secrets hidden, where the column went, and whether it is in a secret.
    static func mask(
        _ source: SourceText, line number: Int, column: Int
    ) -> (line: String, caret: Int, isSecret: Bool) {
        if continuesSecret(source, line: number) { return (hidden, 1, true) }
        var scalars = source.line(number)
        var caret = column
        var isSecret = false
        var start = 0
        while let value = nextValue(in: scalars, from: start) {
            let shown = Array(cover(String(scalars[value])).unicodeScalars)
            isSecret = isSecret || value.contains(caret - 1)
            if caret > value.upperBound {
                caret += shown.count - value.count
            } else if caret > value.lowerBound + 1 {
                caret = value.lowerBound + 1
            }
            scalars.replaceSubrange(value, with: shown)
            start = value.lowerBound + shown.count
        }
        return (String(scalars), caret, isSecret)
    }

    /// A message on what is secret, without the texts that it quotes.
    static func coverQuotes(_ message: String) -> String { message.replacing(/"[^"]*"/, with: "\"\(hidden)\"") }

    /// A value as it may be shown: `${NAME}` stays, everything else is `***`.
    static func cover(_ value: String) -> String {
        guard let name = variable(in: value) else { return hidden }
        return name.hasDefault ? "${\(name.name):-\(hidden)}" : "${\(name.name)}"
    }

    /// The variable, where the whole value is one.
    private static func variable(in value: String) -> (name: String, hasDefault: Bool)? {
        let bare = value.trimmed(of: ["\"", "'", " "])
        guard bare.hasPrefix("${"), bare.hasSuffix("}"), bare.split(separator: "}").count == 1 else { return nil }
        let inner = bare.dropFirst(2).dropLast()
        let name = inner.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let rest = inner.dropFirst(name.count)
        guard !name.isEmpty, rest.isEmpty || rest.hasPrefix(":-") else { return nil }
        return (String(name), !rest.isEmpty)
    }

    /// Where the value of the next secret key is.
    private static func nextValue(in line: [Unicode.Scalar], from start: Int) -> Range<Int>? {
        for index in start..<max(start, line.count) where isKeyStart(line, index) {
            guard let value = valueStart(line, keyAt: index) else { continue }
            return value..<valueEnd(line, from: value, isBlock: isBlockKey(line, index))
        }
        return nil
    }

    private static func isKeyStart(_ line: [Unicode.Scalar], _ index: Int) -> Bool {
        SecretWord.belongs(line[index]) && (index == 0 || !SecretWord.belongs(line[index - 1]))
    }

    /// A sign that is missing, doubled or another one is mistyped, too.
    private static func valueStart(_ line: [Unicode.Scalar], keyAt index: Int) -> Int? {
        let word = line[index...].prefix(while: SecretWord.belongs)
        guard SecretWord.isOne(String(word)) else { return nil }
        let rest = line[word.endIndex...]
        let gap = rest.prefix { $0.properties.isWhitespace || [":", "=", "\u{FF1A}", "\"", "'"].contains($0) }
        guard !gap.isEmpty, gap.endIndex < line.count, ![",", "}", "]", "#"].contains(line[gap.endIndex]) else {
            return nil
        }
        let opening = gap.last.map { $0 == "\"" || $0 == "'" } ?? false
        return opening && gap.contains(":") ? gap.endIndex - 1 : gap.endIndex
    }

    /// In a block map a value goes on to the line's end, whatever is in it.
    private static func isBlockKey(_ line: [Unicode.Scalar], _ index: Int) -> Bool {
        line[..<index].allSatisfy { [" ", "-", "\"", "'"].contains($0) }
    }

    private static func valueEnd(_ line: [Unicode.Scalar], from start: Int, isBlock: Bool) -> Int {
        let quote = line[start]
        if isBlock || quote == "[" || quote == "{" { return line.count }
        guard quote == "\"" || quote == "'" else {
            return variableEnd(line, from: start) ?? plainEnd(line, from: start)
        }
        var index = start + 1
        while index < line.count, line[index] != quote {
            index += quote == "\"" && line[index] == "\\" ? 2 : 1
        }
        return min(index + 1, line.count)
    }

    /// A comma ends the value of a flow map where a key follows; elsewhere it was meant to be part of it.
    private static func plainEnd(_ line: [Unicode.Scalar], from start: Int) -> Int {
        line.indices[start...].first { index in
            guard line[index] == "," else { return line[index] == "}" }
            return line[(index + 1)...].prefix { $0 != "," && $0 != "}" }.contains(":")
        } ?? line.count
    }

    private static func variableEnd(_ line: [Unicode.Scalar], from start: Int) -> Int? {
        guard line[start...].starts(with: "${".unicodeScalars) else { return nil }
        return line[start...].firstIndex(of: "}").map { $0 + 1 }
    }

    /// Whether the line lies under a `password:` that has nothing on its own line, or a block scalar's sign.
    private static func continuesSecret(_ source: SourceText, line number: Int) -> Bool {
        var depth = indentation(source.line(number))
        for above in stride(from: number - 1, to: 0, by: -1) where indentation(source.line(above)) < depth {
            depth = indentation(source.line(above))
            if opensSecret(source.line(above)) { return true }
        }
        return false
    }

    private static func opensSecret(_ line: [Unicode.Scalar]) -> Bool {
        let parent = String(line).trimmed(of: [" ", "-", "\"", "'"])
        let word = String(parent.unicodeScalars.prefix(while: SecretWord.belongs))
        return SecretWord.isOne(word) && opensValue(parent.dropFirst(word.count))
    }

    private static func opensValue(_ rest: Substring) -> Bool {
        let sign = rest.filter { $0 != " " && $0 != "\"" && $0 != "'" }
        return sign.hasPrefix(":") && sign.dropFirst().first.map { "|>#\"'".contains($0) } ?? true
    }

    /// Columns before the text; a line without any is as deep as can be.
    private static func indentation(_ line: [Unicode.Scalar]) -> Int {
        let blank = line.prefix { $0 == " " || $0 == "\t" }
        return blank.count == line.count ? .max : blank.reduce(0) { $0 + ($1 == "\t" ? 8 : 1) }
    }
}

extension StringProtocol {
    /// Without these characters at both ends.
    func trimmed(of characters: Set<Character>) -> String {
        var rest = Substring(self)
        while let first = rest.first, characters.contains(first) { rest.removeFirst() }
        while let last = rest.last, characters.contains(last) { rest.removeLast() }
        return String(rest)
    }
}
