import OpenSSL

/// CRAM-MD5 (RFC 2195): the name, and the HMAC of the challenge in hexadecimal.
enum CRAMMD5 {
    static func response(to challenge: [UInt8], _ credentials: Credentials) throws(SASLError) -> [UInt8] {
        guard !challenge.isEmpty else { throw SASLError(.malformedChallenge, "an empty challenge") }
        return Array("\(credentials.username) \(proof(challenge, credentials.password))".utf8)
    }

    static func proof(_ challenge: [UInt8], _ password: Secret) -> String {
        hexadecimal(Digest.md5.hmac(key: Array(password.text.utf8), challenge))
    }
}

/// JIVE-SHAREDSECRET: anything, a NUL, and the MD5 of the shared secret in lowercase hexadecimal.
enum JiveSharedSecret {
    static func message(_ credentials: Credentials) -> [UInt8] {
        Array((credentials.username.isEmpty ? "muster" : credentials.username).utf8) + [0] + proof(credentials.password)
    }

    static func proof(_ secret: Secret) -> [UInt8] { Array(hexadecimal(Digest.md5.hash(Array(secret.text.utf8))).utf8) }
}
