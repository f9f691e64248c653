import Domains
import Transport

/// Where see-other-host sends (RFC 6120 section 4.9.3.19): a domain or an address, with a port or without.
struct OtherHost: Hashable {
    /// As DNS has it; an IPv6 address without brackets.
    let name: String
    let port: UInt16?

    /// In bytes: a domain (RFC 7622 section 3.2), a port, and white space around them.
    private static let longest = 1100

    /// nil for what is none. White space around it does no harm.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let text = text.trimmingWhiteSpace
        let end = Self.endOfHost(text)
        guard let host = try? Domain(String(text[..<end])) else { return nil }
        name = host.ascii
        let rest = text[end...]
        guard let sign = rest.first else {
            port = nil
            return
        }
        guard sign == ":", let number = UInt16(rest.dropFirst()), number > 0 else { return nil }
        port = number
    }

    /// Behind the bracket of an IPv6 address, or before the colon; one without brackets has no port.
    private static func endOfHost(_ text: Substring) -> Substring.Index {
        if text.first == "[", let bracket = text.firstIndex(of: "]") { return text.index(after: bracket) }
        guard SocketAddress(literal: String(text), port: 0) == nil else { return text.endIndex }
        return text.lastIndex(of: ":") ?? text.endIndex
    }
}

extension OtherHost: CustomStringConvertible {
    var description: String {
        let host = name.contains(":") ? "[\(name)]" : name
        return port.map { "\(host):\($0)" } ?? host
    }
}

extension String {
    fileprivate var trimmingWhiteSpace: Substring {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
