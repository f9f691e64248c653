internal import OpenSSL

/// RFC 2195, the server's side.
struct CRAMMD5Server: ServerExchange {
    private let accounts: SASLAccounts
    private let challenge: [UInt8]
    private var hasAsked = false

    init(_ domain: String, _ accounts: SASLAccounts, _ nonces: NonceSource) throws(SASLError) {
        self.accounts = accounts
        challenge = Array("<".utf8) + (try nonces.next()) + Array("@\(domain)>".utf8)
    }

    mutating func receive(_ response: [UInt8]?) throws(SASLCondition) -> ServerStep {
        guard hasAsked else {
            guard response ?? [] == [] else { throw .malformedRequest }
            hasAsked = true
            return .challenge(challenge)
        }
        return try judge(response ?? [])
    }

    /// The digest follows the last space: a username may have spaces of its own.
    private func judge(_ response: [UInt8]) throws(SASLCondition) -> ServerStep {
        guard let space = response.lastIndex(of: UInt8(ascii: " ")) else { throw .malformedRequest }
        let username = try ServerCheck.username(response[..<space])
        guard let credential = accounts.credential(for: username) else { throw .notAuthorized }
        let digest = try ServerCheck.computed { () throws(SASLError) in
            try CRAMMD5.digest(challenge, credential.password)
        }
        guard equalInConstantTime(digest, Array(response[(space + 1)...])) else { throw .notAuthorized }
        return .success(username: username, additionalData: nil)
    }
}
