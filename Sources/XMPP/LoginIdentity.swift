import SASL

/// Who logs in, and as what. Immutable, so that copies of a login may share it.
final class LoginIdentity: Sendable {
    let credentials: Credentials
    /// The requested resource; nil lets the server make one.
    let resource: String?
    let nonces: NonceSource

    init(credentials: Credentials, resource: String?, nonces: NonceSource) {
        self.credentials = credentials
        self.resource = resource
        self.nonces = nonces
    }
}
