internal import OpenSSL

/// RFC 5802 and RFC 7677, the server's side. Channels are not bound: `p=` is refused, `n` and `y` are taken.
struct SCRAMServer: ServerExchange {
    private enum State {
        case start
        case awaitingClientFirst
        case awaitingClientFinal(Login)
    }

    /// What the first two messages settled.
    private struct Login {
        let username: String
        let authorizationID: String
        let keys: SaltedPassword
        let gs2Header: [UInt8]
        let nonce: [UInt8]
        /// The beginning of `AuthMessage`: both first messages, each with its comma.
        let firstMessages: [UInt8]
    }

    private let algorithm: DigestAlgorithm
    private let domain: String
    private let accounts: SASLAccounts
    private let nonce: [UInt8]
    private var state = State.start

    init(
        _ algorithm: DigestAlgorithm, _ domain: String, _ accounts: SASLAccounts, _ nonces: NonceSource
    ) throws(SASLError) {
        self.algorithm = algorithm
        self.domain = domain
        self.accounts = accounts
        nonce = try nonces.next()
    }

    mutating func receive(_ response: [UInt8]?) throws(SASLCondition) -> ServerStep {
        switch (state, response) {
        case (.start, nil):
            state = .awaitingClientFirst
            return .challenge([])
        case (.start, let message?), (.awaitingClientFirst, let message?):
            return try receive(clientFirst: message)
        case (.awaitingClientFinal(let login), let message?):
            return try judge(clientFinal: message, login)
        default:
            throw .malformedRequest
        }
    }
}

extension SCRAMServer {
    private mutating func receive(clientFirst message: [UInt8]) throws(SASLCondition) -> ServerStep {
        let first = try SCRAMClientFirst(message)
        let credential = try ServerCheck.computed { () throws(SASLError) in
            try accounts.credentialOrDecoy(for: first.username)
        }
        guard let keys = credential.keys(for: algorithm) else { throw .notAuthorized }
        let nonce = first.nonce + nonce
        let serverFirst = Self.serverFirst(nonce, credential)
        state = .awaitingClientFinal(
            Login(
                username: first.username, authorizationID: first.authorizationID, keys: keys,
                gs2Header: first.gs2Header, nonce: nonce,
                firstMessages: first.bare + [SCRAM.comma] + serverFirst + [SCRAM.comma]))
        return .challenge(serverFirst)
    }

    private static func serverFirst(_ nonce: [UInt8], _ credential: StoredCredential) -> [UInt8] {
        SCRAM.attribute("r", nonce) + [SCRAM.comma] + SCRAM.attribute("s", Base64.encode(credential.salt))
            + [SCRAM.comma] + SCRAM.attribute("i", Array(String(credential.iterations).utf8))
    }

    private func judge(clientFinal message: [UInt8], _ login: Login) throws(SASLCondition) -> ServerStep {
        let final = try SCRAMClientFinal(message)
        guard final.channelBinding == login.gs2Header, final.nonce == login.nonce else { throw .notAuthorized }
        let authMessage = login.firstMessages + final.withoutProof
        let isAuthentic = try ServerCheck.computed { () throws(SASLError) in
            try login.keys.accepts(clientProof: final.proof, authMessage)
        }
        guard isAuthentic else { throw .notAuthorized }
        try ServerCheck.authorizationID(login.authorizationID, of: login.username, at: domain)
        let signature = try ServerCheck.computed { () throws(SASLError) in
            try login.keys.serverSignature(authMessage)
        }
        return .success(
            username: login.username, additionalData: SCRAM.attribute("v", Base64.encode(signature)))
    }
}

/// `client-first-message` of RFC 5802 section 7, checked.
private struct SCRAMClientFirst {
    let gs2Header: [UInt8]
    let authorizationID: String
    let bare: [UInt8]
    let username: String
    let nonce: [UInt8]

    init(_ message: [UInt8]) throws(SASLCondition) {
        var attributes = SCRAMAttributes(message)
        let flag = attributes.takeField()
        guard flag.elementsEqual("n".utf8) || flag.elementsEqual("y".utf8) else { throw .malformedRequest }
        authorizationID = try Self.authorizationID(&attributes)
        bare = attributes.remainder
        gs2Header = Array(message.prefix(message.count - bare.count))
        guard let name = attributes.take("n").flatMap(SCRAM.unescape), let nonce = attributes.take("r"),
            SCRAM.isNonce(nonce)
        else { throw .malformedRequest }
        username = try ServerCheck.username(name)
        self.nonce = nonce
    }

    private static func authorizationID(_ attributes: inout SCRAMAttributes) throws(SASLCondition) -> String {
        guard attributes.isNext("a") else {
            guard attributes.takeField().isEmpty else { throw .malformedRequest }
            return ""
        }
        guard let identity = attributes.take("a").flatMap(SCRAM.unescape) else { throw .malformedRequest }
        return try ServerCheck.text(identity)
    }
}

/// `client-final-message` of RFC 5802 section 7, checked.
private struct SCRAMClientFinal {
    let channelBinding: [UInt8]
    let nonce: [UInt8]
    let proof: [UInt8]
    let withoutProof: [UInt8]

    init(_ message: [UInt8]) throws(SASLCondition) {
        var attributes = SCRAMAttributes(message)
        guard let binding = attributes.take("c").flatMap({ Base64.decode($0) }), let nonce = attributes.take("r") else {
            throw .malformedRequest
        }
        while !attributes.isNext("p"), !attributes.remainder.isEmpty { _ = attributes.takeField() }
        let last = attributes.remainder
        guard let proof = attributes.take("p").flatMap({ Base64.decode($0) }), attributes.remainder.isEmpty else {
            throw .malformedRequest
        }
        channelBinding = binding
        self.nonce = nonce
        self.proof = proof
        withoutProof = Array(message.dropLast(last.count + 1))
    }
}
