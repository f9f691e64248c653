import OpenSSL

/// A server's side of one SASL exchange as a value; payloads are already decoded from base64.
public struct SASLServer: Sendable {
    private let mechanism: Mechanism
    private let domain: String
    private let accounts: AccountStore
    private let nonces: NonceSource
    private var state = State.start

    private enum State: Sendable {
        case start
        case scram(username: String, bare: String, header: String, serverFirst: String)
        case digest(nonce: String)
        case digestProven(username: String)
        case cram(challenge: [UInt8])
        case over
    }

    public init(_ mechanism: Mechanism, domain: String, accounts: AccountStore, nonces: NonceSource = .secure) {
        self.mechanism = mechanism
        self.domain = domain
        self.accounts = accounts
        self.nonces = nonces
    }

    /// The client's next message; nil is an `<auth>` without an initial response.
    public mutating func receive(_ response: [UInt8]?) -> ServerStep {
        switch state {
        case .start: return begin(response)
        case .scram(let username, let bare, let header, let serverFirst):
            state = .over
            return finishSCRAM(response ?? [], username, bare, header, serverFirst)
        case .digest(let nonce): return checkDigest(response ?? [], nonce)
        case .digestProven(let username):
            state = .over
            return .success(username: username, additionalData: nil)
        case .cram(let challenge):
            state = .over
            return checkCRAM(response ?? [], challenge)
        case .over: return .failure(.malformedRequest)
        }
    }

    private mutating func begin(_ response: [UInt8]?) -> ServerStep {
        switch mechanism {
        case .digestMD5:
            let nonce = nonces.next()
            state = .digest(nonce: nonce)
            return .challenge(
                Array("realm=\"\(domain)\",nonce=\"\(nonce)\",qop=\"auth\",charset=utf-8,algorithm=md5-sess".utf8))
        case .cramMD5:
            let challenge = Array("<\(nonces.next())@\(domain)>".utf8)
            state = .cram(challenge: challenge)
            return .challenge(challenge)
        case .anonymous: return .success(username: nonces.next(), additionalData: nil)
        default: break
        }
        guard let response else { return .challenge([]) }
        switch mechanism {
        case .plain: return checkPlain(response)
        case .jiveSharedSecret: return checkJive(response)
        case .scramSHA1, .scramSHA256, .scramSHA512: return beginSCRAM(response)
        default: return .failure(.invalidMechanism)
        }
    }

    private func checkPlain(_ message: [UInt8]) -> ServerStep {
        let parts = message.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty else { return .failure(.malformedRequest) }
        let username = String(decoding: parts[1], as: UTF8.self)
        guard let password = accounts.password(of: username),
            constantTimeEquals(Array(parts[2]), Array(password.text.utf8))
        else { return .failure(.notAuthorized) }
        return .success(username: username, additionalData: nil)
    }

    private func checkJive(_ message: [UInt8]) -> ServerStep {
        let parts = message.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let secret = accounts.password(of: ""),
            constantTimeEquals(Array(parts[1]), JiveSharedSecret.proof(secret))
        else { return .failure(.notAuthorized) }
        return .success(username: nonces.next(), additionalData: nil)
    }

    private func checkCRAM(_ message: [UInt8], _ challenge: [UInt8]) -> ServerStep {
        let text = String(decoding: message, as: UTF8.self)
        guard let space = text.lastIndex(of: " ") else { return .failure(.malformedRequest) }
        let username = String(text[..<space])
        let proof = Array(text[text.index(after: space)...].utf8)
        guard let password = accounts.password(of: username),
            constantTimeEquals(proof, Array(CRAMMD5.proof(challenge, password).utf8))
        else { return .failure(.notAuthorized) }
        return .success(username: username, additionalData: nil)
    }

    private mutating func checkDigest(_ message: [UInt8], _ nonce: String) -> ServerStep {
        state = .over
        guard let fields = DigestMD5.fields(String(decoding: message, as: UTF8.self)) else {
            return .failure(.malformedRequest)
        }
        func field(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
        guard field("nonce") == nonce, field("nc") == "00000001", field("digest-uri") == "xmpp/\(domain)",
            let password = accounts.password(of: field("username"))
        else { return .failure(.notAuthorized) }
        let digest = DigestMD5(
            username: field("username"), realm: field("realm"), password: password.text, nonce: nonce,
            clientNonce: field("cnonce"), uri: field("digest-uri"),
            authorizationID: fields.first { $0.name == "authzid" }?.value)
        let expected = Array(digest.response(method: "AUTHENTICATE").utf8)
        guard constantTimeEquals(Array(field("response").utf8), expected) else { return .failure(.notAuthorized) }
        return .success(
            username: digest.username, additionalData: Array("rspauth=\(digest.response(method: ""))".utf8))
    }
}

/// What a server does with a client's message.
public enum ServerStep: Sendable, Equatable {
    case challenge([UInt8])
    case success(username: String, additionalData: [UInt8]?)
    case failure(SASLCondition)
}

// MARK: - SCRAM

extension SASLServer {
    private mutating func beginSCRAM(_ message: [UInt8]) -> ServerStep {
        let text = String(decoding: message, as: UTF8.self)
        let parts = text.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "n" || parts[0] == "y" else { return .failure(.malformedRequest) }
        let fields = SCRAMFields(String(parts[2]))
        guard fields["m"] == nil, let name = fields["n"], let nonce = fields["r"], !nonce.isEmpty else {
            return .failure(.malformedRequest)
        }
        let username = Self.unescaped(name)
        let salt = String(decoding: Base64.encode(accounts.salt(of: username)), as: UTF8.self)
        let serverFirst = "r=\(nonce)\(nonces.next()),s=\(salt),i=\(accounts.iterations)"
        state = .scram(
            username: username, bare: String(parts[2]), header: "\(parts[0]),\(parts[1]),", serverFirst: serverFirst)
        return .challenge(Array(serverFirst.utf8))
    }

    private static func unescaped(_ name: String) -> String {
        guard name.contains("=") else { return name }
        return name.split(separator: "=", omittingEmptySubsequences: false).enumerated().reduce(into: "") {
            text, part in
            guard part.offset > 0 else { return text += part.element }
            text += part.element.hasPrefix("2C") ? "," : "="
            text += part.element.dropFirst(2)
        }
    }

    private func finishSCRAM(
        _ message: [UInt8], _ username: String, _ bare: String, _ header: String, _ serverFirst: String
    ) -> ServerStep {
        let text = String(decoding: message, as: UTF8.self)
        let fields = SCRAMFields(text)
        guard let end = text.range(ofLast: ",p="), let proof = fields["p"].flatMap({ Base64.decode(Array($0.utf8)) }),
            fields["c"].flatMap({ Base64.decode(Array($0.utf8)) }) == Array(header.utf8),
            fields["r"] == SCRAMFields(serverFirst)["r"]
        else { return .failure(.malformedRequest) }
        let hash = SCRAMHash(mechanism)
        guard let key = accounts.salted(hash, of: username) else { return .failure(.notAuthorized) }
        let authMessage = Array("\(bare),\(serverFirst),\(text[..<end])".utf8)
        let signature = hash.digest.hmac(key: key.storedKey, authMessage)
        guard proof.count == signature.count else { return .failure(.notAuthorized) }
        let clientKey = zip(proof, signature).map { $0 ^ $1 }
        guard constantTimeEquals(hash.digest.hash(clientKey), key.storedKey) else { return .failure(.notAuthorized) }
        let proofOfServer = hash.digest.hmac(key: key.serverKey, authMessage)
        return .success(username: username, additionalData: Array("v=".utf8) + Base64.encode(proofOfServer))
    }
}

extension String {
    /// Where a text begins for the last time.
    fileprivate func range(ofLast text: String) -> Index? {
        indices.reversed().first { self[$0...].hasPrefix(text) }
    }
}
