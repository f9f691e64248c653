internal import OpenSSL

/// What both sides of DIGEST-MD5 share: the values that RFC 2831 section 2.1.2.1 hashes, always with `qop=auth`.
struct DigestMD5 {
    /// The digest of username, realm and password.
    var account: Secret
    var nonce: [UInt8]
    var clientNonce: [UInt8]
    var digestURI: [UInt8]
    var authorizationID: [UInt8]?

    /// There is no second use of a nonce here, so its count is always one.
    static let nonceCount = Array("00000001".utf8)

    /// `response-value`: the client's proof.
    func response() throws(SASLError) -> [UInt8] { try proof(prefix: "AUTHENTICATE:") }

    /// The value of `rspauth`: the server's proof, RFC 2831 section 2.1.3.
    func responseAuth() throws(SASLError) -> [UInt8] { try proof(prefix: ":") }

    private func proof(prefix: String) throws(SASLError) -> [UInt8] {
        let session = [account.reveal(), nonce, clientNonce] + (authorizationID.map { [$0] } ?? [])
        let secret = Hex.encode(try Self.hash(session))
        let action = Hex.encode(try Self.hash([Array(prefix.utf8) + digestURI]))
        return Hex.encode(
            try Self.hash([secret, nonce, Self.nonceCount, clientNonce, Array("auth".utf8), action]))
    }

    /// The digest of the parts with a colon between each two.
    private static func hash(_ parts: [[UInt8]]) throws(SASLError) -> [UInt8] {
        try cryptographically { () throws(OpenSSLError) in
            try DigestAlgorithm.md5.digest(of: Array(parts.joined(separator: [UInt8(ascii: ":")])))
        }
    }
}

extension DigestMD5 {
    /// The first of the digests, which a server may store in place of the password.
    /// The strings are in the encoding that `hashed` gives them.
    static func account(username: [UInt8], realm: [UInt8], password: [UInt8]) throws(SASLError) -> Secret {
        Secret(bytes: try hash([username, realm, password]))
    }

    /// UTF-8 that fits ISO 8859-1 is hashed in that, as RFC 2831 section 2.1.2.1 wants it.
    static func hashed(_ text: [UInt8]) -> [UInt8] { latin1(text) ?? text }

    /// UTF-8 as ISO 8859-1; nil when it does not fit, or is not UTF-8.
    static func latin1(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(where: { $0 > 0x7f }) else { return text }
        guard let string = String(validating: text, as: UTF8.self),
            string.unicodeScalars.allSatisfy({ $0.value <= 0xff })
        else { return nil }
        return string.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
