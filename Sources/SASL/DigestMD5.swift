import OpenSSL

/// The computations of DIGEST-MD5 (RFC 2831), which is historic (RFC 6331) and still in use.
struct DigestMD5: Sendable {
    var username: String
    var realm: String
    var password: String
    var nonce: String
    var clientNonce: String
    var uri: String
    var authorizationID: String?

    /// The `response` value of section 2.1.2.1; with an empty method it is the server's `rspauth` (section 2.1.3).
    func response(method: String) -> String {
        var start = Digest.md5.hash(Array("\(username):\(realm):\(password)".utf8))
        start += ":\(nonce):\(clientNonce)".utf8
        if let authorizationID { start += ":\(authorizationID)".utf8 }
        let first = hexadecimal(Digest.md5.hash(start))
        let second = hexadecimal(Digest.md5.hash(Array("\(method):\(uri)".utf8)))
        return hexadecimal(Digest.md5.hash(Array("\(first):\(nonce):00000001:\(clientNonce):auth:\(second)".utf8)))
    }

    /// `name=value` pairs, some of them quoted (section 7.1); nil if the text is none.
    static func fields(_ text: String) -> [(name: String, value: String)]? {
        var fields: [(String, String)] = []
        var rest = Substring(text)
        while true {
            rest = rest.drop { $0 == "," || $0 == " " || $0 == "\t" || $0 == "\r\n" || $0 == "\n" }
            guard !rest.isEmpty else { return fields }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let name = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            guard let value = takeValue(&rest) else { return nil }
            fields.append((name, value))
        }
    }

    private static func takeValue(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != "," }
            rest = rest.dropFirst(value.count)
            return value.trimmed
        }
        var value = ""
        var isEscaped = false
        for index in rest.indices.dropFirst() {
            let character = rest[index]
            if isEscaped {
                value.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                rest = rest[rest.index(after: index)...]
                return value
            } else {
                value.append(character)
            }
        }
        return nil
    }

    static func quoted(_ text: String) -> String {
        "\"" + text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) } + "\""
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

/// A client's side of DIGEST-MD5.
struct DigestClient: Sendable {
    private let credentials: Credentials
    private let nonces: NonceSource
    private var expected: String?
    private var isServerProven = false

    init(_ credentials: Credentials, _ nonces: NonceSource) {
        self.credentials = credentials
        self.nonces = nonces
    }

    mutating func receive(_ challenge: [UInt8]) throws(SASLError) -> ClientStep {
        guard expected == nil else {
            try prove(challenge)
            return .respond([])
        }
        guard let fields = DigestMD5.fields(String(decoding: challenge, as: UTF8.self)),
            let nonce = fields.first(where: { $0.name == "nonce" })?.value, !nonce.isEmpty
        else { throw SASLError(.malformedChallenge, "a challenge without a nonce") }
        let qualities = fields.first { $0.name == "qop" }?.value ?? "auth"
        guard qualities.split(separator: ",").contains(where: { $0.filter { $0 != " " } == "auth" }) else {
            throw SASLError(.malformedChallenge, "the server does not offer qop=auth")
        }
        let digest = DigestMD5(
            username: credentials.username, realm: fields.first { $0.name == "realm" }?.value ?? credentials.domain,
            password: credentials.password.text, nonce: nonce, clientNonce: nonces.next(),
            uri: "xmpp/\(credentials.domain)", authorizationID: credentials.authorizationID)
        expected = digest.response(method: "")
        return .respond(Array(message(digest).utf8))
    }

    /// In the order that clients of the time used.
    private func message(_ digest: DigestMD5) -> String {
        var text =
            "charset=utf-8,username=\(DigestMD5.quoted(digest.username)),realm=\(DigestMD5.quoted(digest.realm)),"
        text += "nonce=\(DigestMD5.quoted(digest.nonce)),nc=00000001,cnonce=\(DigestMD5.quoted(digest.clientNonce)),"
        text += "digest-uri=\(DigestMD5.quoted(digest.uri)),maxbuf=65536,"
        text += "response=\(digest.response(method: "AUTHENTICATE")),qop=auth"
        if let authorizationID = digest.authorizationID { text += ",authzid=\(DigestMD5.quoted(authorizationID))" }
        return text
    }

    mutating func finish(_ data: [UInt8]?) throws(SASLError) {
        if let data, !data.isEmpty { try prove(data) }
        guard isServerProven else { throw SASLError(.serverNotAuthentic, "success without rspauth") }
    }

    private mutating func prove(_ data: [UInt8]) throws(SASLError) {
        let answer = DigestMD5.fields(String(decoding: data, as: UTF8.self))?.first { $0.name == "rspauth" }?.value
        guard let expected, let answer, constantTimeEquals(Array(answer.utf8), Array(expected.utf8)) else {
            throw SASLError(.serverNotAuthentic, "rspauth is wrong")
        }
        isServerProven = true
    }
}
