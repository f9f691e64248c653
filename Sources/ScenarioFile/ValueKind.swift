/// Why a text is not the value that its key wants.
struct ValueError: Error {
    var message: String
    var suggestion: String?
    /// At which code point of the text, where that is known.
    var offset: Int?
    /// Whether the message says all; else what was expected and found is said.
    var isComplete = true

    init(_ message: String, suggestion: String? = nil, offset: Int? = nil) {
        self.message = message
        self.suggestion = suggestion
        self.offset = offset
    }

    /// Not what was expected; perhaps the suggestion was meant.
    static func other(_ suggestion: String? = nil) -> ValueError {
        var error = ValueError("", suggestion: suggestion)
        error.isComplete = false
        return error
    }
}

/// A kind of value: what a message calls it, and how it is read.
struct ValueKind<Value> {
    /// With an article and an example: "a duration such as 30s".
    let expected: String
    /// Whether a message may repeat what was found.
    var isSecret = false
    let read: (Node.Scalar) throws(ValueError) -> Value
}

// MARK: - Plain values

extension ValueKind where Value == Bool {
    static var flag: Self {
        Self(expected: "true or false") { scalar throws(ValueError) in
            let text = scalar.text
            guard scalar.isPlain || scalar.isExpanded, text == "true" || text == "false" else {
                let meant = ["yes": "true", "on": "true", "no": "false", "off": "false"][text.lowercased()]
                let isFlag = ["true", "false"].contains(text.lowercased())
                throw .other(isFlag ? text.lowercased() : meant)
            }
            return text == "true"
        }
    }
}

extension ValueKind where Value == Int {
    static func count(_ range: ClosedRange<Int>) -> Self {
        Self(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { scalar throws(ValueError) in
            guard scalar.isPlain || scalar.isExpanded else { throw .other(scalar.text) }
            guard let digits = Digits.whole(scalar.text), let number = Int(digits) else { throw .other() }
            guard range.contains(number) else { throw .other() }
            return number
        }
    }
}

extension ValueKind where Value == UInt64 {
    static var seed: Self {
        Self(expected: "a whole number from 0 to \(UInt64.max)") { scalar throws(ValueError) in
            guard let digits = Digits.whole(scalar.text), let number = UInt64(digits) else { throw .other() }
            return number
        }
    }
}

extension ValueKind where Value == String {
    static func text(_ expected: String) -> Self {
        Self(expected: expected) { scalar throws(ValueError) in
            guard !scalar.text.isEmpty else { throw .other() }
            return scalar.text
        }
    }

    static var secret: Self {
        var kind = text("a text")
        kind.isSecret = true
        return kind
    }

    /// `[A-Za-z0-9._-]{1,64}` without a leading dot.
    static func name(_ what: String) -> Self {
        let expected = "\(what): 1 to 64 of A-Z a-z 0-9 . _ -, the first no dot"
        return Self(expected: expected) { scalar throws(ValueError) in
            let text = scalar.text
            let isKnown = text.utf8.allSatisfy(Digits.isNameByte)
            guard isKnown, (1...64).contains(text.utf8.count), !text.hasPrefix(".") else { throw .other() }
            return text
        }
    }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        return Self(expected: names.joinedByOr) { scalar throws(ValueError) in
            guard let value = Value(rawValue: scalar.text) else {
                throw .other(Nearest.to(scalar.text, among: names))
            }
            return value
        }
    }
}

extension [String] {
    /// "a, b or c".
    var joinedByOr: String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1]
    }
}

enum Digits {
    /// The text, if it is digits and nothing else.
    static func whole(_ text: some StringProtocol) -> String? {
        !text.isEmpty && text.utf8.allSatisfy(isDigit) ? String(text) : nil
    }

    /// The text, if it is digits with at most one point between them.
    static func decimal(_ text: some StringProtocol) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ whole($0) != nil }) else { return nil }
        return String(text)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: isDigit(byte)
        }
    }
}
