internal import OpenSSL

/// The mechanisms in which the client says one thing and the server nothing: sent with the mechanism's name, or in
/// answer to the empty challenge of a server that did not get it there (RFC 4422 section 5.1).
struct SingleMessageClient: ClientExchange {
    private let message: Secret
    private let sendsAtOnce: Bool
    private var isSent = false

    private init(_ message: [UInt8], sendsAtOnce: Bool = true) {
        self.message = Secret(bytes: message)
        self.sendsAtOnce = sendsAtOnce
    }

    mutating func initialResponse() -> [UInt8]? {
        guard sendsAtOnce else { return nil }
        isSent = true
        return message.reveal()
    }

    mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        guard !isSent else { throw SASLError(.unexpectedMessage, "a challenge after all was said") }
        guard challenge.isEmpty else { throw SASLError(.malformedChallenge, "a challenge that is not empty") }
        isSent = true
        return .respond(message.reveal())
    }
}

extension SingleMessageClient {
    /// RFC 4616 section 2: sent as it is, for it is the server that prepares the strings.
    static func plain(_ credentials: Credentials) throws(SASLError) -> SingleMessageClient {
        let password = credentials.password.reveal()
        var message: [UInt8] = []
        message.reserveCapacity(64 + password.count)
        if let identity = credentials.authorizationID { message.append(contentsOf: identity.utf8) }
        message.append(0)
        message.append(contentsOf: credentials.username.utf8)
        message.append(0)
        message.append(contentsOf: password)
        guard message.count(where: { $0 == 0 }) == 2 else {
            throw SASLError(.prohibitedCharacters, "PLAIN cannot carry U+0000")
        }
        return SingleMessageClient(message)
    }

    /// RFC 4422 appendix A: the identity to act as, or nothing for the one that was proved.
    static func external(_ credentials: Credentials) -> SingleMessageClient {
        SingleMessageClient(Array((credentials.authorizationID ?? "").utf8))
    }

    /// RFC 4505. Without a trace no initial response is sent, as in XEP-0175's example.
    static func anonymous(_ credentials: Credentials) throws(SASLError) -> SingleMessageClient {
        guard let trace = credentials.trace, !trace.isEmpty else { return SingleMessageClient([], sendsAtOnce: false) }
        guard trace.unicodeScalars.count <= 255, !trace.unicodeScalars.contains(where: Stringprep.prohibited.contains)
        else {
            throw SASLError(.prohibitedCharacters, "a trace has at most 255 characters, and no control characters")
        }
        return SingleMessageClient(Array(trace.utf8))
    }

    /// Any name but an empty one, and the hashed secret: what Openfire checks.
    static func jiveSharedSecret(_ credentials: Credentials) throws(SASLError) -> SingleMessageClient {
        let name = credentials.username.isEmpty ? "anonymous" : credentials.username
        guard !name.utf8.contains(0) else {
            throw SASLError(.prohibitedCharacters, "JIVE-SHAREDSECRET cannot carry U+0000")
        }
        return SingleMessageClient(Array(name.utf8) + [0] + (try JiveSharedSecret.hash(of: credentials.password)))
    }
}

/// What both sides of JIVE-SHAREDSECRET share.
enum JiveSharedSecret {
    static func hash(of secret: Secret) throws(SASLError) -> [UInt8] {
        Hex.encode(
            try cryptographically { () throws(OpenSSLError) in try DigestAlgorithm.md5.digest(of: secret.reveal()) })
    }
}
