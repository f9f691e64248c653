/// Why bytes are not an XMPP stream.
public struct XMLStreamError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case notWellFormed = "not well-formed"
        /// A comment, processing instruction, document type or entity (RFC 6120 section 11.1).
        case restricted = "restricted"
        case unboundPrefix = "unbound prefix"
        /// Not UTF-8, or a character that XML does not allow (RFC 6120 section 11.6).
        case invalidCharacter = "invalid character"
        case tooBig = "too big"
        case tooDeep = "too deep"
        case tooManyAttributes = "too many attributes"
        /// A record of TLS (RFC 8446 section 5.1) where a tag should begin.
        case tls = "TLS in place of XML"
        case http = "HTTP in place of XML"
        case ssh = "SSH in place of XML"
        /// RFC 6120 section 11.6 wants UTF-8, and no mark before it.
        case byteOrderMark = "a byte order mark"
    }

    public let code: Code
    /// Bytes since the start of the stanza.
    public let offset: Int
    /// What was met, in words.
    public let reason: String

    public var description: String { "\(reason) at byte \(offset) of the stanza" }
}
