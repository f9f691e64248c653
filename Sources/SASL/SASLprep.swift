internal import Foundation

/// The preparation of usernames and passwords, RFC 4013.
enum SASLprep {
    /// A string to look something up with, such as a username: what Unicode 3.2 does not know is let through.
    ///
    /// Throws `prohibitedCharacters`. Cost: a scan for ASCII, microseconds for anything else.
    /// - Parameter subject: what the error calls the string, of which it names a code point and no more.
    static func query(_ text: [UInt8], _ subject: String) throws(SASLError) -> [UInt8] {
        if isPrintableASCII(text) { return text }
        return Array(try prepare(text, subject).utf8)
    }

    /// A string to derive a key from, such as a password: RFC 5802 section 2.2 forbids it unassigned code points.
    static func stored(_ text: [UInt8], _ subject: String) throws(SASLError) -> [UInt8] {
        if isPrintableASCII(text) { return text }
        let prepared = try prepare(text, subject)
        try refuse(prepared, subject, "unassigned in Unicode 3.2", where: Stringprep.unassigned.contains)
        return Array(prepared.utf8)
    }

    /// ASCII without controls is prepared already.
    private static func isPrintableASCII(_ text: [UInt8]) -> Bool {
        !text.isEmpty && text.allSatisfy { (0x20...0x7e).contains($0) }
    }

    private static func prepare(_ text: [UInt8], _ subject: String) throws(SASLError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw SASLError(.prohibitedCharacters, "the \(subject) is not UTF-8")
        }
        let prepared = normalized(mapped(string))
        guard !prepared.isEmpty else { throw SASLError(.prohibitedCharacters, "the \(subject) is empty") }
        try refuse(prepared, subject, "prohibited", where: isProhibited)
        try refuseMixedDirections(prepared, subject)
        return prepared
    }

    /// RFC 4013 section 2.1.
    private static func mapped(_ string: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in string.unicodeScalars where !Stringprep.mappedToNothing.contains(scalar) {
            scalars.append(Stringprep.nonASCIISpaces.contains(scalar) ? " " : scalar)
        }
        return String(scalars)
    }

    /// NFKC, RFC 4013 section 2.2, in two steps: Foundation's own NFKC on Linux leaves a Hangul syllable and a final
    /// consonant after it apart.
    private static func normalized(_ string: String) -> String {
        string.decomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
    }

    /// RFC 4013 section 2.3.
    private static func isProhibited(_ scalar: Unicode.Scalar) -> Bool {
        Stringprep.prohibited.contains(scalar) || Stringprep.nonASCIISpaces.contains(scalar)
    }

    /// RFC 3454 section 6: text with letters written from right to left begins and ends with one of them, and has none
    /// that is written from left to right.
    private static func refuseMixedDirections(_ string: String, _ subject: String) throws(SASLError) {
        let scalars = string.unicodeScalars
        guard scalars.contains(where: Stringprep.rightToLeft.contains) else { return }
        try refuse(string, subject, "left to right beside right to left", where: Stringprep.leftToRight.contains)
        for edge in [scalars.first, scalars.last].compactMap(\.self) where !Stringprep.rightToLeft.contains(edge) {
            throw refusal(of: edge, subject, "at the edge of a text from right to left")
        }
    }

    private static func refuse(
        _ string: String, _ subject: String, _ reason: String, where isBad: (Unicode.Scalar) -> Bool
    ) throws(SASLError) {
        if let scalar = string.unicodeScalars.first(where: isBad) { throw refusal(of: scalar, subject, reason) }
    }

    private static func refusal(of scalar: Unicode.Scalar, _ subject: String, _ reason: String) -> SASLError {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return SASLError(.prohibitedCharacters, "the \(subject) has U+\(code), which is \(reason) (SASLprep)")
    }
}
