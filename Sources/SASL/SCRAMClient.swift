internal import OpenSSL

/// RFC 5802 and RFC 7677, the client's side; with a binding it is the -PLUS variant.
struct SCRAMClient: ClientExchange {
    private enum State {
        case start
        case awaitingServerFirst
        case awaitingKey(authMessage: [UInt8], finalWithoutProof: [UInt8])
        case awaitingServerFinal(serverSignature: [UInt8])
        case verified
    }

    private let algorithm: DigestAlgorithm
    private let password: Secret
    private let nonce: [UInt8]
    private let iterationLimit: Int
    /// How the channel is bound and whom to act as.
    private let gs2Header: [UInt8]
    /// The header and the connection's bytes; its base64 goes into the final message (RFC 5802 section 7).
    private let bindingInput: [UInt8]
    private let firstBare: [UInt8]
    private var state = State.start

    init(
        _ algorithm: DigestAlgorithm, _ credentials: Credentials, _ binding: ChannelBinding?, _ nonces: NonceSource,
        iterationLimit: Int
    ) throws(SASLError) {
        self.algorithm = algorithm
        self.iterationLimit = iterationLimit
        password = Secret(bytes: try SASLprep.stored(credentials.password.reveal(), "password"))
        nonce = try nonces.next()
        gs2Header = try Self.gs2Header(binding, credentials.authorizationID)
        bindingInput = gs2Header + (binding?.data ?? [])
        let username = try SASLprep.query(Array(credentials.username.utf8), "username")
        firstBare = SCRAM.attribute("n", SCRAM.escape(username)) + [SCRAM.comma] + SCRAM.attribute("r", nonce)
    }

    /// `n` where nothing is bound. (`y` is refused by servers that offer -PLUS.)
    private static func gs2Header(
        _ binding: ChannelBinding?, _ authorizationID: String?
    ) throws(SASLError) -> [UInt8] {
        let flag = binding.map { "p=\($0.kind.rawValue)," } ?? "n,"
        guard let identity = authorizationID, !identity.isEmpty else { return Array("\(flag),".utf8) }
        let prepared = try SASLprep.query(Array(identity.utf8), "authorization identity")
        return Array("\(flag)a=".utf8) + SCRAM.escape(prepared) + [SCRAM.comma]
    }

    mutating func initialResponse() -> [UInt8]? {
        state = .awaitingServerFirst
        return gs2Header + firstBare
    }

    mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        switch state {
        case .start where challenge.isEmpty:
            state = .awaitingServerFirst
            return .respond(gs2Header + firstBare)
        case .awaitingServerFirst:
            return try receive(serverFirst: challenge)
        case .awaitingServerFinal(let signature):
            try verify(challenge, signature)
            return .respond([])
        case .start, .awaitingKey, .verified:
            throw SASLError(.unexpectedMessage, "a SCRAM challenge out of turn")
        }
    }

    mutating func receive(derived: SaltedPassword) throws(SASLError) -> ClientStep {
        guard case .awaitingKey(let authMessage, let finalWithoutProof) = state, derived.algorithm == algorithm else {
            throw SASLError(.unexpectedMessage, "a key that was not asked for")
        }
        state = .awaitingServerFinal(serverSignature: try derived.serverSignature(authMessage))
        let proof = SCRAM.attribute("p", Base64.encode(try derived.clientProof(authMessage)))
        return .respond(finalWithoutProof + [SCRAM.comma] + proof)
    }

    /// The server's proof comes within `<success>`, or came before it as a challenge of its own.
    mutating func receive(success additionalData: [UInt8]?) throws(SASLError) {
        switch (state, additionalData) {
        case (.awaitingServerFinal(let signature), let message?): try verify(message, signature)
        case (.verified, nil), (.verified, []): break
        default: throw SASLError(.serverNotAuthentic, "success without the server's proof")
        }
    }
}

extension SCRAMClient {
    private mutating func receive(serverFirst message: [UInt8]) throws(SASLError) -> ClientStep {
        let challenge = try SCRAMChallenge(message, clientNonce: nonce, iterationLimit)
        let finalWithoutProof =
            SCRAM.attribute("c", Base64.encode(bindingInput)) + [SCRAM.comma] + SCRAM.attribute("r", challenge.nonce)
        let authMessage = firstBare + [SCRAM.comma] + message + [SCRAM.comma] + finalWithoutProof
        state = .awaitingKey(authMessage: authMessage, finalWithoutProof: finalWithoutProof)
        return .derive(
            KeyDerivation(algorithm, password: password, salt: challenge.salt, iterations: challenge.iterations))
    }

    private mutating func verify(_ serverFinal: [UInt8], _ signature: [UInt8]) throws(SASLError) {
        var attributes = SCRAMAttributes(serverFinal)
        if let error = attributes.take("e") { throw .server(error) }
        guard let proof = attributes.take("v").flatMap({ Base64.decode($0) }), equalInConstantTime(proof, signature)
        else {
            throw SASLError(.serverNotAuthentic, "the server's signature is missing or wrong")
        }
        state = .verified
    }
}

/// `server-first-message` of RFC 5802 section 7, checked.
private struct SCRAMChallenge {
    let nonce: [UInt8]
    let salt: [UInt8]
    let iterations: Int

    /// In bytes; those of servers have 16 or so. It is kept with the key that is derived with it.
    private static let longestSalt = 1024

    init(_ message: [UInt8], clientNonce: [UInt8], _ iterationLimit: Int) throws(SASLError) {
        var attributes = SCRAMAttributes(message)
        if let error = attributes.take("e") { throw .server(error) }
        guard !attributes.isNext("m") else { throw SASLError(.unsupported, "a mandatory SCRAM extension") }
        nonce = try Self.nonce(attributes.take("r"), clientNonce)
        guard let salt = attributes.take("s").flatMap({ Base64.decode($0) }), !salt.isEmpty else {
            throw SASLError(.malformedChallenge, "no base64 salt (s=)")
        }
        guard salt.count <= Self.longestSalt else {
            throw SASLError(.malformedChallenge, "a salt of \(salt.count) bytes, more than \(Self.longestSalt)")
        }
        self.salt = salt
        iterations = try Self.iterations(attributes.take("i"), limit: iterationLimit)
    }

    private static func nonce(_ nonce: [UInt8]?, _ clientNonce: [UInt8]) throws(SASLError) -> [UInt8] {
        guard let nonce, SCRAM.isNonce(nonce), nonce.starts(with: clientNonce), nonce.count > clientNonce.count else {
            throw SASLError(.malformedChallenge, "the nonce (r=) does not extend ours")
        }
        return nonce
    }

    private static func iterations(_ digits: [UInt8]?, limit: Int) throws(SASLError) -> Int {
        guard let digits, (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(String(decoding: digits, as: UTF8.self)), count > 0
        else { throw SASLError(.malformedChallenge, "no iteration count (i=)") }
        guard count <= limit else {
            throw SASLError(.tooManyIterations, "\(count) are asked for, and login.limits.iterations is \(limit)")
        }
        return count
    }
}

extension SASLError {
    /// SCRAM's `e=`, whose value is one of a few words; anything longer is cut.
    fileprivate static func server(_ word: [UInt8]) -> SASLError {
        SASLError(.serverError, String(decoding: word.prefix(64), as: UTF8.self))
    }
}
