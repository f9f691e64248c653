/// A client's side of one SASL exchange (RFC 4422) as a value: payloads in, payloads out, already decoded from base64.
public struct SASLClient: Sendable {
    private var exchange: Exchange

    private enum Exchange: Sendable {
        /// One message says it all.
        case single([UInt8])
        case scram(SCRAMClient)
        case digest(DigestClient)
        case cram(Credentials)
        case done
    }

    /// - Throws: `SASLError` if the mechanism is unknown, or name or password cannot be prepared (RFC 4013).
    public init(
        _ mechanism: Mechanism, _ credentials: Credentials, nonces: NonceSource = .secure
    ) throws(SASLError) {
        switch mechanism {
        case .plain: exchange = .single(try Self.plain(credentials))
        case .anonymous: exchange = .single([])
        case .jiveSharedSecret: exchange = .single(JiveSharedSecret.message(credentials))
        case .scramSHA1, .scramSHA256, .scramSHA512:
            exchange = .scram(try SCRAMClient(SCRAMHash(mechanism), credentials, nonces))
        case .digestMD5: exchange = .digest(DigestClient(credentials, nonces))
        case .cramMD5: exchange = .cram(credentials)
        default: throw SASLError(.unsupportedMechanism, "\(mechanism) is not supported")
        }
    }

    /// What goes with `<auth>`; nil where the server speaks first.
    public mutating func initialResponse() throws(SASLError) -> [UInt8]? {
        switch exchange {
        case .single(let message): message
        case .scram(let client): client.firstMessage
        case .digest, .cram, .done: nil
        }
    }

    public mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep {
        switch exchange {
        case .single(let message): return .respond(message)  // a server that did not take the initial response
        case .scram(var client):
            let step = try client.receive(challenge)
            exchange = .scram(client)
            return step
        case .digest(var client):
            let step = try client.receive(challenge)
            exchange = .digest(client)
            return step
        case .cram(let credentials):
            exchange = .done
            return .respond(try CRAMMD5.response(to: challenge, credentials))
        case .done: throw SASLError(.malformedChallenge, "a challenge after the last")
        }
    }

    /// The result of an earlier ``ClientStep/derive(_:)``.
    public mutating func receive(derived key: SaltedPassword) throws(SASLError) -> ClientStep {
        guard case .scram(var client) = exchange else { throw SASLError(.malformedChallenge, "no key was asked for") }
        let step = try client.receive(derived: key)
        exchange = .scram(client)
        return step
    }

    /// The server says success, with these additional data or none.
    ///
    /// - Throws: `.serverNotAuthentic` if the mechanism has the server prove itself and it did not.
    public mutating func receive(success additionalData: [UInt8]?) throws(SASLError) {
        switch exchange {
        case .scram(var client): try client.finish(additionalData)
        case .digest(var client): try client.finish(additionalData)
        case .single, .cram, .done: break
        }
        exchange = .done
    }

    /// RFC 4616.
    private static func plain(_ credentials: Credentials) throws(SASLError) -> [UInt8] {
        var message = Array((credentials.authorizationID ?? "").utf8)
        message.append(0)
        message += try SASLprep.query(credentials.username, "username").utf8
        message.append(0)
        message += try SASLprep.query(credentials.password.text, "password").utf8
        return message
    }
}

/// What a client does with a challenge.
public enum ClientStep: Sendable {
    case respond([UInt8])
    /// A key must be derived first; it takes hundreds of microseconds.
    case derive(KeyDerivation)
}
