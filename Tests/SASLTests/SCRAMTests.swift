import SASL
import Testing

@Suite("SCRAM")
struct SCRAMTests {
    /// A whole exchange, as it is published or was computed with another implementation.
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let mechanism: Mechanism
        var credentials = Credentials.test("user", "pencil")
        var clientNonce = "rOprNGfwEbeRWgbNEkqO"
        var first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
        var challenge =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
        var withoutProof = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        let proof: String
        let signature: String

        var testDescription: String { name }
    }

    static let vectors = [
        Vector(
            name: "RFC 5802 section 5", mechanism: .scramSHA1, clientNonce: "fyko+d2lbbFgONRv9qkxdawL",
            first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            challenge: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            withoutProof: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j",
            proof: "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", signature: "rmF9pqV8S7suAoZWja4dJRkFsKQ="),
        Vector(
            name: "RFC 7677 section 3", mechanism: .scramSHA256,
            proof: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            signature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
        Vector(
            name: "SHA-512, computed with Python's hashlib", mechanism: .scramSHA512,
            proof: "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw"
                + "+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
            signature: "ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0v"
                + "SVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="),
        Vector(
            name: "escapes, an authorization identity and SASLprep", mechanism: .scramSHA256,
            credentials: .test("a,b=c", "I\u{AD}X", authorizationID: "ju,liet"),
            first: "n,a=ju=2Cliet,n=a=2Cb=3Dc,r=rOprNGfwEbeRWgbNEkqO",
            withoutProof: "c=bixhPWp1PTJDbGlldCw=,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            proof: "ngJJZCzRBWG+64IzzDO9u5K+v1cxH6nEkNFwRSsny9U=",
            signature: "Aq7235NpnH2K2eovMN/RjvXTIfBJRVAgpnw5TmWr4xo="),
        Vector(
            name: "recorded from Openfire 4.2.4", mechanism: .scramSHA1, credentials: .test("u1", "pw"),
            clientNonce: "e223f9bb4cb4118b6064a92f", first: text(decoded(openfireFirst)),
            challenge: text(decoded(openfireChallenge)),
            withoutProof: "c=biws,r=e223f9bb4cb4118b6064a92fc74912ae-38e9-4320-8372-d4222913646b",
            proof: "G3bc2AmKpzG0gFzDqPhLrT/4cOw=", signature: "AAYcHounjfdRgkWWciqJs5CrpsM="),
    ]

    static let openfireFirst = "biwsbj11MSxyPWUyMjNmOWJiNGNiNDExOGI2MDY0YTkyZg=="
    static let openfireChallenge =
        "cj1lMjIzZjliYjRjYjQxMThiNjA2NGE5MmZjNzQ5MTJhZS0zOGU5LTQzMjAtODM3Mi1kNDIyMjkxMzY0NmIscz12VWxLb0N5VTdqM3Ez"
        + "NFAyeno5VGhCbVJ1Q1orcDB5cCxpPTQwOTY="

    @Test("known exchanges are reproduced byte for byte", arguments: vectors)
    func exchange(_ vector: Vector) throws {
        var client = try client(vector)
        #expect(try client.initialResponse().map(text) == vector.first)
        #expect(try client.respond(to: vector.challenge) == "\(vector.withoutProof),p=\(vector.proof)")
        #expect(throws: Never.self) { try client.receive(success: bytes("v=\(vector.signature)")) }
    }

    @Test("the proof may come as a last challenge, which is answered with nothing")
    func proofAsChallenge() throws {
        var client = try clientBeforeProof()
        #expect(try client.respond(to: "v=\(Self.vectors[0].signature)") == "")
        #expect(throws: Never.self) { try client.receive(success: nil) }
    }

    @Test(
        "a proof that is missing or wrong means that the server is not authentic",
        arguments: [
            nil, "", "v=", "v=rmF9pqV8S7suAoZWja4dJRkFsKA=", "v=rmF9pqV8S7suAoZWja4d", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ",
            "x=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ])
    func wrongProof(_ proof: String?) throws {
        var client = try clientBeforeProof()
        expect(.serverNotAuthentic) { try client.receive(success: proof.map(bytes)) }
    }

    @Test("a success before the server has proved anything is not authentic")
    func successTooEarly() throws {
        var client = try client(Self.vectors[0])
        _ = try client.initialResponse()
        expect(.serverNotAuthentic) { try client.receive(success: bytes("v=\(Self.vectors[0].signature)")) }
    }

    @Test("the server's own error is told in its words")
    func serverError() throws {
        var client = try clientBeforeProof()
        #expect(throws: SASLError(.serverError, "invalid-proof")) {
            try client.receive(success: bytes("e=invalid-proof"))
        }
        var fresh = try self.client(Self.vectors[0])
        _ = try fresh.initialResponse()
        #expect(throws: SASLError(.serverError, "unknown-user")) {
            try fresh.receive(challenge: bytes("e=unknown-user"))
        }
    }

    @Test(
        "a challenge that breaks the grammar is malformed",
        arguments: [
            "", "r=", "r=other,s=QSXC,i=1", "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXC,i=1",
            "s=QSXC,r=fyko+d2lbbFgONRv9qkxdawLx,i=1",
            "r=fyko+d2lbbFgONRv9qkxdawLx", "r=fyko+d2lbbFgONRv9qkxdawLx,s=,i=1",
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSX,i=1",
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC", "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=",
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=-1", "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=0x10",
            "r=fyko+d2lbbFgONRv9qkxdawLx y,s=QSXC,i=1", "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=99999999999999999999",
        ])
    func malformed(_ challenge: String) throws {
        var client = try client(Self.vectors[0])
        _ = try client.initialResponse()
        expect(.malformedChallenge) { _ = try client.receive(challenge: bytes(challenge)) }
    }

    @Test("an iteration count that would hold up a processor is refused", arguments: ["200001", "9999999999"])
    func iterationBounds(_ count: String) throws {
        var client = try client(Self.vectors[0])
        _ = try client.initialResponse()
        let challenge = bytes("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=\(count)")
        expect(.tooManyIterations) { _ = try client.receive(challenge: challenge) }
    }

    @Test("extensions are ignored unless they are mandatory")
    func extensions() throws {
        var client = try client(Self.vectors[0])
        _ = try client.initialResponse()
        #expect(throws: Never.self) {
            try client.receive(challenge: bytes("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=1,x=more"))
        }
        var other = try self.client(Self.vectors[0])
        _ = try other.initialResponse()
        expect(.unsupported) { _ = try other.receive(challenge: bytes("m=x,r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=1")) }
    }

    @Test("a server that asks for the first message gets it")
    func emptyFirstChallenge() throws {
        var client = try client(Self.vectors[0])
        #expect(try client.respond(to: "") == Self.vectors[0].first)
        #expect(try client.respond(to: Self.vectors[0].challenge).hasSuffix(Self.vectors[0].proof))
    }

    @Test("the same password, salt and count make the same cache key, anything else another")
    func cacheKey() throws {
        let one = try derivation(.scramSHA1, "pencil", "s=QSXC,i=64")
        #expect(try derivation(.scramSHA1, "pencil", "s=QSXC,i=64") == one)
        #expect(try derivation(.scramSHA1, "pencils", "s=QSXC,i=64") != one)
        #expect(try derivation(.scramSHA1, "pencil", "s=QSXD,i=64") != one)
        #expect(try derivation(.scramSHA1, "pencil", "s=QSXC,i=65") != one)
        #expect(try derivation(.scramSHA256, "pencil", "s=QSXC,i=64") != one)
    }

    @Test("a key that was not asked for, or is of another mechanism, is refused")
    func foreignKey() throws {
        var client = try clientBeforeProof()
        var other = try self.client(Self.vectors[1])
        _ = try other.initialResponse()
        guard case .derive(let derivation) = try other.receive(challenge: bytes(Self.vectors[1].challenge)) else {
            Issue.record("no key was asked for")
            return
        }
        let key = try derivation.run()
        expect(.unexpectedMessage) { _ = try client.receive(derived: key) }
    }

    @Test("nonces are printable, long, and never the same")
    func nonces() throws {
        let one = try NonceSource.secure.next()
        #expect(one.count >= 24)
        #expect(one.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ",") })
        #expect(try NonceSource.secure.next() != one)
    }
}

extension SCRAMTests {
    private func client(_ vector: Vector) throws -> SASLClient {
        try SASLClient(
            mechanism: vector.mechanism, credentials: vector.credentials, nonces: .fixed(vector.clientNonce))
    }

    /// RFC 5802's client, which waits for the server's proof.
    private func clientBeforeProof() throws -> SASLClient {
        var client = try client(Self.vectors[0])
        _ = try client.initialResponse()
        _ = try client.respond(to: Self.vectors[0].challenge)
        return client
    }

    private func derivation(_ mechanism: Mechanism, _ password: String, _ rest: String) throws -> KeyDerivation
        .CacheKey?
    {
        var client = try SASLClient(mechanism: mechanism, credentials: .test("user", password), nonces: .fixed("n"))
        _ = try client.initialResponse()
        guard case .derive(let derivation) = try client.receive(challenge: bytes("r=nx,\(rest)")) else { return nil }
        return derivation.cacheKey
    }
}

/// Expects an error with this code, whatever its words.
func expect(
    _ code: SASLError.Code, _ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    let error = #expect(throws: SASLError.self, sourceLocation: location) { try body() }
    #expect(error?.code == code, sourceLocation: location)
}
