internal import Foundation

/// The one door for text that others wrote: a server, DNS, a program that was run. What comes through fits into a line of
/// any file, page or terminal: secrets of this run are masked in every form in which they may be repeated, what is not
/// seen or moves other text is shown as an escape (`\u{1B}`), and it is no longer than wanted.
///
/// Text that went through once stays as it is.
public struct ForeignTextDoor: Sendable {
    /// What stands for a secret.
    public static let mask = "***"
    /// Longer texts are cut to this many Unicode scalars.
    public static let longestText = 240

    private let search: SecretSearch

    /// - Parameter secrets: what whoever hears of it could log in by; empty ones are none.
    public init(secrets: [[UInt8]] = []) {
        search = SecretSearch(secrets.flatMap(Self.spellings).filter { !$0.isEmpty })
    }

    /// A server may give back a text beyond ASCII in its prepared form (RFC 4013).
    private static func spellings(of secret: [UInt8]) -> [[UInt8]] {
        guard secret.contains(where: { $0 > 0x7F }), let text = String(validating: secret, as: UTF8.self) else {
            return [secret]
        }
        let prepared = [text.precomposedStringWithCompatibilityMapping, text.precomposedStringWithCanonicalMapping]
        return [secret] + prepared.map { Array($0.utf8) }.filter { $0 != secret }
    }

    /// The text as it may be shown, with at most `longest` Unicode scalars: a character may carry any number of marks.
    ///
    /// Costs a scan of at most a few kilobytes; escapes and encodings are undone only where they may hide a secret.
    public func shown(_ text: String, longest: Int = longestText) -> String {
        let fits = text.utf8.count <= longest && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        if fits, search.isEmpty { return text }
        let (read, end) = Self.extent(of: text, longest, reach: search.reach)
        let hidden = search.ranges(in: read)
        return fits && hidden.isEmpty ? text : Self.shown(text, upTo: end, hidden[...], longest)
    }

    /// How much is read, and before which byte that begins which is shown: a secret that begins there has been read whole.
    private static func extent(of text: String, _ longest: Int, reach: Int) -> ([UInt8], end: Int) {
        let end = longest < 1 << 16 ? 4 * longest : text.utf8.count
        return (Array(text.utf8.prefix(end + reach)), end)
    }

    private static func shown(
        _ text: String, upTo end: Int, _ hidden: ArraySlice<Range<Int>>, _ longest: Int
    ) -> String {
        var (shown, count, position, hidden) = ("", 0, 0, hidden)
        for scalar in text.unicodeScalars {
            while let first = hidden.first, first.upperBound <= position { hidden.removeFirst() }
            let isHidden = hidden.first.map { $0.contains(position) } ?? false
            let part = isHidden ? hidden.first?.lowerBound == position ? mask : "" : visible(scalar)
            count += part.unicodeScalars.count
            guard position < end, count <= longest else { break }
            shown += part
            position += UTF8.width(scalar)
        }
        return shown
    }

    private static func visible(_ scalar: Unicode.Scalar) -> String {
        isVisible(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}

extension ForeignTextDoor {
    /// A failure as it may be shown. A condition that a standard defines stays, whatever is secret: it tells nobody
    /// anything, and the same ones are to be counted together.
    public func shown(_ failure: Failure) -> Failure {
        var failure = failure
        if !failure.hasDefinedCondition { failure.condition = shown(failure.condition) }
        failure.example = shown(failure.example)
        return failure
    }
}
