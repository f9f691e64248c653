/// A password, token or shared secret. It prints as `***`.
public struct Secret: Sendable, Hashable {
    let text: String

    public init(_ text: String) { self.text = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Who wants in.
public struct Credentials: Sendable {
    public var username: String
    public var password: Secret
    /// To act as somebody else; nil for oneself.
    public var authorizationID: String?
    /// The XMPP domain: the host of a digest-uri, and the realm where the server names none.
    public var domain: String

    public init(username: String, password: Secret, authorizationID: String? = nil, domain: String) {
        self.username = username
        self.password = password
        self.authorizationID = authorizationID
        self.domain = domain
    }
}
