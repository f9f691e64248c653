internal import OpenSSL

/// Where nonces come from: a parameter, so that a recorded exchange can be reproduced.
public struct NonceSource: Sendable {
    private let make: @Sendable () throws(SASLError) -> [UInt8]

    /// 128 bits of OpenSSL's secure generator in lower-case hex, which fits every mechanism without quoting.
    public static let secure = NonceSource { () throws(SASLError) in
        Hex.encode(try cryptographically { () throws(OpenSSLError) in try RandomBytes.make(16) })
    }

    /// Always the same nonce. Only for reproducing a recorded exchange.
    public static func fixed(_ nonce: String) -> NonceSource {
        NonceSource { () throws(SASLError) in Array(nonce.utf8) }
    }

    /// The next nonce: printable ASCII. Throws when there is no randomness to be had.
    public func next() throws(SASLError) -> [UInt8] { try make() }
}
