/// What matters of the head of an HTTP request (RFC 9112 sections 3 and 5).
package struct RequestHead: Equatable {
    package let method: String
    /// Without a query.
    package let path: String
    package let host: String

    /// Why a request has no answer but this.
    package enum Refusal: Error {
        /// RFC 9112 section 3: not a request, or one that does not name its host once.
        case malformed
        /// RFC 6585 section 5.
        case tooLarge
    }

    /// In bytes. Browsers send localhost the cookies of every application that was ever there.
    static let longestLine = 8 << 10
    static let longest = 32 << 10

    /// Reads the lines before the empty one.
    package init(_ bytes: some Collection<UInt8>) throws(Refusal) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].hasPrefix("/") else { throw .malformed }
        let hosts = lines.dropFirst().compactMap(Self.host)
        guard hosts.count == 1 else { throw .malformed }
        method = String(words[0])
        path = String(words[1].prefix { $0 != "?" })
        host = hosts[0]
    }

    /// The value of a `Host` field; nil of any other one.
    private static func host(_ line: String) -> String? {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "host" else { return nil }
        let value = parts[1].drop { $0 == " " || $0 == "\t" }
        return String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

/// The bytes of a head as they come, in time proportional to their number.
package struct HeadBuffer {
    package private(set) var bytes: [UInt8] = []
    private var lineStart = 0

    package init() {}

    /// Returns whether the head is whole; what comes behind it is no part of it.
    package mutating func add(_ more: some Sequence<UInt8>) throws(RequestHead.Refusal) -> Bool {
        for byte in more {
            guard bytes.count < RequestHead.longest, bytes.count - lineStart < RequestHead.longestLine else {
                throw .tooLarge
            }
            bytes.append(byte)
            guard byte == UInt8(ascii: "\n") else { continue }
            let line = bytes[lineStart...].dropLast()
            if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) { return true }
            lineStart = bytes.count
        }
        return false
    }
}
