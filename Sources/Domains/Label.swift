/// A label of a domain in both of its forms.
struct Label {
    let text: String
    let ascii: String

    /// - Parameter label: mapped already.
    init(_ label: Substring) throws(DomainError) {
        guard !label.isEmpty else { throw DomainError("a label is empty") }
        if label.utf8.allSatisfy({ $0 < 0x80 }) {
            ascii = String(label)
            text = label.hasPrefix(Self.prefix) ? try Self.decoded(label) : ascii
            try Self.check(ascii: ascii)
        } else {
            text = String(label)
            try Self.check(text)
            guard let encoded = Punycode.encode(text.unicodeScalars) else { throw DomainError("a label is too long") }
            ascii = Self.prefix + encoded
        }
        guard ascii.utf8.count <= 63 else {
            throw DomainError("a label has at most 63 characters: \(ascii.prefix(20))…")
        }
    }

    /// Of A-labels.
    private static let prefix = "xn--"

    /// Letters, digits and hyphens; underscores too, which DNS has outside the names of hosts.
    private static func check(ascii label: String) throws(DomainError) {
        for byte in label.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            case UInt8(ascii: "-"), UInt8(ascii: "_"): continue
            default: throw .forbidden(Unicode.Scalar(byte))
            }
        }
    }

    /// The U-label of an A-label: only one that leads back is one (RFC 5890 section 2.3.2.1).
    private static func decoded(_ label: Substring) throws(DomainError) -> String {
        let code = label.dropFirst(prefix.count)
        guard let scalars = Punycode.decode(code), scalars.contains(where: { !$0.isASCII }),
            Punycode.encode(scalars) == String(code)
        else { throw DomainError("\(label) is not a name in Punycode") }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        guard Domain.mapped(text).unicodeScalars.elementsEqual(scalars) else {
            throw DomainError("\(label) is not a name in Punycode")
        }
        try check(text)
        return text
    }

    /// RFC 5891 section 4.2.3.
    private static func check(_ label: String) throws(DomainError) {
        let scalars = Array(label.unicodeScalars)
        guard let first = scalars.first, !first.isMark else {
            throw DomainError("a label begins with a combining mark")
        }
        let isHyphened =
            first == "-" || scalars.last == "-"
            || (scalars.count > 3 && scalars[2] == "-" && scalars[3] == "-")
        guard !isHyphened else { throw DomainError("a label begins or ends with a hyphen, or has two in third place") }
        for (place, scalar) in scalars.enumerated()
        where !scalar.isValidInLabel(after: place > 0 ? scalars[place - 1] : nil) {
            throw .forbidden(scalar)
        }
    }
}

extension DomainError {
    fileprivate static func forbidden(_ scalar: Unicode.Scalar) -> DomainError {
        let code = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
        let isShown = scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F
        return DomainError(isShown ? "a domain has no \"\(scalar)\" in it" : "a domain has no \(number) in it")
    }
}

extension Unicode.Scalar {
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// RFC 5892 section 3, as far as properties tell.
    fileprivate func isValidInLabel(after previous: Unicode.Scalar?) -> Bool {
        if isASCII { return properties.isLowercase || ("0"..."9").contains(self) || self == "-" }
        if Self.valid.contains(value) { return true }
        if Self.forbidden.contains(where: { $0.contains(value) }) { return false }
        if value == 0x200C || value == 0x200D { return previous?.properties.canonicalCombiningClass == .virama }
        switch properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark, .spacingMark:
            return isStable && !properties.isDefaultIgnorableCodePoint
        default: return false
        }
    }

    /// Exceptions (section 2.6), those that depend on what stands beside them included.
    private static let valid: Set<UInt32> = [0xB7, 0x375, 0x5F3, 0x5F4, 0x6FD, 0x6FE, 0xF0B, 0x3007, 0x30FB]
    /// Exceptions, and old Hangul Jamo (section 2.9).
    private static let forbidden: [ClosedRange<UInt32>] = [
        0x640...0x640, 0x7FA...0x7FA, 0x302E...0x302F, 0x3031...0x3035, 0x303B...0x303B, 0x1100...0x11FF,
        0xA960...0xA97F, 0xD7B0...0xD7FF,
    ]
}
