/// A set of whole numbers below a limit that finds its next member in a handful of steps.
///
/// Bits in words of 64, and above them a bit for each word that has one, up to a single word: four levels hold sixteen
/// million.
struct FreeSet: Sendable {
    private var levels: [[UInt64]]
    private(set) var count: Int

    /// All numbers below the limit.
    init(all limit: Int) {
        count = limit
        levels = []
        var bits = limit
        repeat {
            levels.append(Self.full(bits))
            bits = levels[levels.count - 1].count
        } while bits > 1
    }

    private static func full(_ bits: Int) -> [UInt64] {
        var words = [UInt64](repeating: .max, count: max(1, (bits + 63) / 64))
        let rest = bits % 64
        if bits == 0 || rest > 0 { words[words.count - 1] = (1 << UInt64(rest)) - 1 }
        return words
    }

    func contains(_ number: Int) -> Bool { levels[0][number / 64] & (1 << UInt64(number % 64)) != 0 }

    mutating func insert(_ number: Int) {
        guard !contains(number) else { return }
        count += 1
        var index = number
        for level in levels.indices {
            levels[level][index / 64] |= 1 << UInt64(index % 64)
            index /= 64
        }
    }

    mutating func remove(_ number: Int) {
        guard contains(number) else { return }
        count -= 1
        var index = number
        for level in levels.indices {
            levels[level][index / 64] &= ~(1 << UInt64(index % 64))
            guard levels[level][index / 64] == 0 else { return }
            index /= 64
        }
    }

    /// The least member that is not below this number.
    func first(from number: Int) -> Int? {
        var index = number
        for level in levels.indices {
            guard index / 64 < levels[level].count else { return nil }
            let word = levels[level][index / 64] & (.max << UInt64(index % 64))
            if word != 0 { return descend(from: level, to: index / 64 * 64 + word.trailingZeroBitCount) }
            index = index / 64 + 1
        }
        return nil
    }

    private func descend(from level: Int, to index: Int) -> Int {
        var index = index
        for below in levels[..<level].indices.reversed() {
            index = index * 64 + levels[below][index].trailingZeroBitCount
        }
        return index
    }
}
