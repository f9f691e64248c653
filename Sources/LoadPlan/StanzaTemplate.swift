/// A text in which `{id}`, `{jid}` and the like stand for what differs from login to login.
///
/// Braces around anything but one word are themselves, so that JSON needs no escape; `&#123;jid}` is one where a
/// placeholder is not meant.
public struct StanzaTemplate: Sendable, Equatable {
    public enum Placeholder: String, Sendable, CaseIterable {
        /// Unique among the stanzas of the login.
        case id
        /// The full JID that the server bound, and its resource.
        case jid, resource
        /// The account's username.
        case user
        case domain
        /// The account's number, from 1.
        case n
    }

    public enum Piece: Sendable, Equatable {
        case text(String)
        case placeholder(Placeholder)
    }

    public let pieces: [Piece]

    /// A word in braces that is no placeholder.
    public struct Unknown: Error, Sendable, Equatable {
        public let name: String
        /// Of its opening brace, in code points from the text's start.
        public let offset: Int
    }

    public init(_ text: String) throws(Unknown) {
        var pieces: [Piece] = []
        var rest = text[...]
        var literal = ""
        while let brace = rest.firstIndex(of: "{") {
            literal += rest[..<brace]
            rest = rest[rest.index(after: brace)...]
            guard let word = Self.word(rest) else {
                literal += "{"
                continue
            }
            guard let placeholder = Placeholder(rawValue: word) else {
                throw Unknown(name: word, offset: text.unicodeScalars.distance(from: text.startIndex, to: brace))
            }
            if !literal.isEmpty { pieces.append(.text(literal)) }
            pieces.append(.placeholder(placeholder))
            literal = ""
            rest = rest.dropFirst(word.count + 1)
        }
        literal += rest
        if !literal.isEmpty { pieces.append(.text(literal)) }
        self.pieces = pieces
    }

    /// The word that stands here before a closing brace.
    private static func word(_ text: Substring) -> String? {
        guard text.first?.isLetter == true else { return nil }
        let word = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        return text.dropFirst(word.count).first == "}" ? String(word) : nil
    }

    /// The text that it was made of.
    public var text: String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .placeholder(let placeholder): "{\(placeholder.rawValue)}"
            }
        }.joined()
    }
}
