/// A scenario's text and its lines, so that every message can show the place it speaks of.
struct SourceText {
    let path: String
    /// Without a byte order mark.
    let text: String
    /// Cut where YAML 1.1 cuts lines.
    let lines: [[Unicode.Scalar]]

    init(_ text: String, path: String) {
        self.path = path
        self.text = text
        lines = Self.split(text)
    }

    /// Refuses what is not UTF-8.
    init(bytes: [UInt8], path: String) throws(ScenarioErrors) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        guard let text = String(validating: body, as: UTF8.self) else {
            throw Self.notUTF8(body, path: path)
        }
        self.init(text, path: path)
    }

    /// The line with this number, from 1; empty beyond the end.
    func line(_ number: Int) -> [Unicode.Scalar] {
        lines.indices.contains(number - 1) ? lines[number - 1] : []
    }

    /// The code point at a place, if there is one.
    func scalar(line number: Int, column: Int) -> Unicode.Scalar? {
        rest(line: number, column: column).first
    }

    /// The line from a column on.
    func rest(line number: Int, column: Int) -> ArraySlice<Unicode.Scalar> {
        line(number).dropFirst(max(column - 1, 0))
    }

    private static func split(_ text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = []
        var current: [Unicode.Scalar] = []
        var afterReturn = false
        for scalar in text.unicodeScalars {
            defer { afterReturn = scalar == "\r" }
            if scalar == "\n", afterReturn { continue }
            guard isBreak(scalar) else {
                current.append(scalar)
                continue
            }
            lines.append(current)
            current = []
        }
        return lines + [current]
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    private static func notUTF8(_ bytes: [UInt8], path: String) -> ScenarioErrors {
        let message =
            FileBytes.isUTF16(bytes) ? "UTF-16: save the scenario as UTF-8" : "not UTF-8: a scenario is UTF-8 text"
        let good = SourceText(validPrefix(of: bytes), path: path)
        let line = good.lines.count
        let column = good.line(line).count + 1
        return ScenarioErrors([
            ScenarioError(
                file: path, line: line, column: column, message: message, sourceLine: nil)
        ])
    }

    private static func validPrefix(of bytes: [UInt8]) -> String {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var good = String.UnicodeScalarView()
        while case .valid(let encoded) = parser.parseScalar(from: &rest) {
            good.append(Unicode.UTF8.decode(encoded))
        }
        return String(good)
    }
}

extension String {
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: scalars)
        self = String(view)
    }
}
