#if canImport(Glibc)
    import Glibc
#endif

/// Bytes of the stanza under the scanner. The one type that touches memory: every access checks its bounds, and whoever
/// makes a view answers for the memory's life, which the generation check of ``StanzaScratch`` enforces for elements.
@safe struct ByteView {
    private let base: UnsafePointer<UInt8>?
    let count: Int

    init(_ base: UnsafePointer<UInt8>?, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    subscript(index: Int) -> UInt8 {
        @inline(__always) get {
            precondition(index >= 0 && index < count)
            return unsafe base.unsafelyUnwrapped[index]
        }
    }

    func dropping(_ prefix: Int) -> ByteView {
        precondition(prefix <= count)
        return unsafe ByteView(base.map { unsafe $0 + prefix }, count: count - prefix)
    }

    func array(_ range: Range<Int>) -> [UInt8] {
        guard !range.isEmpty else { return [] }
        return unsafe Array(buffer(range))
    }

    func string(_ range: Range<Int>) -> String {
        guard !range.isEmpty else { return "" }
        return unsafe String(decoding: buffer(range), as: UTF8.self)
    }

    func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
        if !range.isEmpty { unsafe bytes.append(contentsOf: buffer(range)) }
    }

    func equals(_ range: Range<Int>, _ literal: StaticString) -> Bool {
        guard range.count == literal.utf8CodeUnitCount else { return false }
        guard !check(range).isEmpty else { return true }
        return unsafe memcmp(base.unsafelyUnwrapped + range.lowerBound, literal.utf8Start, range.count) == 0
    }

    func equals(_ range: Range<Int>, _ other: Range<Int>) -> Bool {
        guard range.count == other.count else { return false }
        guard !check(range).isEmpty, !check(other).isEmpty else { return true }
        return unsafe memcmp(
            base.unsafelyUnwrapped + range.lowerBound, base.unsafelyUnwrapped + other.lowerBound, range.count) == 0
    }

    func equals(_ range: Range<Int>, _ bytes: [UInt8]) -> Bool {
        guard range.count == bytes.count else { return false }
        guard !check(range).isEmpty else { return true }
        return unsafe memcmp(base.unsafelyUnwrapped + range.lowerBound, bytes, range.count) == 0
    }

    func equals(_ range: Range<Int>, _ text: String.UTF8View) -> Bool {
        guard range.count == text.count else { return false }
        return unsafe buffer(range).elementsEqual(text)
    }

    /// The first place of a byte in the range.
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let start = unsafe buffer(range).baseAddress,
            let found = unsafe memchr(start, Int32(byte), range.count)
        else { return nil }
        return unsafe range.lowerBound + (UnsafeRawPointer(found) - UnsafeRawPointer(start))
    }

    /// The first place from `start` whose byte is not plain: not printable ASCII, or one of `<`, `>` and `&`.
    /// Eight bytes at a time.
    func firstSpecial(from start: Int) -> Int {
        var position = start
        while position + 8 <= count {
            let word = unsafe UnsafeRawPointer(base.unsafelyUnwrapped + position).loadUnaligned(as: UInt64.self)
            if Self.hasSpecial(word) { break }
            position += 8
        }
        while position < count, !Self.isSpecial(self[position]) { position += 1 }
        return position
    }

    private static func hasSpecial(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let controls = (word &- ones &* 0x20) & ~word
        let less = word ^ (ones &* 0x3C)
        let greater = word ^ (ones &* 0x3E)
        let ampersand = word ^ (ones &* 0x26)
        let matches = ((less &- ones) & ~less) | ((greater &- ones) & ~greater) | ((ampersand &- ones) & ~ampersand)
        return (word | controls | matches) & highs != 0
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x80 || byte == 0x3C || byte == 0x3E || byte == 0x26
    }

    private func check(_ range: Range<Int>) -> Range<Int> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return range
    }

    private func buffer(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        let range = check(range)
        return unsafe UnsafeBufferPointer(start: base.map { unsafe $0 + range.lowerBound }, count: range.count)
    }
}
