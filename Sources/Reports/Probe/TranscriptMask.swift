public import Metrics

/// Takes out of a transcript what could be used to log in, and leaves the rest as it came: payloads of SASL, passwords,
/// digests and tokens, in elements and in attributes.
///
/// All of it goes through a door, which also masks what was secret wherever the other side repeats it.
///
/// It reads a stream as it comes, in pieces of any length: a stanza is shown once it is whole, for what is secret may be
/// split over its elements. Bounded: a tag that is longer than 64 KiB is not shown, and a longer stanza is shown in parts.
public struct TranscriptMask: Sendable {
    public static let mask = ForeignTextDoor.mask
    private static let longest = 65_536

    private let door: ForeignTextDoor
    /// What of the stanza under way has come.
    private var parts: [Part] = []
    private var length = 0
    /// Text whose end has not come yet.
    private var text: [UInt8] = []
    /// A tag whose end has not come yet.
    private var tag: [UInt8] = []
    /// The quote that stands open in it.
    private var quote: UInt8?
    /// How many elements are open, and how many of them from the secret one on; 0 outside of one.
    private var depth = 0
    private var secretDepth = 0
    /// Elements that are open between stanzas: the stream's, once it has begun.
    private var stanzaDepth = 0
    /// A mask stands for the text since the last tag.
    private var isMasked = false

    private enum Part: Sendable {
        /// Tags and masks.
        case shown(String)
        case text(String)
    }

    public init(_ door: ForeignTextDoor = ForeignTextDoor()) { self.door = door }

    /// What may be shown of the next bytes.
    public mutating func masked(_ bytes: some Sequence<UInt8>) -> String {
        var shown = ""
        for byte in bytes {
            if tag.isEmpty, byte != UInt8(ascii: "<") { addText(byte) } else { add(byte) }
            if isWhole || length >= Self.longest { shown += flush(isEnd: isWhole) }
        }
        return shown
    }

    /// What waits for its end, which will not come.
    public mutating func rest() -> String { flush(isEnd: true) }

    private var isWhole: Bool { !parts.isEmpty && text.isEmpty && tag.isEmpty && depth <= stanzaDepth }

    private mutating func flush(isEnd: Bool) -> String {
        endText()
        let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        let isLast = if case .text? = parts.last { true } else { false }
        let (masked, kept) = door.shown(pieces: texts, keeping: !isEnd && isLast ? Self.longest / 2 : 0)
        var pieces = masked[...]
        let shown = parts.map { if case .shown(let tag) = $0 { tag } else { pieces.popFirst() ?? "" } }
        (parts, text) = ([], Array(kept.utf8))
        length = text.count
        return shown.joined()
    }

    private mutating func endText() {
        guard !text.isEmpty else { return }
        parts.append(.text(String(decoding: text, as: UTF8.self)))
        text = []
    }

    private mutating func show(_ text: String) {
        parts.append(.shown(text))
        length += text.utf8.count
    }

    private mutating func addText(_ byte: UInt8) {
        if secretDepth == 0 {
            text.append(byte)
            length += 1
            return
        }
        if !isMasked { show(Self.mask) }
        isMasked = true
    }

    private mutating func add(_ byte: UInt8) {
        endText()
        if tag.count < Self.longest { tag.append(byte) }
        if let open = quote {
            if byte == open { quote = nil }
        } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
            quote = byte
        } else if byte == UInt8(ascii: ">") {
            end(String(decoding: tag, as: UTF8.self))
            tag = []
        }
    }

    private mutating func end(_ tag: String) {
        let isSection = tag.hasPrefix("<!")
        guard !isSection || secretDepth == 0 else {
            if !isMasked { show(Self.mask) }
            return isMasked = true
        }
        let isWhole = tag.utf8.count < Self.longest
        show(isWhole ? door.shown(Self.withoutSecrets(tag), longest: .max) : "<\(Self.mask)>")
        isMasked = false
        if isSection || tag.hasPrefix("<?") { return }
        if isWhole || secretDepth > 0 || Self.isSecret(tag) { count(tag) }
    }

    /// The elements that a tag begins or ends. A stream may begin again in another, whose end never comes (RFC 6120 section
    /// 4.3.3).
    private mutating func count(_ tag: String) {
        if tag.hasPrefix("</") {
            (depth, secretDepth) = (max(0, depth - 1), max(0, secretDepth - 1))
        } else if tag.contains(#/^<(?:[^\s:\/>]*:)?stream[\s>]/#) {
            (depth, secretDepth, stanzaDepth) = (1, 0, 1)
        } else if !tag.hasSuffix("/>") {
            if secretDepth > 0 || Self.isSecret(tag) { secretDepth += 1 }
            depth += 1
        }
    }
}

// MARK: - What is secret

extension TranscriptMask {
    /// Elements whose text is: of SASL (RFC 6120), Extensible SASL (XEP-0388, XEP-0480), iq-auth (XEP-0078),
    /// registration (XEP-0077) and tokens (XEP-0484).
    private static let elements: Set<Substring> = [
        "auth", "challenge", "response", "success", "initial-response", "additional-data", "password", "digest", "hash",
        "key", "token", "secret",
    ]
    /// Fields of a data form (XEP-0004).
    private static let fields: Set<Substring> = ["password", "token", "secret", "key"]

    private static func isSecret(_ tag: String) -> Bool {
        guard let name = tag.firstMatch(of: #/^<(?:[^\s:\/>]*:)?([^\s\/>]+)/#)?.1 else { return false }
        if elements.contains(name) { return true }
        guard name == "field", let variable = tag.firstMatch(of: #/\svar\s*=\s*['"]([^'"]*)['"]/#)?.1 else {
            return false
        }
        return fields.contains(variable)
    }

    /// A token is an attribute too (XEP-0484), and who knows the id of a session can take it over (XEP-0198).
    private static func withoutSecrets(_ tag: String) -> String {
        let shown = masking(tag, #/(\s(?:token|previd|password|secret|key)\s*=\s*)(?:'[^']*'|"[^"]*")/#)
        guard shown.contains(#/^<(?:[^\s:\/>]*:)?enabled[\s\/>]/#) else { return shown }
        return masking(shown, #/(\sid\s*=\s*)(?:'[^']*'|"[^"]*")/#)
    }

    private static func masking(_ tag: String, _ secret: Regex<(Substring, Substring)>) -> String {
        tag.replacing(secret) { "\($0.1)'\(mask)'" }
    }
}
