/// Many secrets, of which a text may hold any: those of all accounts of a run. A text costs by its own length and by how
/// many lengths the secrets have; their number costs 8 bytes each.
public final class SecretIndex: Sendable {
    /// Of the secrets of each length, in their order.
    private let hashes: [(length: Int, of: [UInt64])]
    let shortest: Int
    let longest: Int
    /// Shorter ones count only between bytes that are no part of a word, longer ones where a word begins.
    private static let short = 4

    /// Sorts the secrets' hashes: some hundred milliseconds for a million.
    ///
    /// - Returns: nil where there are none. Empty ones are none.
    public init?(_ secrets: some Sequence<String>) {
        var found: [Int: [UInt64]] = [:]
        for secret in secrets {
            for spelling in ForeignTextDoor.spellings(of: Array(secret.utf8)) where !spelling.isEmpty {
                found[spelling.count, default: []].append(spelling.reduce(0, Self.next))
            }
        }
        guard let shortest = found.keys.min(), let longest = found.keys.max() else { return nil }
        (self.shortest, self.longest) = (shortest, longest)
        hashes = found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    /// Whether this is one of them, or has the hash of one, which only chance has.
    func contains(_ bytes: ArraySlice<UInt8>) -> Bool {
        hashes.contains { $0.length == bytes.count && Self.find(bytes.reduce(0, Self.next), in: $0.of) }
    }

    /// Where they stand.
    func occurrences(in bytes: [UInt8]) -> [Range<Int>] {
        let begins = bytes.indices.filter { $0 == 0 || !(bytes[$0 - 1].isPartOfWord && bytes[$0].isPartOfWord) }
        return begins.flatMap { occurrences(at: $0, in: bytes) }
    }

    /// Whether one of them stands there, also within a word.
    func isAnywhere(in bytes: [UInt8], atLeast length: Int) -> Bool {
        bytes.indices.contains { start in occurrences(at: start, in: bytes).contains { $0.count >= length } }
    }

    private func occurrences(at start: Int, in bytes: [UInt8]) -> [Range<Int>] {
        var (hash, end, found) = (UInt64(0), start, [Range<Int>]())
        for (length, known) in hashes {
            guard bytes.count - start >= length else { break }
            while end < start + length {
                hash = Self.next(hash, bytes[end])
                end += 1
            }
            let isAlone = length >= Self.short || end == bytes.count || !bytes[end].isPartOfWord
            if isAlone, Self.find(hash, in: known) { found.append(start..<end) }
        }
        return found
    }

    private static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15 ^ (hash >> 29)
    }

    private static func find(_ hash: UInt64, in sorted: [UInt64]) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == hash
    }
}

extension UInt8 {
    /// Beyond ASCII all are.
    var isPartOfWord: Bool { self > 0x7F || isLetterOrDigit }
}
