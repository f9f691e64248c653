import Glibc

/// A domain, prepared once where it is read, so that it is the same in every place that it is said (RFC 7622 section
/// 3.2): lower case, NFC, no final dot, each label either of ASCII or valid by IDNA2008.
///
/// Whether scalars may stand in a label is decided by their properties as RFC 5892 derives them; its rules for single
/// scalars in context, but for the joiners', and RFC 5893's for text from right to left are not looked at.
public struct Domain: Sendable, Hashable {
    /// As XMPP says it: with U-labels; an IPv6 address in brackets. In headers, addresses and DIGEST-MD5's digest-uri.
    public let text: String
    /// As DNS, TLS and certificates have it: with A-labels (RFC 5890 section 2.3.2.1); an IPv6 address as it is.
    public let ascii: String
    /// Whether it is a literal IPv4 or IPv6 address, which has no place in TLS's server name (RFC 6066 section 3).
    public let isAddress: Bool

    /// - Throws: `DomainError` naming what cannot stand in a domain.
    public init(_ written: String) throws(DomainError) {
        if let address = Self.address(written) {
            (text, ascii, isAddress) = (address.contains(":") ? "[\(address)]" : address, address, true)
            return
        }
        let labels = try Self.labels(of: Self.mapped(written))
        text = labels.map(\.text).joined(separator: ".")
        ascii = labels.map(\.ascii).joined(separator: ".")
        isAddress = false
        guard ascii.utf8.count <= 253, text.utf8.count <= 1023 else {
            throw DomainError("a domain has at most 253 characters, this one \(ascii.utf8.count)")
        }
    }

    private static func labels(of name: String) throws(DomainError) -> [Label] {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 1, parts.last == "" { parts.removeLast() }  // the root
        var labels: [Label] = []
        for part in parts { labels.append(try Label(part)) }
        return labels
    }

    /// A literal address in its one form (RFC 5952); nil for anything else.
    private static func address(_ text: String) -> String? {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
        return (isBracketed ? nil : canonical(bare, AF_INET)) ?? canonical(bare, AF_INET6)
    }

    private static func canonical(_ text: String, _ family: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 16)
        var canonical = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_pton(family, text, &bytes) == 1,
            unsafe inet_ntop(family, bytes, &canonical, UInt32(canonical.count)) != nil
        else { return nil }
        return String(decoding: canonical.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension Domain: CustomStringConvertible {
    public var description: String { text }
}

extension Domain: ExpressibleByStringLiteral {
    /// A domain that the code itself names: a wrong one is a mistake of the program's.
    public init(stringLiteral literal: String) {
        do throws(DomainError) { try self.init(literal) } catch { preconditionFailure("\(literal): \(error)") }
    }
}

/// Why a text is no domain.
public struct DomainError: Error, Sendable, Equatable, CustomStringConvertible {
    /// In words, without the text.
    public let reason: String

    init(_ reason: String) { self.reason = reason }

    public var description: String { reason }
}
