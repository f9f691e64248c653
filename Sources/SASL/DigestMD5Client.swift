internal import OpenSSL

/// RFC 2831, the client's side: `qop=auth`, `md5-sess`, no subsequent authentication.
struct DigestMD5Client: ClientExchange {
    private enum State {
        case awaitingChallenge
        case awaitingProof([UInt8])
        case verified
    }

    private let credentials: Credentials
    private let clientNonce: [UInt8]
    private var state = State.awaitingChallenge

    init(_ credentials: Credentials, _ nonces: NonceSource) throws(SASLError) {
        self.credentials = credentials
        clientNonce = try nonces.next()
    }

    func initialResponse() -> [UInt8]? { nil }

    mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        switch state {
        case .awaitingChallenge:
            return .respond(try respond(to: DigestMD5Challenge(challenge)))
        case .awaitingProof(let expected):
            try verify(challenge, expected)
            return .respond([])
        case .verified:
            throw SASLError(.unexpectedMessage, "a third DIGEST-MD5 challenge")
        }
    }

    /// The server's proof comes within `<success>`, or came before it as a challenge of its own.
    mutating func receive(success additionalData: [UInt8]?) throws(SASLError) {
        switch (state, additionalData) {
        case (.awaitingProof(let expected), let message?): try verify(message, expected)
        case (.verified, nil), (.verified, []): break
        default: throw SASLError(.serverNotAuthentic, "success without the server's proof")
        }
    }

    private mutating func verify(_ message: [UInt8], _ expected: [UInt8]) throws(SASLError) {
        guard let proof = DigestMD5Directives(message)?.single("rspauth"), equalInConstantTime(proof, expected) else {
            throw SASLError(.serverNotAuthentic, "the server's rspauth is missing or wrong")
        }
        state = .verified
    }
}

extension DigestMD5Client {
    private mutating func respond(to challenge: DigestMD5Challenge) throws(SASLError) -> [UInt8] {
        let domain = Array(credentials.domain.utf8)
        let realm = challenge.realm ?? domain
        let digest = DigestMD5(
            account: try account(challenge.hashedRealm ?? DigestMD5.hashed(domain)), nonce: challenge.nonce,
            clientNonce: clientNonce, digestURI: Array("xmpp/".utf8) + domain,
            authorizationID: credentials.authorizationID.flatMap { $0.isEmpty ? nil : Array($0.utf8) })
        state = .awaitingProof(try digest.responseAuth())
        return try message(digest, realm: realm, isUTF8: challenge.isUTF8)
    }

    private func account(_ hashedRealm: [UInt8]) throws(SASLError) -> Secret {
        try DigestMD5.account(
            username: DigestMD5.hashed(Array(credentials.username.utf8)), realm: hashedRealm,
            password: DigestMD5.hashed(credentials.password.reveal()))
    }

    /// The directives in the order in which a widely used client sends them.
    private func message(_ digest: DigestMD5, realm: [UInt8], isUTF8: Bool) throws(SASLError) -> [UInt8] {
        var message = DigestMD5Message()
        if isUTF8 { message.add("charset", token: Array("utf-8".utf8)) }
        message.add("username", quoted: try wireUsername(isUTF8))
        message.add("realm", quoted: realm)
        message.add("nonce", quoted: digest.nonce)
        message.add("nc", token: DigestMD5.nonceCount)
        message.add("cnonce", quoted: digest.clientNonce)
        message.add("digest-uri", quoted: digest.digestURI)
        message.add("maxbuf", token: Array("65536".utf8))
        message.add("response", token: try digest.response())
        message.add("qop", token: Array("auth".utf8))
        if let identity = digest.authorizationID { message.add("authzid", quoted: identity) }
        return message.bytes
    }

    private func wireUsername(_ isUTF8: Bool) throws(SASLError) -> [UInt8] {
        let username = Array(credentials.username.utf8)
        guard let wire = isUTF8 ? username : DigestMD5.latin1(username) else {
            throw SASLError(.prohibitedCharacters, "the server takes usernames in ISO 8859-1 only")
        }
        return wire
    }
}

/// `digest-challenge` of RFC 2831 section 2.1.1, checked.
private struct DigestMD5Challenge {
    /// The first of the realms, if any, as it must be sent back.
    let realm: [UInt8]?
    let nonce: [UInt8]
    let isUTF8: Bool

    /// The realm in the encoding in which it is hashed.
    var hashedRealm: [UInt8]? { isUTF8 ? realm.map(DigestMD5.hashed) : realm }

    init(_ message: [UInt8]) throws(SASLError) {
        guard let directives = DigestMD5Directives(message) else {
            throw SASLError(.malformedChallenge, "not a list of directives")
        }
        guard let nonce = directives.single("nonce"), !nonce.isEmpty else {
            throw SASLError(.malformedChallenge, "no nonce, or several")
        }
        try Self.checkAlgorithm(directives)
        try Self.checkProtection(directives)
        self.nonce = nonce
        realm = directives.all("realm").first
        isUTF8 = directives.single("charset").map(Self.lowercased) == "utf-8"
    }

    private static func checkAlgorithm(_ directives: DigestMD5Directives) throws(SASLError) {
        guard let algorithm = directives.single("algorithm") else {
            throw SASLError(.malformedChallenge, "no algorithm, or several")
        }
        guard lowercased(algorithm) == "md5-sess" else { throw SASLError(.unsupported, "not md5-sess") }
    }

    /// A challenge without `qop` means `auth`.
    private static func checkProtection(_ directives: DigestMD5Directives) throws(SASLError) {
        let offers = directives.all("qop").flatMap { $0.split(separator: UInt8(ascii: ",")) }
        let names = offers.map { lowercased($0.filter { $0 != 0x20 && $0 != 0x09 }) }
        guard names.isEmpty || names.contains("auth") else { throw SASLError(.unsupported, "no qop=auth") }
    }

    private static func lowercased(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).lowercased() }
}
