internal import OpenSSL

/// RFC 2195, the client's side: a keyed digest of the server's challenge. The server proves nothing.
struct CRAMMD5Client: ClientExchange {
    private let username: String
    private let password: Secret
    private var hasResponded = false

    init(_ credentials: Credentials) {
        username = credentials.username
        password = credentials.password
    }

    func initialResponse() -> [UInt8]? { nil }

    mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        guard !hasResponded else { throw SASLError(.unexpectedMessage, "a second CRAM-MD5 challenge") }
        guard !challenge.isEmpty else { throw SASLError(.malformedChallenge, "an empty CRAM-MD5 challenge") }
        hasResponded = true
        return .respond(Array(username.utf8) + [UInt8(ascii: " ")] + (try CRAMMD5.digest(challenge, password)))
    }
}

/// What both sides of CRAM-MD5 share.
enum CRAMMD5 {
    static func digest(_ challenge: [UInt8], _ password: Secret) throws(SASLError) -> [UInt8] {
        Hex.encode(
            try cryptographically { () throws(OpenSSLError) in
                try DigestAlgorithm.md5.hmac(key: password.reveal(), challenge)
            })
    }
}
