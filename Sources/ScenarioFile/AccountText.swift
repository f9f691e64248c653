import Foundation

/// What the parts of an account may be made of, scalar by scalar: what no server could take is refused before the load.
///
/// Each `flaw` is a sentence that shows nothing of a secret; nil where there is none.
enum AccountText {
    static func flaw(inUsername text: String) -> String? {
        if let odd = text.unicodeScalars.first(where: \.isInvisible) { return odd.flaw(in: "a username") }
        guard (1...1023).contains(text.utf8.count), !text.unicodeScalars.contains(where: isForbidden) else {
            return "expected a username, without a domain"
        }
        return nil
    }

    /// XEP-0106 aside, a localpart has none of these (RFC 7622 section 3.3.1).
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\"", "&", "'", "/", ":", "<", ">", "@": true
        default: false
        }
    }

    /// A resource may have spaces (RFC 7622 section 3.4); what XML cannot hold it has not.
    static func flaw(inResource text: String) -> String? {
        if let odd = text.unicodeScalars.first(where: \.isUnfitForXML) { return odd.flaw(in: "a resource") }
        return (1...1023).contains(text.utf8.count) ? nil : "a resource has 1 to 1023 bytes"
    }

    /// Lines may break within a password; at its edges a break is what a file or a shell left there.
    static func flaw(inPassword text: String) -> String? {
        if let odd = text.unicodeScalars.first(where: { $0.isUnfitForXML && !$0.breaksLine && $0 != "\t" }) {
            return odd.flaw(in: "a password")
        }
        let edges = [text.unicodeScalars.first, text.unicodeScalars.last].compactMap(\.self)
        return edges.contains(where: \.breaksLine) ? "a password that begins or ends with a line end" : nil
    }

    /// A bearer token is sent between controls (RFC 7628 section 3.1).
    static func flaw(inToken text: String) -> String? {
        text.unicodeScalars.first(where: \.isUnfitForXML)?.flaw(in: "a token")
    }

    /// The same for two spellings of one account: servers fold case and forms of writing (RFC 3920 appendix A,
    /// RFC 8265 section 3.3).
    static func identity(of username: String) -> String {
        if username.utf8.allSatisfy({ $0 < 0x80 }) { return username.lowercased() }
        let folded = username.precomposedStringWithCompatibilityMapping.lowercased()
        return folded.replacing("ß", with: "ss").replacing("ς", with: "σ").precomposedStringWithCompatibilityMapping
    }
}

extension Unicode.Scalar {
    /// Whether nobody sees it, or it looks like a space and is none: controls, zero widths, directions, marks. What
    /// joins letters is a part of writing.
    var isInvisible: Bool {
        if isASCII { return isControl }
        if self == "\u{200C}" || self == "\u{200D}" { return false }
        return switch properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }

    /// Controls, noncharacters and the byte order mark: not in XML, or in no text of a name.
    fileprivate var isUnfitForXML: Bool { isControl || self == Self.byteOrderMark || value & 0xFFFE == 0xFFFE }

    var breaksLine: Bool { self == "\n" || self == "\r" }

    private static let byteOrderMark: Unicode.Scalar = "\u{FEFF}"

    fileprivate func flaw(in what: String) -> String {
        let hint = self == Self.byteOrderMark ? ": were files put together?" : ""
        return "\(what) with \(spelled)\(hint)"
    }

    /// `U+00A0`
    var code: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// `U+00A0, no-break space`
    var spelled: String {
        if self == Self.byteOrderMark { return "\(code), a byte order mark" }
        if isControl { return "\(code), a control character" }
        return properties.name.map { "\(code), \($0.lowercased())" } ?? code
    }
}
