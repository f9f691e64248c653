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
        range.count == bytes.count && equals(range, bytes, from: 0)
    }

    /// Compares with as many bytes of an array from a place on.
    func equals(_ range: Range<Int>, _ bytes: [UInt8], from start: Int) -> Bool {
        precondition(start >= 0 && start + range.count <= bytes.count)
        guard !check(range).isEmpty else { return true }
        return unsafe bytes.withUnsafeBufferPointer { other in
            unsafe memcmp(
                base.unsafelyUnwrapped + range.lowerBound, other.baseAddress.unsafelyUnwrapped + start, range.count)
                == 0
        }
    }

    func equals(_ range: Range<Int>, _ text: String.UTF8View) -> Bool {
        guard range.count == text.count else { return false }
        guard !check(range).isEmpty else { return true }
        let start = unsafe base.unsafelyUnwrapped + range.lowerBound
        let isEqual = unsafe text.withContiguousStorageIfAvailable { other in
            unsafe other.baseAddress.map { unsafe memcmp(start, $0, other.count) == 0 } ?? true
        }
        return unsafe isEqual ?? buffer(range).elementsEqual(text)
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
    func firstSpecial(from start: Int) -> Int { firstSpecial(in: start..<count) }

    /// The same within a range; its end where there is none.
    func firstSpecial(in range: Range<Int>) -> Int {
        var position = check(range).lowerBound
        guard let base = unsafe base else { return position }
        while position + 8 <= range.upperBound {
            let word = unsafe UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
            if Self.hasSpecial(word) { break }
            position += 8
        }
        while position < range.upperBound, unsafe !Self.isSpecial(base[position]) { position += 1 }
        return position
    }

    /// The first place in the range whose byte does not go on with a name of plain ASCII letters, digits, `-`, `.`, `_`.
    func endOfPlainName(in range: Range<Int>) -> Int {
        var position = check(range).lowerBound
        guard let base = unsafe base else { return position }
        while position < range.upperBound, unsafe CharacterRules.continuesPlainName(base[position]) { position += 1 }
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

    /// The first place from `start` with one of `"`, `'`, `<` and `>`. Eight bytes at a time.
    func firstOfTag(from start: Int) -> Int {
        var position = check(start..<count).lowerBound
        guard let base = unsafe base else { return position }
        while position + 8 <= count {
            let word = unsafe UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
            let found = Self.tagMarks(UInt64(littleEndian: word))
            if found != 0 { return position + found.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < count, unsafe !Self.isTagMark(base[position]) { position += 1 }
        return position
    }

    /// The high bit of each byte that is a mark; bytes above the first one may be wrong.
    private static func tagMarks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let double = word ^ (ones &* 0x22)
        let single = word ^ (ones &* 0x27)
        let less = word ^ (ones &* 0x3C)
        let greater = word ^ (ones &* 0x3E)
        let quotes = ((double &- ones) & ~double) | ((single &- ones) & ~single)
        let brackets = ((less &- ones) & ~less) | ((greater &- ones) & ~greater)
        return (quotes | brackets) & highs
    }

    private static func isTagMark(_ byte: UInt8) -> Bool {
        byte == 0x22 || byte == 0x27 || byte == 0x3C || byte == 0x3E
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

extension Array<UInt8> {
    func matches(_ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount else { return false }
        return unsafe withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe memcmp($0, literal.utf8Start, buffer.count) == 0 } ?? true
        }
    }
}
