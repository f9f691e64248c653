import SASL

/// Who logs in, and as what, and what is left of the account's earlier logins. Immutable, so that copies of a login may share it.
final class LoginIdentity: Sendable {
    private let credentials: Credentials
    /// The requested resource; nil lets the server make one.
    let resource: String?
    /// nil for those that do not log in by XEP-0388.
    let userAgent: UserAgent?
    /// Of the account, from 1.
    let number: Int
    private let nonces: NonceSource
    /// The version of the roster that is known; empty for none.
    let rosterVersion: String
    /// The session to be taken up again.
    let resumption: StreamResumption?

    init(
        credentials: consuming Credentials, resource: String?, number: Int, userAgent: UserAgent?, nonces: NonceSource,
        rosterVersion: String, resumption: StreamResumption?
    ) {
        self.credentials = credentials
        self.resource = resource
        self.number = number
        self.userAgent = userAgent
        self.nonces = nonces
        self.rosterVersion = rosterVersion
        self.resumption = resumption
    }

    var username: String { credentials.username }
    var password: Secret { credentials.password }
    /// nil for somebody who has no name before the login.
    var bareJID: String? { username.isEmpty ? nil : "\(username)@\(credentials.domain)" }
    /// What a new account of this name is registered with (XEP-0077).
    var newAccount: NewAccount {
        NewAccount(
            username: credentials.username, password: credentials.password,
            email: "\(credentials.username)@\(credentials.domain)")
    }

    /// The client's side of an authentication as this account.
    ///
    /// - Parameter script: EXTERNAL names the account where its certificate does not.
    func client(
        for mechanism: Mechanism, _ binding: ChannelBinding?, by script: LoginScript
    ) throws(SASLError) -> SASLClient {
        var credentials = credentials
        if mechanism == .external, script.certificate == .shared {
            credentials.authorizationID = "\(credentials.username)@\(credentials.domain)"
        }
        if let token = userAgent?.token, mechanism.isHashedToken { credentials.token = token.secret }
        return try SASLClient(
            mechanism: mechanism, credentials: credentials, channelBinding: mechanism.bindsChannel ? binding : nil,
            nonces: nonces, iterationLimit: script.limits.iterations)
    }
}
