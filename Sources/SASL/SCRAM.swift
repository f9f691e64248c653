internal import OpenSSL

/// What both sides of SCRAM share (RFC 5802).
enum SCRAM {
    /// Nil for a mechanism that is not of the family.
    static func algorithm(of mechanism: Mechanism) -> DigestAlgorithm? {
        switch mechanism {
        case .scramSHA1, .scramSHA1Plus: .sha1
        case .scramSHA256, .scramSHA256Plus: .sha256
        case .scramSHA512, .scramSHA512Plus: .sha512
        default: nil
        }
    }

    /// `saslname` of RFC 5802 section 7: the two characters that the grammar needs are written `=2C` and `=3D`.
    static func escape(_ name: [UInt8]) -> [UInt8] {
        guard name.contains(where: { $0 == comma || $0 == equals }) else { return name }
        return name.flatMap { byte in
            switch byte {
            case comma: Array("=2C".utf8)
            case equals: Array("=3D".utf8)
            default: [byte]
            }
        }
    }

    /// Nil when an `=` begins anything but the two escapes.
    static func unescape(_ name: [UInt8]) -> [UInt8]? {
        var plain: [UInt8] = []
        var rest = name[...]
        while let byte = rest.popFirst() {
            guard byte == equals else {
                plain.append(byte)
                continue
            }
            guard let character = escaped(rest.prefix(2)) else { return nil }
            plain.append(character)
            rest = rest.dropFirst(2)
        }
        return plain
    }

    private static func escaped(_ code: ArraySlice<UInt8>) -> UInt8? {
        if code.elementsEqual("2C".utf8) { return comma }
        return code.elementsEqual("3D".utf8) ? equals : nil
    }

    /// `printable` of RFC 5802 section 7, at least one.
    static func isNonce(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7e).contains($0) && $0 != comma }
    }

    static func attribute(_ name: Unicode.Scalar, _ value: [UInt8]) -> [UInt8] {
        [UInt8(ascii: name), equals] + value
    }

    static let comma = UInt8(ascii: ",")
    static let equals = UInt8(ascii: "=")
}

extension Mechanism {
    /// The one that does not bind: keys that were derived for it serve its -PLUS as well.
    static func scram(_ algorithm: DigestAlgorithm) -> Mechanism {
        switch algorithm {
        case .sha256: .scramSHA256
        case .sha512: .scramSHA512
        case .md5, .sha1: .scramSHA1
        }
    }
}

extension SaltedPassword {
    /// `ClientProof` of RFC 5802 section 3.
    func clientProof(_ authMessage: [UInt8]) throws(SASLError) -> [UInt8] {
        zip(clientKey.reveal(), try signature(storedKey, authMessage)).map { $0 ^ $1 }
    }

    /// `ServerSignature` of RFC 5802 section 3.
    func serverSignature(_ authMessage: [UInt8]) throws(SASLError) -> [UInt8] {
        try signature(serverKey, authMessage)
    }

    /// The server's check: the key that the proof reveals must hash to the one that is stored.
    func accepts(clientProof: [UInt8], _ authMessage: [UInt8]) throws(SASLError) -> Bool {
        guard clientProof.count == algorithm.byteCount else { return false }
        let key = zip(clientProof, try signature(storedKey, authMessage)).map { $0 ^ $1 }
        let hash = try cryptographically { () throws(OpenSSLError) in try algorithm.digest(of: key) }
        return equalInConstantTime(hash, storedKey.reveal())
    }

    private func signature(_ key: Secret, _ authMessage: [UInt8]) throws(SASLError) -> [UInt8] {
        try cryptographically { () throws(OpenSSLError) in try algorithm.hmac(key: key.reveal(), authMessage) }
    }
}
