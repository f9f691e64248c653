internal import Foundation

// What people type is mapped before it is looked at (RFC 7622 section 3.2.2, which takes it from RFC 5895).

extension Domain {
    /// In lower case and NFC, without wide and narrow forms, and with full stops between the labels.
    static func mapped(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        let narrow = text.unicodeScalars.map { isOfWidth($0) ? compatible($0) : String($0) }.joined()
        return narrow.lowercased().precomposedStringWithCanonicalMapping
    }

    /// Halfwidth and Fullwidth Forms, and the ideographic full stop.
    private static func isOfWidth(_ scalar: Unicode.Scalar) -> Bool {
        (0xFF00...0xFFEF).contains(scalar.value) || scalar == "\u{3002}"
    }

    private static func compatible(_ scalar: Unicode.Scalar) -> String {
        scalar == "\u{3002}" || scalar == "\u{FF61}" ? "." : String(scalar).precomposedStringWithCompatibilityMapping
    }
}

extension Unicode.Scalar {
    /// Whether compatibility mapping and case folding leave it as it is (RFC 5892 section 2.2). U+00DF and U+03C2, which
    /// folding would change, are valid by exception (section 2.6), and lower case leaves them.
    var isStable: Bool {
        String(self).precomposedStringWithCompatibilityMapping.lowercased().precomposedStringWithCompatibilityMapping
            .unicodeScalars.elementsEqual([self])
    }
}
