/// The namespace declarations in force at a place of the stanza under the scanner, the innermost last.
///
/// A few are looked through; where a stanza declares many they are found by their prefix: the time for a tag does not
/// depend on how many there are. `steps` counts comparisons and look-ups since the stanza began.
struct DeclarationStack: Sendable {
    /// So many are looked through. More have an index until none is left.
    private static let mostLookedThrough = 16

    private var tokens: [UInt32] = []
    /// Tokens by prefix, the innermost last; nil while there are few.
    private var index: [[UInt8]: [UInt32]]?
    private(set) var steps = 0

    mutating func removeAll() {
        if !tokens.isEmpty { tokens.removeAll(keepingCapacity: true) }
        index = nil
        steps = 0
    }

    mutating func push(_ token: UInt32, of all: [Token], in view: ByteView) {
        tokens.append(token)
        if index != nil {
            enter(token, of: all, in: view)
        } else if tokens.count > Self.mostLookedThrough {
            index = [:]
            for token in tokens { enter(token, of: all, in: view) }
        }
    }

    private mutating func enter(_ token: UInt32, of all: [Token], in view: ByteView) {
        steps += 1
        index?[view.array(all[Int(token)].declaredPrefix), default: []].append(token)
    }

    /// The element is over, and its declarations with it.
    mutating func leave(_ element: UInt32, of all: [Token], in view: ByteView) {
        while let last = tokens.last, last > element {
            tokens.removeLast()
            steps += 1
            _ = index?[view.array(all[Int(last)].declaredPrefix)]?.popLast()
        }
        if tokens.isEmpty { index = nil }
    }

    /// The innermost declaration of this prefix; nil where the stanza has none.
    mutating func innermost(of prefix: Range<Int>, among all: [Token], in view: ByteView) -> UInt32? {
        guard let index else {
            return tokens.last { token in
                steps += 1
                return view.equals(all[Int(token)].declaredPrefix, prefix)
            }
        }
        steps += 1
        return index[view.array(prefix)]?.last
    }
}
