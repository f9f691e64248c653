/// Finds secrets in a text: as they are, and in all that the usual escapes and encodings make of them.
///
/// What is sent to authenticate is found by its shape too, whoever's it is: the messages of PLAIN and of bearer tokens.
struct SecretSearch: Sendable {
    private let secrets: [[UInt8]]
    private let others: SecretIndex?
    /// Shorter secrets are found only where they stand by themselves.
    private static let shortest = 4
    /// How often escapes may lie within one another.
    private static let depth = 2

    init(_ secrets: [[UInt8]], _ others: SecretIndex? = nil) { (self.secrets, self.others) = (secrets, others) }

    /// Whether nothing is known to be secret: then nothing is looked for.
    var isEmpty: Bool { secrets.isEmpty && others == nil }

    /// How many bytes a secret may have become: `&amp;#x70;` is one of its characters, escaped twice.
    var reach: Int { 12 * max(secrets.map(\.count).max() ?? 0, others?.longest ?? 0) }

    /// The parts of the text that give a secret away, in their order; none touches another.
    func ranges(in text: [UInt8]) -> [Range<Int>] { ranges(in: [text]) }

    /// The same of pieces, as one text: a piece also counts by itself, as does what is in several.
    func ranges(in pieces: [[UInt8]]) -> [Range<Int>] {
        var (found, start) = ([Range<Int>](), 0)
        for piece in pieces {
            found += raw(piece).map { $0.shifted(by: start) }
            start += piece.count
        }
        if pieces.count > 1 { found += raw(Array(pieces.joined())) }
        return Self.joined(found)
    }

    private func raw(_ text: [UInt8]) -> [Range<Int>] {
        guard !isEmpty, !text.isEmpty else { return [] }
        var found: [Range<Int>] = []
        look(into: UnescapedText(text), Self.depth, &found)
        return found
    }

    private func look(into text: UnescapedText, _ depth: Int, _ found: inout [Range<Int>]) {
        found += occurrences(in: text.bytes).map(text.origin)
        found += (others?.occurrences(in: text.bytes) ?? []).map(text.origin)
        found += SASLShape.messages(in: text.bytes).map(text.origin)
        found += encoded(in: text).map(text.origin)
        guard depth > 0 else { return }
        for kind in UnescapedText.Kind.allCases {
            if let inner = text.unescaped(kind) { look(into: inner, depth - 1, &found) }
        }
    }

    /// Where secrets stand. A short one counts only between bytes that are no part of a word.
    private func occurrences(in bytes: [UInt8]) -> [Range<Int>] {
        secrets.flatMap { secret in
            let found = bytes.ranges(ofBytes: secret)
            return secret.count >= Self.shortest ? found : found.filter { Self.standsAlone($0, in: bytes) }
        }
    }

    private static func standsAlone(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        let neighbours = bytes[..<range.lowerBound].suffix(1) + bytes[range.upperBound...].prefix(1)
        return !neighbours.contains(where: \.isPartOfWord)
    }

    /// Runs of Base64 (both alphabets, also in lines) or of hexadecimal digits that a secret is in, whatever else is
    /// encoded with it.
    private func encoded(in text: UnescapedText) -> [Range<Int>] {
        let least = min(secrets.map(\.count).min() ?? SASLShape.shortest, others?.shortest ?? SASLShape.shortest)
        let runs = text.bytes.runs(of: \.isBase64, atLeast: (least * 4 + 2) / 3) + text.bytes.wrappedRuns
        let base64 = runs.filter { run in
            let digits = text.bytes[run].filter(\.isBase64)
            return (0..<4).contains { holdsSecret(Base64Run.decode(digits.dropFirst($0)), isWhole: $0 == 0) }
        }
        let hex = text.bytes.runs(of: \.isHexDigit, atLeast: max(4, least * 2)).filter { run in
            (0..<2).contains { holdsSecret(HexRun.decode(text.bytes[run].dropFirst($0)), isWhole: $0 == 0) }
        }
        return base64.map { text.bytes.withPadding($0) } + hex
    }

    /// - Parameter isWhole: whether the decoding began where the run does; elsewhere a short secret is chance.
    private func holdsSecret(_ decoded: [UInt8], isWhole: Bool) -> Bool {
        secrets.contains { $0.count >= Self.shortest && !decoded.ranges(ofBytes: $0).isEmpty }
            || others?.isAnywhere(in: decoded, atLeast: Self.shortest) == true
            || isWhole && (hasMember(decoded) || SASLShape.isMessage(decoded))
    }

    /// Whether a secret stands by itself: the messages of PLAIN, OAUTHBEARER and HTTP Basic have their members apart.
    private func hasMember(_ decoded: [UInt8]) -> Bool {
        decoded.split { $0 <= 1 || $0 == UInt8(ascii: ":") }.contains {
            secrets.contains(Array($0)) || others?.contains($0) == true
        }
    }

    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, next in
            if let last = joined.last, next.lowerBound < last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, next.upperBound)
            } else {
                joined.append(next)
            }
        }
    }
}

/// As much of a run as whole characters make: its bits, six a digit.
private enum Base64Run {
    static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        var (bytes, bits, count) = ([UInt8](), UInt32(0), 0)
        for digit in digits {
            bits = bits << 6 | UInt32(value(digit))
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8 {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        default: 63
        }
    }
}

private enum HexRun {
    static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        let values = digits.compactMap(\.hexValue)
        return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    /// Of either alphabet (RFC 4648 sections 4 and 5), without padding.
    fileprivate var isBase64: Bool {
        isLetterOrDigit || [UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(self)
    }

    fileprivate var isLineEnd: Bool { self == 0x0A || self == 0x0D }

    fileprivate var isHexDigit: Bool { hexValue != nil }

    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    func ranges(ofBytes pattern: [UInt8]) -> [Range<Int>] {
        guard let first = pattern.first, count >= pattern.count else { return [] }
        return (startIndex...endIndex - pattern.count).filter { place in
            self[place] == first && self[place..<place + pattern.count].elementsEqual(pattern)
        }.map { $0..<$0 + pattern.count }
    }

    /// The longest runs of such bytes that are no shorter than this.
    fileprivate func runs(of isMember: (UInt8) -> Bool, atLeast length: Int) -> [Range<Int>] {
        var (runs, start) = ([Range<Int>](), startIndex)
        for place in indices where !isMember(self[place]) {
            if place - start >= length, place > start { runs.append(start..<place) }
            start = place + 1
        }
        if endIndex - start >= length, endIndex > start { runs.append(start..<endIndex) }
        return runs
    }

    /// Runs of Base64 that go on over line ends, with white space around these; none that is in one line.
    fileprivate var wrappedRuns: [Range<Int>] {
        let lines = runs(of: \.isBase64, atLeast: 1)
        var wrapped: [Range<Int>] = []
        for line in lines {
            if let last = wrapped.last, isLineBreak(last.upperBound..<line.lowerBound) {
                wrapped[wrapped.count - 1] = last.lowerBound..<line.upperBound
            } else {
                wrapped.append(line)
            }
        }
        return wrapped.filter { self[$0].contains(where: \.isLineEnd) }
    }

    private func isLineBreak(_ gap: Range<Int>) -> Bool {
        self[gap].contains(where: \.isLineEnd) && self[gap].allSatisfy { $0.isLineEnd || $0 == 0x20 || $0 == 0x09 }
    }

    /// The run with the `=` behind it.
    fileprivate func withPadding(_ run: Range<Int>) -> Range<Int> {
        run.lowerBound..<run.upperBound + self[run.upperBound...].prefix { $0 == UInt8(ascii: "=") }.count
    }
}
