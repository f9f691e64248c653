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
    private let others: SecretIndex?

    /// - Parameter secrets: what whoever hears of it could log in by; empty ones are none.
    /// - Parameter others: what anybody else in this run logs in by.
    public init(secrets: [[UInt8]] = [], others: SecretIndex? = nil) {
        search = SecretSearch(secrets.flatMap(Self.spellings).filter { !$0.isEmpty }, others)
        self.others = others
    }

    /// One that knows the same others, and these secrets.
    public func knowing(_ secrets: [[UInt8]]) -> ForeignTextDoor { ForeignTextDoor(secrets: secrets, others: others) }

    /// A server may give back a text beyond ASCII in its prepared form (RFC 4013).
    static func spellings(of secret: [UInt8]) -> [[UInt8]] {
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

    /// Texts that follow one another with other things between them, each as it may be shown: a secret may begin in one
    /// of them and end in another.
    ///
    /// - Parameter keeping: more follows: so many bytes of the last text, at most, are kept where they may begin a secret.
    /// - Returns: with what was kept, to be given again in front of what follows.
    public func shown(pieces: [String], keeping: Int = 0) -> (shown: [String], kept: String) {
        let bytes = pieces.map { Array($0.utf8) }
        let hidden = search.ranges(in: bytes)
        let starts = bytes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let last = starts.dropLast().last ?? 0
        let end = starts[starts.count - 1]
        let kept = min(keeping, search.reach)
        let cut = kept > 0 ? Self.cut(Array(bytes.joined()), from: last, before: end - kept, hidden) : end
        let shown = zip(pieces, starts).map { piece, start in
            let own = hidden.map { $0.clamped(to: start..<start + piece.utf8.count) }.filter { !$0.isEmpty }
                .map { $0.shifted(by: -start) }
            return Self.shown(piece, upTo: cut - start, own[...], .max)
        }
        return (shown, String(decoding: bytes.joined().dropFirst(cut), as: UTF8.self))
    }

    /// Where no secret and no character is cut, as late as may be.
    private static func cut(
        _ bytes: [UInt8], from start: Int, before end: Int, _ hidden: [Range<Int>]
    ) -> Int {
        var cut = hidden.first { $0.contains(end) }?.lowerBound ?? end
        while cut > start, bytes.indices.contains(cut), bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
        return max(start, cut)
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

extension Range<Int> {
    func shifted(by distance: Int) -> Range { lowerBound + distance..<upperBound + distance }
}
