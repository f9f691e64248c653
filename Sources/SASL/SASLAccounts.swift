internal import OpenSSL

/// What a server knows about its accounts. Cheap to copy; shared by all its exchanges.
public struct SASLAccounts: Sendable {
    private let lookup: @Sendable (String) -> StoredCredential?
    private let decoy: StoredCredential
    private let decoyKey: Secret
    /// The secret of JIVE-SHAREDSECRET; nil refuses that mechanism's clients.
    public let sharedSecret: Secret?
    /// The tokens that log in by HT-* (XEP-0484), by prepared username and mechanism: as a rule one, and two while it
    /// is being replaced. Empty refuses.
    public var hashedTokens: @Sendable (_ username: String, _ mechanism: Mechanism) -> [Secret] = { _, _ in [] }
    /// The verdict on an access token of OAUTHBEARER; all are refused unless this is set.
    public var bearerTokens: @Sendable (_ token: Secret) -> BearerVerdict = { _ in .refused(.invalidToken) }

    /// Accounts behind a look-up by prepared username, nil for one that does not exist.
    ///
    /// - Parameter iterations: what an unknown user's SCRAM challenge names; the same as the accounts have, so that it
    ///   gives nothing away.
    public init(
        iterations: Int = 4096, sharedSecret: Secret? = nil, lookup: @escaping @Sendable (String) -> StoredCredential?
    ) throws(SASLError) {
        self.lookup = lookup
        self.sharedSecret = sharedSecret
        decoyKey = Secret(bytes: try cryptographically { () throws(OpenSSLError) in try RandomBytes.make(32) })
        decoy = try StoredCredential.decoy(password: decoyKey, iterations: iterations)
    }

    /// Any username with this one password, all with one salt, so that each mechanism's keys are derived once.
    /// Cost: one PBKDF2 for each SCRAM mechanism; do it once per server.
    public static func anyone(
        password: Secret, iterations: Int = 4096, sharedSecret: Secret? = nil
    ) throws(SASLError) -> SASLAccounts {
        let credential = try StoredCredential(password: password, iterations: iterations)
        return try SASLAccounts(iterations: iterations, sharedSecret: sharedSecret) { _ in credential }
    }

    func credential(for username: String) -> StoredCredential? { lookup(username) }

    /// For an unknown user a made-up credential, which nobody's password fits; its salt is the same every time.
    func credentialOrDecoy(for username: String) throws(SASLError) -> StoredCredential {
        if let credential = lookup(username) { return credential }
        let salt = try cryptographically { () throws(OpenSSLError) in
            try DigestAlgorithm.sha256.hmac(key: decoyKey.reveal(), Array(username.utf8))
        }
        return decoy.with(salt: Array(salt.prefix(StoredCredential.saltByteCount)))
    }
}
