/// Reads the text of a scenario where the parser's tree no longer tells.
enum FlowLine {
    /// Whether the flow collection that starts here is closed on this line.
    static func closes(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
        var depth = 0
        var quoting = Quoting()
        for scalar in line where !quoting.covers(scalar) {
            if scalar == "[" || scalar == "{" { depth += 1 }
            if scalar == "]" || scalar == "}" { depth -= 1 }
            if depth == 0 { return true }
        }
        return false
    }

    /// Where a map has a key for the second time, the first time being known: on the same line in a flow map,
    /// in the same column in a block map.
    static func repetition(
        of key: String, line: Int, column: Int, in source: SourceText
    ) -> (line: Int, column: Int)? {
        if let next = onSameLine(key, line: line, after: column, in: source) { return (line, next) }
        for number in (line + 1)..<max(source.lines.count + 1, line + 1) {
            let scalars = source.line(number)
            let indent = scalars.prefix { $0 == " " }.count
            if indent == column - 1, let start = keyStart(key, in: scalars, at: indent) { return (number, start + 1) }
            if indent < column - 1, indent < scalars.count, scalars[indent] != "#" { return nil }
        }
        return nil
    }

    private static func onSameLine(_ key: String, line: Int, after column: Int, in source: SourceText) -> Int? {
        let scalars = source.line(line)
        var quoting = Quoting()
        for (index, scalar) in scalars.enumerated() where !quoting.covers(scalar) && scalar == "," && index >= column {
            let next = scalars[(index + 1)...].prefix { $0 == " " }.count + index + 1
            if let start = keyStart(key, in: scalars, at: next) { return start + 1 }
        }
        return nil
    }

    /// Where the key's text starts, if the key stands here, quoted or not.
    private static func keyStart(_ key: String, in line: [Unicode.Scalar], at index: Int) -> Int? {
        guard index < line.count else { return nil }
        let isQuoted = line[index] == "\"" || line[index] == "'"
        let start = isQuoted ? index + 1 : index
        guard line[start...].starts(with: key.unicodeScalars) else { return nil }
        var next = start + key.unicodeScalars.count
        if isQuoted, next < line.count { next += 1 }
        while next < line.count, line[next] == " " { next += 1 }
        return next < line.count && line[next] == ":" ? start : nil
    }
}

/// Follows a line of flow collections, and says what is quoted or a comment.
private struct Quoting {
    private var quote: Unicode.Scalar?
    /// The last one that is no space.
    private var significant: Unicode.Scalar = ","
    private var last: Unicode.Scalar = ","
    private var isEscaped = false
    private var isComment = false

    mutating func covers(_ scalar: Unicode.Scalar) -> Bool {
        defer {
            last = scalar
            if scalar != " " { significant = scalar }
        }
        if let quote { return goOn(scalar, quote) }
        if scalar == "#", last == " " { isComment = true }
        guard !isComment, scalar == "\"" || scalar == "'", "[{,:".unicodeScalars.contains(significant) else {
            return isComment
        }
        quote = scalar
        return true
    }

    private mutating func goOn(_ scalar: Unicode.Scalar, _ open: Unicode.Scalar) -> Bool {
        if isEscaped {
            isEscaped = false
        } else if open == "\"", scalar == "\\" {
            isEscaped = true
        } else if scalar == open {
            quote = nil
        }
        return true
    }
}
