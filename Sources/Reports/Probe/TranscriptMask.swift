public import Metrics

/// Takes out of a transcript what could be used to log in, and leaves the rest as it came: payloads of SASL, passwords,
/// digests and tokens, in elements and in attributes.
///
/// All of it goes through a door, which also masks what was secret wherever the other side repeats it.
///
/// It reads a stream as it comes, in pieces of any length: text is shown once it is whole, when the next tag begins.
/// Bounded: a tag that is longer than 64 KiB is not shown, and a longer text is shown in parts.
public struct TranscriptMask: Sendable {
    public static let mask = ForeignTextDoor.mask
    private static let longestTag = 65_536

    private let door: ForeignTextDoor
    /// Text that is not masked, whose end has not come yet.
    private var waiting: [UInt8] = []
    /// A tag whose end has not come yet.
    private var tag: [UInt8] = []
    /// The quote that stands open in it.
    private var quote: UInt8?
    /// How many elements are open from the secret one on; 0 outside of one.
    private var depth = 0
    /// A mask stands for the text since the last tag.
    private var isMasked = false

    public init(_ door: ForeignTextDoor = ForeignTextDoor()) { self.door = door }

    /// What may be shown of the next bytes.
    public mutating func masked(_ bytes: some Sequence<UInt8>) -> String {
        var shown = ""
        for byte in bytes {
            if tag.isEmpty, byte != UInt8(ascii: "<") { text(byte, &shown) } else { add(byte, &shown) }
        }
        return shown
    }

    /// What waits for its end, which will not come.
    public mutating func rest() -> String {
        defer { waiting = [] }
        return through(waiting)
    }

    private func through(_ bytes: [UInt8]) -> String {
        door.shown(String(decoding: bytes, as: UTF8.self), longest: .max)
    }

    private mutating func text(_ byte: UInt8, _ shown: inout String) {
        if depth == 0 {
            waiting.append(byte)
            if waiting.count >= Self.longestTag { shown += rest() }
            return
        }
        if !isMasked { shown += Self.mask }
        isMasked = true
    }

    private mutating func add(_ byte: UInt8, _ shown: inout String) {
        if !waiting.isEmpty { shown += rest() }
        if tag.count < Self.longestTag { tag.append(byte) }
        if let open = quote {
            if byte == open { quote = nil }
        } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
            quote = byte
        } else if byte == UInt8(ascii: ">") {
            end(String(decoding: tag, as: UTF8.self), &shown)
            tag = []
        }
    }

    private mutating func end(_ tag: String, _ shown: inout String) {
        let isSection = tag.hasPrefix("<!")
        guard !isSection || depth == 0 else {
            shown += isMasked ? "" : Self.mask
            return isMasked = true
        }
        let isWhole = tag.utf8.count < Self.longestTag
        shown += isWhole ? door.shown(Self.withoutSecrets(tag), longest: .max) : "<\(Self.mask)>"
        isMasked = false
        if isSection || tag.hasPrefix("<?") || tag.hasSuffix("/>") { return }
        if tag.hasPrefix("</") {
            depth = max(0, depth - 1)
        } else if depth > 0 || Self.isSecret(tag) {
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
