import OpenSSL

/// A client's side of SCRAM without channel binding (RFC 5802, RFC 7677).
struct SCRAMClient: Sendable {
    private let hash: SCRAMHash
    private let password: Secret
    private let header: String
    private let bare: String
    private let nonce: String
    private var serverFirst = ""
    private var finalWithoutProof = ""
    private var serverSignature: [UInt8] = []
    private var isServerProven = false

    /// More than this would let a server keep our processors busy at will.
    static let mostIterations = 1_000_000

    init(_ hash: SCRAMHash, _ credentials: Credentials, _ nonces: NonceSource) throws(SASLError) {
        self.hash = hash
        password = Secret(try SASLprep.stored(credentials.password.text, "password"))
        nonce = nonces.next()
        header = "n," + (credentials.authorizationID.map { "a=" + Self.escaped($0) } ?? "") + ","
        bare = "n=" + Self.escaped(try SASLprep.query(credentials.username, "username")) + ",r=" + nonce
    }

    /// In names a comma is `=2C` and an equals sign `=3D` (section 5.1).
    private static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == 0x2C || $0 == 0x3D }) else { return name }
        return name.reduce(into: "") { $0 += $1 == "," ? "=2C" : $1 == "=" ? "=3D" : String($1) }
    }

    var firstMessage: [UInt8] { Array((header + bare).utf8) }

    mutating func receive(_ challenge: [UInt8]) throws(SASLError) -> ClientStep {
        guard serverSignature.isEmpty else {
            // RFC 4422 section 3.6: a server without additional data sends its proof as a last challenge.
            try prove(challenge)
            return .respond([])
        }
        let message = String(decoding: challenge, as: UTF8.self)
        let fields = SCRAMFields(message)
        if let error = fields["e"] { throw SASLError(.serverError, "the server said \(error.prefix(80))") }
        guard message.hasPrefix("r="), let both = fields["r"], both.hasPrefix(nonce),
            both.utf8.count > nonce.utf8.count,
            let salt = fields["s"].flatMap({ Base64.decode(Array($0.utf8)) }), !salt.isEmpty,
            let iterations = fields["i"].flatMap({ Int($0) }), iterations > 0
        else { throw SASLError(.malformedChallenge, "not a server-first message for our nonce") }
        guard iterations <= Self.mostIterations else {
            throw SASLError(
                .iterationCountRefused, "\(iterations) iterations; at most \(Self.mostIterations) are computed")
        }
        serverFirst = message
        finalWithoutProof = "c=" + String(decoding: Base64.encode(Array(header.utf8)), as: UTF8.self) + ",r=" + both
        return .derive(KeyDerivation(hash: hash, password: password, salt: salt, iterations: iterations))
    }

    mutating func receive(derived key: SaltedPassword) throws(SASLError) -> ClientStep {
        guard !serverFirst.isEmpty else { throw SASLError(.malformedChallenge, "no key was asked for") }
        let message = Array("\(bare),\(serverFirst),\(finalWithoutProof)".utf8)
        let signature = hash.digest.hmac(key: key.storedKey, message)
        let proof = zip(key.clientKey, signature).map { $0 ^ $1 }
        serverSignature = hash.digest.hmac(key: key.serverKey, message)
        return .respond(Array("\(finalWithoutProof),p=".utf8) + Base64.encode(proof))
    }

    mutating func finish(_ data: [UInt8]?) throws(SASLError) {
        if let data, !data.isEmpty { try prove(data) }
        guard isServerProven else { throw SASLError(.serverNotAuthentic, "success without the server's signature") }
    }

    private mutating func prove(_ message: [UInt8]) throws(SASLError) {
        let fields = SCRAMFields(String(decoding: message, as: UTF8.self))
        if let error = fields["e"] { throw SASLError(.serverError, "the server said \(error.prefix(80))") }
        let signature = fields["v"].flatMap { Base64.decode(Array($0.utf8)) } ?? []
        guard !serverSignature.isEmpty, constantTimeEquals(signature, serverSignature) else {
            throw SASLError(.serverNotAuthentic, "the server's signature is wrong")
        }
        isServerProven = true
    }
}

/// The attributes of a SCRAM message: letters with values, separated by commas (section 5.1).
struct SCRAMFields {
    private let fields: [Substring]

    init(_ message: String) { fields = message.split(separator: ",", omittingEmptySubsequences: false) }

    /// The value of the first attribute of this letter.
    subscript(letter: String) -> String? {
        fields.first { $0.hasPrefix(letter + "=") }.map { String($0.dropFirst(2)) }
    }
}
