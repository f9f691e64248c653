internal import Domains
internal import OpenSSL

/// RFC 2831, the server's side: `qop=auth`, one realm, the proof within the success.
struct DigestMD5Server: ServerExchange {
    private let domain: String
    private let accounts: SASLAccounts
    private let nonce: [UInt8]
    private var hasAsked = false

    init(_ domain: String, _ accounts: SASLAccounts, _ nonces: NonceSource) throws(SASLError) {
        self.domain = domain
        self.accounts = accounts
        nonce = try nonces.next()
    }

    mutating func receive(_ response: [UInt8]?) throws(SASLCondition) -> ServerStep {
        guard hasAsked else {
            guard response ?? [] == [] else { throw .malformedRequest }
            hasAsked = true
            return .challenge(challenge())
        }
        return try judge(DigestMD5Reply(response ?? []))
    }

    private func challenge() -> [UInt8] {
        var message = DigestMD5Message()
        message.add("realm", quoted: Array(domain.utf8))
        message.add("nonce", quoted: nonce)
        message.add("qop", quoted: Array("auth".utf8))
        message.add("charset", token: Array("utf-8".utf8))
        message.add("algorithm", token: Array("md5-sess".utf8))
        return message.bytes
    }

    private func judge(_ reply: DigestMD5Reply) throws(SASLCondition) -> ServerStep {
        let realm = Array(domain.utf8)
        let username = try ServerCheck.username(reply.username)
        guard reply.nonce == nonce, reply.realm == realm, isService(reply.digestURI),
            let credential = accounts.credential(for: username)
        else { throw .notAuthorized }
        let proof = try proof(reply, credential.password)
        try ServerCheck.authorizationID(ServerCheck.text(reply.authorizationID ?? []), of: username, at: domain)
        return .success(username: username, additionalData: Array("rspauth=".utf8) + proof)
    }

    /// `xmpp/` and the domain, in capitals or not.
    private func isService(_ digestURI: [UInt8]) -> Bool {
        let service = Array("xmpp/".utf8)
        guard digestURI.starts(with: service) else { return false }
        let name = String(decoding: digestURI.dropFirst(service.count), as: UTF8.self)
        return name == domain || (try? Domain(name))?.text == domain
    }

    /// The server's proof, once the client's was right.
    private func proof(_ reply: DigestMD5Reply, _ password: Secret) throws(SASLCondition) -> [UInt8] {
        let (response, responseAuth) = try ServerCheck.computed { () throws(SASLError) in
            let account = try DigestMD5.account(
                username: reply.hashedUsername, realm: DigestMD5.hashed(reply.realm),
                password: DigestMD5.hashed(password.reveal()))
            let digest = DigestMD5(
                account: account, nonce: nonce, clientNonce: reply.clientNonce, digestURI: reply.digestURI,
                authorizationID: reply.authorizationID)
            return (try digest.response(), try digest.responseAuth())
        }
        guard equalInConstantTime(reply.response, response) else { throw .notAuthorized }
        return responseAuth
    }
}

/// `digest-response` of RFC 2831 section 2.1.2, checked.
private struct DigestMD5Reply {
    /// In UTF-8, whatever was sent.
    let username: [UInt8]
    let hashedUsername: [UInt8]
    let realm: [UInt8]
    let nonce: [UInt8]
    let clientNonce: [UInt8]
    let digestURI: [UInt8]
    let response: [UInt8]
    let authorizationID: [UInt8]?

    init(_ message: [UInt8]) throws(SASLCondition) {
        guard let directives = DigestMD5Directives(message), let username = directives.single("username"),
            let nonce = directives.single("nonce"), let clientNonce = directives.single("cnonce"),
            let digestURI = directives.single("digest-uri"), let response = directives.single("response"),
            directives.single("nc") == DigestMD5.nonceCount
        else { throw .malformedRequest }
        guard directives.single("qop") ?? Array("auth".utf8) == Array("auth".utf8) else { throw .malformedRequest }
        (self.username, hashedUsername) = Self.username(username, isUTF8: directives.single("charset") != nil)
        realm = directives.single("realm") ?? []
        self.nonce = nonce
        self.clientNonce = clientNonce
        self.digestURI = digestURI
        self.response = response
        authorizationID = directives.single("authzid")
    }

    /// Without a charset directive the name came in ISO 8859-1.
    private static func username(_ name: [UInt8], isUTF8: Bool) -> (utf8: [UInt8], hashed: [UInt8]) {
        if isUTF8 { return (name, DigestMD5.hashed(name)) }
        return (Array(String(String.UnicodeScalarView(name.map { Unicode.Scalar($0) })).utf8), name)
    }
}
