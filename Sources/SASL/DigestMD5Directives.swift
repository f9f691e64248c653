/// The `key=value` and `key="value"` list of RFC 2831 section 7.1 and RFC 2616 section 2.1, read tolerantly in white
/// space and empty elements, strictly in everything else.
struct DigestMD5Directives {
    private var list: [(name: String, value: [UInt8])] = []

    /// Nil when the text is not such a list.
    init?(_ text: [UInt8]) {
        var rest = text[...]
        while true {
            rest = rest.drop { Self.isSpace($0) || $0 == UInt8(ascii: ",") }
            guard !rest.isEmpty else { return }
            guard let name = Self.takeName(&rest), let value = Self.takeValue(&rest) else { return nil }
            rest = rest.drop(while: Self.isSpace)
            guard rest.first ?? UInt8(ascii: ",") == UInt8(ascii: ",") else { return nil }
            list.append((name, value))
        }
    }

    func all(_ name: String) -> [[UInt8]] { list.filter { $0.name == name }.map(\.value) }

    /// The value of a directive that occurs exactly once.
    func single(_ name: String) -> [UInt8]? {
        let values = all(name)
        return values.count == 1 ? values[0] : nil
    }
}

extension DigestMD5Directives {
    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0d, 0x0a].contains(byte) }

    /// The token before `=`, in lower case, for names are case-insensitive.
    private static func takeName(_ rest: inout ArraySlice<UInt8>) -> String? {
        let token = takeToken(&rest)
        rest = rest.drop(while: isSpace)
        guard !token.isEmpty, rest.popFirst() == UInt8(ascii: "=") else { return nil }
        rest = rest.drop(while: isSpace)
        return String(decoding: token, as: UTF8.self).lowercased()
    }

    private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.first == UInt8(ascii: "\"") else {
            let token = takeToken(&rest)
            return token.isEmpty ? nil : Array(token)
        }
        rest = rest.dropFirst()
        return takeQuoted(&rest)
    }

    /// Nil when the closing quote is missing.
    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return value }
            guard byte == UInt8(ascii: "\\") else {
                value.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            value.append(escaped)
        }
        return nil
    }

    private static func takeToken(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let token = rest.prefix { $0 > 0x20 && $0 < 0x7f && !separators.contains($0) }
        rest = rest.dropFirst(token.count)
        return token
    }

    private static let separators = Array("()<>@,;:\\\"[]?={}".utf8)
}

/// Writes the directives of a DIGEST-MD5 message in the order in which they are added.
struct DigestMD5Message {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ name: String, token: [UInt8]) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: token)
    }

    mutating func add(_ name: String, quoted value: [UInt8]) {
        add(name, token: [UInt8(ascii: "\"")])
        for byte in value {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
