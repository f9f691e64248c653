/// One thing wrong with a scenario, where it is, and how it is shown.
public struct ScenarioError: Error, Sendable, Equatable {
    /// The scenario's or account file's path as it was given; for `--set`, the whole argument.
    public let file: String
    /// From 1; 0 where the error is about the file as a whole, or about an argument.
    public let line: Int
    /// From 1, in Unicode code points; 0 where `line` is.
    public let column: Int
    public let message: String
    /// The line as it stands, secrets masked; nil where there is none to show.
    public let sourceLine: String?
    /// What was probably meant.
    public let suggestion: String?
    /// Where `column` is in `sourceLine`: masking may have moved it.
    let caret: Int

    init(
        file: String, line: Int = 0, column: Int = 0, message: String, sourceLine: String? = nil,
        suggestion: String? = nil, caret: Int? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.sourceLine = sourceLine
        self.suggestion = suggestion
        self.caret = caret ?? column
    }

    /// `file:line:column: message`, the line with a caret under the place, `did you mean "..."?`.
    public var rendered: String {
        ([heading] + snippet + hint).joined(separator: "\n")
    }

    private var heading: String {
        line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)"
    }

    private var snippet: [String] {
        guard let sourceLine, !sourceLine.isEmpty else { return [] }
        let scalars = Array(sourceLine.unicodeScalars)
        let at = min(max(caret - 1, 0), scalars.count)
        let start = scalars.count > Self.widest ? max(0, min(at - Self.widest / 2, scalars.count - Self.widest)) : 0
        let shown = scalars[start..<min(start + Self.widest, scalars.count)]
        let before = scalars[start..<at].map { $0 == "\t" ? "\t" : " " }
        return ["    " + String(shown), "    " + before.joined() + "^"]
    }

    /// A longer line is cut to what is around the caret.
    private static let widest = 160

    private var hint: [String] {
        suggestion.map { ["did you mean \"\($0)\"?"] } ?? []
    }
}

/// Why a scenario is refused.
public struct ScenarioErrors: Error, Sendable, Equatable {
    /// In file order, then those of arguments, then missing keys at the map they are missing from; at most 20.
    public let errors: [ScenarioError]
    /// How many more there were.
    public let omitted: Int

    static let limit = 20

    init(_ errors: [ScenarioError], omitted: Int = 0) {
        self.errors = errors
        self.omitted = omitted
    }

    /// All of them, as a terminal shows them.
    public var rendered: String {
        let more = omitted > 0 ? ["and \(omitted) more"] : []
        return (errors.map(\.rendered) + more).joined(separator: "\n")
    }
}

extension ScenarioErrors: CustomStringConvertible {
    public var description: String { rendered }
}
