/// Who logs in, and by what proof.
public struct Credentials: Sendable {
    /// The authentication identity: in XMPP the localpart of the JID.
    public var username: String
    /// The password; for JIVE-SHAREDSECRET the shared secret.
    public var password: Secret
    /// Whom to act as (RFC 4422 section 3.4.1); nil or empty for the one who authenticates.
    public var authorizationID: String?
    /// The domain that is logged in to: DIGEST-MD5's `digest-uri` is `xmpp/` and this, as is the realm if the server
    /// names none.
    public var domain: String
    /// What ANONYMOUS tells the server about its user (RFC 4505 section 3).
    public var trace: String?
    /// What OAUTHBEARER (an access token) and HT-* (a token of XEP-0484) log in with in place of the password.
    public var token: Secret?

    public init(
        username: String, password: Secret, domain: String, authorizationID: String? = nil, trace: String? = nil,
        token: Secret? = nil
    ) {
        self.username = username
        self.password = password
        self.domain = domain
        self.authorizationID = authorizationID
        self.trace = trace
        self.token = token
    }
}

extension Credentials {
    /// What whoever hears of it could log in by: the password, the token, and what JIVE-SHAREDSECRET sends in place of
    /// the password.
    public var secrets: [Secret] {
        let hash = try? JiveSharedSecret.hash(of: password)
        let known = [password, token, hash.map { Secret(bytes: $0) }].compactMap(\.self)
        return password.reveal().isEmpty ? [token].compactMap(\.self) : known
    }
}
