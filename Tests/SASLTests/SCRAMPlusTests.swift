import SASL
import Testing

/// RFC 5802 and RFC 7677 show no bound exchange. These are from the tests of other implementations, or were computed
/// with Python's hashlib, which also reproduces all the others.
@Suite("SCRAM with channel binding")
struct SCRAMPlusTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let mechanism: Mechanism
        let kind: ChannelBinding.Kind
        let data: [UInt8]
        var password = "pencil"
        var nonce = "rOprNGfwEbeRWgbNEkqO"
        var serverNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        var salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
        let binding: String
        let proof: String
        let signature: String

        var testDescription: String { name }

        var first: String { "p=\(kind.rawValue),,n=user,r=\(nonce)" }
        var challenge: String { "r=\(nonce)\(serverNonce),s=\(salt),i=4096" }
        var final: String { "c=\(binding),r=\(nonce)\(serverNonce),p=\(proof)" }
    }

    static let vectors = [
        Vector(
            name: "mellium", mechanism: .scramSHA1Plus, kind: .tlsUnique, data: Array(0..<5),
            nonce: "fyko+d2lbbFgONRv9qkxdawL", serverNonce: "16090868851744577", salt: "QSXCR+Q6sek8bf92",
            binding: "cD10bHMtdW5pcXVlLCwAAQIDBA==", proof: "kD6Wfe1kGICYN08YH7oONG2Enb0=",
            signature: "QI0Ihj/QJv+VSyezLtd/d5PrYy0="),
        Vector(
            name: "Swiften", mechanism: .scramSHA1Plus, kind: .tlsUnique, data: bytes("xyza"), password: "pass",
            nonce: "abcdefgh", serverNonce: "ABCDEFGH", salt: "MTIzNDU2NzgK", binding: "cD10bHMtdW5pcXVlLCx4eXph",
            proof: "i6Rghite81P1ype8XxaVAa5l7v0=", signature: "vzU7ACsSaH3jsKEuR/RuojOQ9zI="),
        Vector(
            name: "RFC 7677's exchange, bound", mechanism: .scramSHA256Plus, kind: .tlsExporter, data: Array(0..<8),
            binding: "cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYH", proof: "QAd7eifevIt6X/f2Cv9W4HLXcFLw7OayX8dQ2scckyI=",
            signature: "8dbpxwe4DaC4ESpY8u6aAvFeP2ks9+LClF/ADCxyWOE="),
        Vector(
            name: "to the certificate", mechanism: .scramSHA256Plus, kind: .tlsServerEndPoint, data: Array(0..<32),
            nonce: "clientnoncevalue", serverNonce: "servernoncevalue", salt: "c2FsdHNhbHRzYWx0",
            binding: "cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            proof: "Bl9ZPqOc0PRnfQbcsxDBdHFvs/irfY5cAY9///2hXEw=",
            signature: "ctaZtb0RgoPWp5lsaMAammetaiK6ZitqSzKlJMWRv6U="),
        Vector(
            name: "SHA-512, computed", mechanism: .scramSHA512Plus, kind: .tlsExporter, data: Array(0..<32),
            binding: "cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
            proof: "jVaGV/PIJ7hgkpxV9a1jdpzyYkHQH9gW6fn3DbAL2oEA"
                + "+5w4CCSJjoq8G37bn2FsGaVEMsk4kiHRqMUoN/aiiA==",
            signature: "bTvxua5nsJsvSd2bk+1WbSe84MBgjkACQPOqiN7MhTBL"
                + "YxVX2QUqwET2NLcZEv2CfexR6NbAMluKltOEs5vLYw=="),
    ]

    @Test("the client's messages are reproduced byte for byte", arguments: vectors)
    func client(_ vector: Vector) throws {
        var client = try SASLClient(
            mechanism: vector.mechanism, credentials: .test("user", vector.password),
            channelBinding: ChannelBinding(vector.kind, data: vector.data), nonces: .fixed(vector.nonce))
        #expect(try client.initialResponse().map(text) == vector.first)
        #expect(try client.respond(to: vector.challenge) == vector.final)
        #expect(throws: Never.self) { try client.receive(success: bytes("v=\(vector.signature)")) }
    }

    @Test("and the server's", arguments: vectors)
    func server(_ vector: Vector) throws {
        let credential = try StoredCredential(
            password: Secret(vector.password), salt: decoded(vector.salt), mechanisms: [vector.mechanism])
        var server = try SASLServer(
            mechanism: vector.mechanism, domain: "example.org", accounts: try SASLAccounts { _ in credential },
            channelBindings: [ChannelBinding(vector.kind, data: vector.data)], nonces: .fixed(vector.serverNonce))
        #expect(server.receive(bytes(vector.first)) == .challenge(bytes(vector.challenge)))
        #expect(
            server.receive(bytes(vector.final))
                == .success(username: "user", additionalData: bytes("v=\(vector.signature)")))
    }

    @Test("whom to act as stands between the flag and the name")
    func authorizationID() throws {
        var client = try SASLClient(
            mechanism: .scramSHA1Plus, credentials: .test(authorizationID: "a,b"),
            channelBinding: ChannelBinding(.tlsUnique, data: bytes("xyza")), nonces: .fixed("n"))
        #expect(try client.initialResponse().map(text) == "p=tls-unique,a=a=2Cb,n=user,r=n")
        let final = try client.respond(to: "r=nx,s=QSXC,i=1")
        #expect(decoded(String(final.dropFirst(2).prefix { $0 != "," })) == bytes("p=tls-unique,a=a=2Cb,xyza"))
    }
}
