internal import OpenSSL

/// The digest of XEP-0078 (Non-SASL Authentication): a password that is shown only together with the stream's id.
public enum IQAuthDigest {
    /// The SHA-1 of the stream's id and the password, in lower-case hexadecimal.
    ///
    /// Throws `cryptography`.
    public static func make(streamID: String, password: Secret) throws(SASLError) -> String {
        let message = Array(streamID.utf8) + password.reveal()
        let digest = try cryptographically { () throws(OpenSSLError) in try DigestAlgorithm.sha1.digest(of: message) }
        return String(decoding: Hex.encode(digest), as: UTF8.self)
    }
}

extension SASLAccounts {
    /// Whether this password, which came in the clear, is the user's.
    public func accept(password: Secret, of username: String) -> Bool {
        stored(username)?.accepts(password.reveal()) ?? false
    }

    /// Whether this digest is of the user's password and the stream's id.
    public func accept(digest: String, streamID: String, of username: String) -> Bool {
        guard let credential = stored(username),
            let expected = try? IQAuthDigest.make(streamID: streamID, password: credential.password)
        else { return false }
        return equalInConstantTime(Array(digest.utf8), Array(expected.utf8))
    }

    private func stored(_ username: String) -> StoredCredential? {
        (try? ServerCheck.username(username.utf8)).flatMap(credential)
    }
}
