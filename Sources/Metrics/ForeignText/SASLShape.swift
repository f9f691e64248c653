/// What is sent to authenticate, by its shape: it is secret whoever's it is.
enum SASLShape {
    /// Of a message of PLAIN with one byte each.
    static let shortest = 4

    /// Whether this is a message of PLAIN (RFC 4616), OAUTHBEARER (RFC 7628) or X-OAUTH2.
    static func isMessage(_ bytes: [UInt8]) -> Bool {
        isPlain(bytes[...]) || (bytes.contains(1) && !bytes.ranges(ofBytes: bearer).isEmpty)
    }

    /// Messages of PLAIN that stand in a text as they are; each ends with its word.
    static func messages(in text: [UInt8]) -> [Range<Int>] {
        guard text.contains(0) else { return [] }
        let words = text.split(maxSplits: .max) { $0 != 0 && isSeparator($0) }
        return words.filter { isPlain($0) }.map { $0.startIndex..<$0.endIndex }
    }

    private static let bearer = Array("auth=Bearer".utf8)

    /// `[authzid] NUL authcid NUL passwd`
    private static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty, !parts[2].isEmpty else { return false }
        return parts.allSatisfy { part in
            part.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && String(validating: part, as: UTF8.self) != nil
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x22 || byte == 0x27 }
}
