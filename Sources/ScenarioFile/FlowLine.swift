/// Reads the text of a scenario where the parser's tree no longer tells.
enum FlowLine {
    /// Whether the flow collection that starts here is closed on this line.
    static func closes(_ line: Substring.UnicodeScalarView) -> Bool {
        var depth = 0
        for (scalar, isQuoted) in quoting(line) where !isQuoted {
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
            let scalars = Array(source.line(number).unicodeScalars)
            let indent = scalars.prefix { $0 == " " }.count
            if indent == column - 1, let start = keyStart(key, in: scalars, at: indent) { return (number, start + 1) }
            if indent < column - 1, indent < scalars.count, scalars[indent] != "#" { return nil }
        }
        return nil
    }

    private static func onSameLine(_ key: String, line: Int, after column: Int, in source: SourceText) -> Int? {
        let scalars = Array(source.line(line).unicodeScalars)
        let marks = quoting(scalars[...])
        for index in scalars.indices where index >= column && !marks[index].isQuoted {
            guard scalars[index] == "," else { continue }
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

    /// Each character with whether it lies in quotes; ends at a comment.
    private static func quoting(
        _ line: some Collection<Unicode.Scalar>
    ) -> [(scalar: Unicode.Scalar, isQuoted: Bool)] {
        var result: [(scalar: Unicode.Scalar, isQuoted: Bool)] = []
        var quote: Unicode.Scalar?
        var significant: Unicode.Scalar = ","
        var isEscaped = false
        var isComment = false
        for scalar in line {
            if quote == nil, scalar == "#", result.last?.scalar == " " { isComment = true }
            let opens = quote == nil && (scalar == "\"" || scalar == "'") && "[{,:".unicodeScalars.contains(significant)
            result.append((scalar, quote != nil || opens || isComment))
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if open == "\"", scalar == "\\" {
                    isEscaped = true
                } else if scalar == open {
                    quote = nil
                }
            } else if opens, !isComment {
                quote = scalar
            }
            if scalar != " " { significant = scalar }
        }
        return result
    }
}
