// What speaks another protocol is known by its first bytes.

extension StreamReader {
    /// The error for text where a tag should begin: the name of the protocol that it is of, where it is a known one.
    func textOutside(_ view: ByteView) -> XMLStreamError {
        let start = (cursor.unit..<min(cursor.unit + Self.longestGreeting, view.count)).map { view[$0] }
        for (code, beginnings) in Self.foreign where beginnings.contains(where: { Self.agree(start, $0) }) {
            return error(code, at: cursor.unit, "text outside a stanza")
        }
        return error(
            .notWellFormed, at: cursor.unit, "text outside a stanza\(phase == .stanzas ? "" : Self.quoted(start))")
    }

    private static let longestGreeting = 40

    /// TLS by its alerts and handshakes; UTF-16 begins with a mark that is none of UTF-8's.
    private static let foreign: [(XMLStreamError.Code, [[UInt8]])] = [
        (.tls, [[0x15, 0x03], [0x16, 0x03]]), (.http, [Array("HTTP/".utf8)]), (.ssh, [Array("SSH-".utf8)]),
        (.byteOrderMark, [[0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE]]),
    ]

    /// What an instruction is that may not stand where it does.
    func instruction(_ view: ByteView) -> String {
        let start = (cursor.unit..<min(cursor.unit + 6, view.count)).map { view[$0] }
        return Self.agree(start, Array("<?xml ".utf8))
            ? "an XML declaration that does not come first" : "a processing instruction"
    }

    /// Whether one begins with the other: a read may be cut anywhere.
    private static func agree(_ bytes: [UInt8], _ beginning: [UInt8]) -> Bool {
        bytes.starts(with: beginning.prefix(bytes.count))
    }

    /// The first line of somebody who greets in another way, as servers for mail do.
    private static func quoted(_ bytes: [UInt8]) -> String {
        let line = bytes.prefix { (0x20...0x7E).contains($0) }
        return line.isEmpty ? "" : ": `\(String(decoding: line, as: UTF8.self))`"
    }
}
