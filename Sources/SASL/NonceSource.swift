import OpenSSL

/// Where nonces come from: a parameter, so that the vectors of the RFCs can be reproduced.
public enum NonceSource: Sendable {
    /// 24 printable characters of 144 random bits from the system's generator.
    case secure
    case fixed(String)

    func next() -> String {
        switch self {
        case .secure: String(decoding: Base64.encode(randomBytes(18)), as: UTF8.self)
        case .fixed(let nonce): nonce
        }
    }
}
