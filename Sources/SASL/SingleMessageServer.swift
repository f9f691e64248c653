internal import OpenSSL

/// The server's side of the mechanisms in which the client says one thing: it is asked for it by an empty challenge
/// when it did not come with the mechanism's name.
struct SingleMessageServer: ServerExchange {
    private let judge: @Sendable ([UInt8]) throws(SASLCondition) -> ServerStep
    private var hasAsked = false

    init(_ judge: @escaping @Sendable ([UInt8]) throws(SASLCondition) -> ServerStep) { self.judge = judge }

    mutating func receive(_ response: [UInt8]?) throws(SASLCondition) -> ServerStep {
        if let response { return try judge(response) }
        guard !hasAsked else { throw .malformedRequest }
        hasAsked = true
        return .challenge([])
    }
}

extension SingleMessageServer {
    /// RFC 4616. The two strings are prepared here, not by the client.
    static func plain(_ domain: String, _ accounts: SASLAccounts) -> SingleMessageServer {
        SingleMessageServer { message throws(SASLCondition) in
            let parts = message.split(separator: 0, omittingEmptySubsequences: false)
            guard parts.count == 3, !parts[1].isEmpty, !parts[2].isEmpty else { throw .malformedRequest }
            let username = try ServerCheck.username(parts[1])
            guard let credential = accounts.credential(for: username), credential.accepts(Array(parts[2])) else {
                throw .notAuthorized
            }
            try ServerCheck.authorizationID(ServerCheck.text(parts[0]), of: username, at: domain)
            return .success(username: username, additionalData: nil)
        }
    }

    /// RFC 4422 appendix A.
    static func external(_ domain: String, _ identity: ExternalIdentity?) -> SingleMessageServer {
        SingleMessageServer { message throws(SASLCondition) in
            guard let identity else { throw .notAuthorized }
            let wanted = try ServerCheck.text(message)
            let own = "@\(domain)"
            let name = wanted.hasSuffix(own) ? String(wanted.dropLast(own.count)) : wanted
            guard let username = identity.username(wanted: name) else {
                throw name.isEmpty ? .notAuthorized : .invalidAuthzid
            }
            return .success(username: username, additionalData: nil)
        }
    }

    /// RFC 4505. The trace is anybody's text: the user gets a name that is made here.
    static func anonymous(user: [UInt8]) -> SingleMessageServer {
        SingleMessageServer { message throws(SASLCondition) in
            guard try ServerCheck.text(message).unicodeScalars.count <= 255 else { throw .malformedRequest }
            return .success(username: String(decoding: user, as: UTF8.self), additionalData: nil)
        }
    }

    /// Openfire's check: some name, and the right hash. The session is anonymous.
    static func jiveSharedSecret(_ accounts: SASLAccounts, user: [UInt8]) -> SingleMessageServer {
        SingleMessageServer { message throws(SASLCondition) in
            let parts = message.split(separator: 0, omittingEmptySubsequences: true)
            guard parts.count == 2 else { throw .malformedRequest }
            guard let secret = accounts.sharedSecret else { throw .notAuthorized }
            let hash = try ServerCheck.computed { () throws(SASLError) in try JiveSharedSecret.hash(of: secret) }
            guard equalInConstantTime(Array(parts[1]), hash) else { throw .notAuthorized }
            return .success(username: String(decoding: user, as: UTF8.self), additionalData: nil)
        }
    }
}

extension StoredCredential {
    /// Whether a password that came in the clear is this account's.
    func accepts(_ presented: [UInt8]) -> Bool {
        guard let presented = try? SASLprep.query(presented, "password") else { return false }
        return Secret(bytes: presented) == preparedPassword
    }
}
