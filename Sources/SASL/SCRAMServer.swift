internal import OpenSSL

/// RFC 5802 and RFC 7677, the server's side, with and without channel binding.
struct SCRAMServer: ServerExchange {
    /// What may be bound to, and whether it must.
    struct Channel {
        let isRequired: Bool
        let bindings: [ChannelBinding]
    }

    private enum State {
        case start
        case awaitingClientFirst
        case awaitingClientFinal(Login)
        /// The client has been told why; whatever it says next, the login fails.
        case refused
    }

    /// What the first two messages settled.
    private struct Login {
        let username: String
        let authorizationID: String
        let keys: SaltedPassword
        /// What `c=` has to carry: the GS2 header, and the connection's bytes where it is bound.
        let bindingInput: [UInt8]
        let isBound: Bool
        let nonce: [UInt8]
        /// The beginning of `AuthMessage`: both first messages, each with its comma.
        let firstMessages: [UInt8]
    }

    private let algorithm: DigestAlgorithm
    private let domain: String
    private let accounts: SASLAccounts
    private let channel: Channel
    private let nonce: [UInt8]
    private var state = State.start

    init(
        _ algorithm: DigestAlgorithm, _ domain: String, _ accounts: SASLAccounts, _ channel: Channel,
        _ nonces: NonceSource
    ) throws(SASLError) {
        self.algorithm = algorithm
        self.domain = domain
        self.accounts = accounts
        self.channel = channel
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
        case (.refused, _):
            throw .notAuthorized
        default:
            throw .malformedRequest
        }
    }
}

extension SCRAMServer {
    private mutating func receive(clientFirst message: [UInt8]) throws(SASLCondition) -> ServerStep {
        let first = try SCRAMClientFirst(message)
        switch try channel.check(first.flag) {
        case .failure(let reason): return refuse(reason)
        case .success(let binding): return try challenge(first, binding)
        }
    }

    private mutating func challenge(
        _ first: SCRAMClientFirst, _ binding: ChannelBinding?
    ) throws(SASLCondition) -> ServerStep {
        let credential = try ServerCheck.computed { () throws(SASLError) in
            try accounts.credentialOrDecoy(for: first.username)
        }
        guard let keys = credential.keys(for: algorithm) else { throw .notAuthorized }
        let nonce = first.nonce + nonce
        let serverFirst = Self.serverFirst(nonce, credential)
        state = .awaitingClientFinal(
            Login(
                username: first.username, authorizationID: first.authorizationID, keys: keys,
                bindingInput: first.gs2Header + (binding?.data ?? []), isBound: binding != nil, nonce: nonce,
                firstMessages: first.bare + [SCRAM.comma] + serverFirst + [SCRAM.comma]))
        return .challenge(serverFirst)
    }

    private static func serverFirst(_ nonce: [UInt8], _ credential: StoredCredential) -> [UInt8] {
        SCRAM.attribute("r", nonce) + [SCRAM.comma] + SCRAM.attribute("s", Base64.encode(credential.salt))
            + [SCRAM.comma] + SCRAM.attribute("i", Array(String(credential.iterations).utf8))
    }

    /// Says why within the mechanism; the failure follows the client's next message.
    private mutating func refuse(_ reason: SCRAMRefusal) -> ServerStep {
        state = .refused
        return .challenge(SCRAM.attribute("e", Array(reason.rawValue.utf8)))
    }

    private mutating func judge(clientFinal message: [UInt8], _ login: Login) throws(SASLCondition) -> ServerStep {
        let final = try SCRAMClientFinal(message)
        if login.isBound, final.channelBinding != login.bindingInput { return refuse(.channelBindingsDontMatch) }
        guard final.channelBinding == login.bindingInput, final.nonce == login.nonce else { throw .notAuthorized }
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
    let flag: SCRAMBindingFlag
    let gs2Header: [UInt8]
    let authorizationID: String
    let bare: [UInt8]
    let username: String
    let nonce: [UInt8]

    init(_ message: [UInt8]) throws(SASLCondition) {
        var attributes = SCRAMAttributes(message)
        guard let flag = SCRAMBindingFlag(attributes.takeField()) else { throw .malformedRequest }
        self.flag = flag
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
