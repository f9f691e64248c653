import Foundation

/// A secret in the forms in which others may repeat it: what may appear nowhere.
public struct SecretForms: Sendable {
    public let secret: String
    /// By what they are called.
    public let all: [(name: String, text: String)]

    public init(_ secret: String, of user: String) {
        self.secret = secret
        let bytes = Array(secret.utf8)
        let hex = bytes.map { String(format: "%02x", $0) }
        let scalars = secret.unicodeScalars.map(\.value)
        let base64 = Data(bytes).base64EncodedString()
        var all = [
            ("as it is", secret), ("hex", hex.joined()), ("HEX", hex.joined().uppercased()), ("Base64", base64),
            ("percent", hex.map { "%" + $0 }.joined()),
            ("decimal references", scalars.map { "&#\($0);" }.joined()),
            ("hexadecimal references", scalars.map { "&#x\(String($0, radix: 16));" }.joined()),
            ("JSON", scalars.map { String(format: "\\u%04x", $0) }.joined()),
            ("a message of PLAIN", Data("\0\(user)\0\(secret)".utf8).base64EncodedString()),
            ("Base64url", base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")),
            ("named references", Self.escaped(secret)),
            ("named references, escaped", Self.escaped(Self.escaped(secret))),
        ]
        for shift in 1...2 {
            let within = Data(Array(repeating: UInt8(ascii: "x"), count: shift) + bytes + Array("yy".utf8))
            all.append(("Base64 within, by \(shift)", within.base64EncodedString()))
        }
        self.all = all.map { (name: $0.0, text: $0.1) }
    }

    /// All of them in a line, as a server would write them into XML.
    public var line: String { all.map { Self.escaped($0.text) }.joined(separator: " ; ") }

    /// Those that this text holds.
    public func found(in text: String) -> [String] { all.filter { text.contains($0.text) }.map(\.name) }

    private static func escaped(_ text: String) -> String {
        let named = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&apos;")]
        return named.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
