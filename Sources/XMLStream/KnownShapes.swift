/// The shapes of headers and stanzas that came before, with their tokens: what a load test hears is the same header, the
/// same features, the same results ten thousand times, but for an id here and a name there. To recognise one costs a
/// comparison instead of a scan.
///
/// Two stanzas have the same shape when they differ at most in plain attribute values and runs of plain text: printable
/// ASCII that stands for itself. At most `limit` shapes are kept, each of at most `longest` bytes; those that come again
/// stay.
struct KnownShapes {
    private static let limit = 16
    private static let longest = 4096

    private var entries: [Entry] = []
    /// How often each came again, lessened each time that its place was wanted.
    private var credits: [UInt8] = []
    private var wanted = 0
    /// The last that was recognised: where many log in at once, the next one is often alike.
    private var recent = 0
    private var shifts: [Int] = []

    /// What a shape depends on beside its bytes.
    struct Context: Equatable {
        let isHeader: Bool
        /// The prefixes that are declared around it.
        let scope: NamespaceScope
        let limits: StreamReader.Limits

        static func == (one: Context, other: Context) -> Bool {
            one.isHeader == other.isHeader && one.scope === other.scope && one.limits == other.limits
        }
    }

    /// Writes the tokens of what these bytes begin with, if its shape is known.
    ///
    /// - Returns: its length.
    mutating func recall(_ view: ByteView, _ context: Context, into tokens: inout [Token]) -> Int? {
        for offset in entries.indices {
            let index = (recent + offset) % entries.count
            let entry = entries[index]
            guard entry.context == context, let count = entry.match(view, shifts: &shifts),
                count <= context.limits.stanzaBytes
            else { continue }
            recent = index
            credits[index] = min(credits[index], 254) + 1
            entry.append(to: &tokens, shifts: shifts)
            return count
        }
        return nil
    }

    /// Takes note of one that was not known.
    mutating func note(_ view: ByteView, count: Int, _ tokens: [Token], _ context: Context) {
        guard count <= Self.longest else { return }
        guard entries.count >= Self.limit else {
            entries.append(Entry(view, count: count, tokens, context))
            return credits.append(0)
        }
        wanted = (wanted + 1) % Self.limit
        if credits[wanted] == 0 {
            entries[wanted] = Entry(view, count: count, tokens, context)
        } else {
            credits[wanted] -= 1
        }
    }
}

extension KnownShapes {
    /// One header or stanza as it came first. A class, so that to look at it copies nothing.
    fileprivate final class Entry: Sendable {
        let context: Context
        private let bytes: [UInt8]
        private let tokens: [Token]
        /// What may be different the next time, in order.
        private let slots: [Slot]
        /// By token, how many slots end before its start and before its end.
        private let passed: [(start: Int, end: Int)]

        init(_ view: ByteView, count: Int, _ tokens: [Token], _ context: Context) {
            let slots = tokens.compactMap { Slot($0, in: view) }
            bytes = view.array(0..<count)
            self.tokens = Array(tokens)
            self.context = context
            self.slots = slots
            passed = tokens.map { token in
                let ends = slots.map(\.range.upperBound)
                return (ends.count { $0 < Int(token.start) }, ends.count { $0 <= Int(token.valueEnd) })
            }
        }

        /// Whether the bytes begin with this shape.
        ///
        /// - Parameter shifts: how far what stands behind so many slots has moved; empty if all is as it was.
        /// - Returns: the length of the match.
        func match(_ view: ByteView, shifts: inout [Int]) -> Int? {
            if !shifts.isEmpty { shifts.removeAll(keepingCapacity: true) }
            if view.begins(with: bytes, in: 0..<bytes.count, at: 0) { return bytes.count }
            var (shown, shift) = (0, 0)
            shifts.append(0)
            for slot in slots {
                let start = slot.range.lowerBound + shift
                guard view.begins(with: bytes, in: shown..<slot.range.lowerBound, at: shown + shift),
                    let end = view.endOfPlainValue(from: start, mark: slot.mark)
                else { return nil }
                shown = slot.range.upperBound
                shift = end - shown
                shifts.append(shift)
            }
            guard view.begins(with: bytes, in: shown..<bytes.count, at: shown + shift) else { return nil }
            return bytes.count + shift
        }

        /// Appends the tokens, moved to where a match has them.
        func append(to all: inout [Token], shifts: [Int]) {
            guard !shifts.isEmpty else { return all.append(contentsOf: tokens) }
            for index in tokens.indices {
                var token = tokens[index]
                let shift = shifts[passed[index].start]
                token.start = UInt32(Int(token.start) + shift)
                token.valueStart = UInt32(max(0, Int(token.valueStart) + shift))
                token.valueEnd = UInt32(Int(token.valueEnd) + shifts[passed[index].end])
                all.append(token)
            }
        }
    }

    /// A plain value in the bytes of an entry.
    private struct Slot {
        let range: Range<Int>
        /// What stands behind it: its quote, or the `<` of a tag.
        let mark: UInt8

        /// nil for a token whose value belongs to the shape.
        init?(_ token: Token, in view: ByteView) {
            guard !token.needsDecoding, !token.isDeclaration else { return nil }
            switch token.kind {
            case .attribute: range = token.valueRange
            case .text: range = token.textRange
            case .element, .cdata: return nil
            }
            mark = view[range.upperBound]
        }
    }
}

extension ByteView {
    /// Whether a part of other bytes stands at this place.
    fileprivate func begins(with bytes: [UInt8], in range: Range<Int>, at place: Int) -> Bool {
        range.count <= count - place && equals(place..<place + range.count, bytes, from: range.lowerBound)
    }

    /// Where a value of plain characters ends that its mark must follow; nil if there is no such value.
    ///
    /// A text without a character has no token, so it is none either.
    fileprivate func endOfPlainValue(from start: Int, mark: UInt8) -> Int? {
        guard mark != 0x3C else {
            let end = firstSpecial(from: start)
            return end > start && end < count && self[end] == mark ? end : nil
        }
        guard let end = first(mark, in: start..<count), firstSpecial(in: start..<end) == end else { return nil }
        return end
    }
}
