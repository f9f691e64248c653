/// A text's words with their places.
struct Words {
    struct Word {
        var text: String
        /// In code points from the text's start.
        var offset: Int
    }

    let all: [Word]
    private let end: Int
    private var position = 0

    init(_ text: String) {
        all = text.split(whereSeparator: \.isWhitespace).map { word in
            Word(
                text: String(word),
                offset: text.unicodeScalars.distance(from: text.startIndex, to: word.startIndex))
        }
        end = text.unicodeScalars.count
    }

    /// With single spaces.
    var joined: String { all.map(\.text).joined(separator: " ") }

    mutating func take() -> Word? {
        guard position < all.count else { return nil }
        defer { position += 1 }
        return all[position]
    }

    /// Whether this is the next word; then it is taken.
    mutating func take(_ text: String) -> Bool {
        guard position < all.count, all[position].text == text else { return false }
        position += 1
        return true
    }

    mutating func next(_ expected: String) throws(ValueError) -> Word {
        guard let word = take() else { throw ValueError("expected \(expected) after this", offset: max(end - 1, 0)) }
        return word
    }
}
