import SASL

/// Who logs in, and as what. Immutable, so that copies of a login may share it.
final class LoginIdentity: Sendable {
    private let credentials: Credentials
    /// The requested resource; nil lets the server make one.
    let resource: String?
    private let nonces: NonceSource

    init(credentials: consuming Credentials, resource: String?, nonces: NonceSource) {
        self.credentials = credentials
        self.resource = resource
        self.nonces = nonces
    }

    /// What a new account of this name is registered with (XEP-0077).
    var newAccount: NewAccount {
        NewAccount(
            username: credentials.username, password: credentials.password,
            email: "\(credentials.username)@\(credentials.domain)")
    }

    /// The client's side of an authentication as this account.
    ///
    /// - Parameter saysWho: whether EXTERNAL names the account, because the certificate does not.
    func client(
        for mechanism: Mechanism, _ binding: ChannelBinding?, saysWho: Bool
    ) throws(SASLError) -> SASLClient {
        var credentials = credentials
        if mechanism == .external, saysWho {
            credentials.authorizationID = "\(credentials.username)@\(credentials.domain)"
        }
        return try SASLClient(
            mechanism: mechanism, credentials: credentials, channelBinding: mechanism.bindsChannel ? binding : nil,
            nonces: nonces)
    }
}
