import OpenSSL
import Testing

@Suite("Digests")
struct DigestTests {
    @Test(
        "the digest of abc is the published one",
        arguments: [
            (DigestAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72"),
            (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ])
    func publishedDigest(_ algorithm: DigestAlgorithm, _ expected: String) throws {
        let digest = try algorithm.digest(of: Array("abc".utf8))
        #expect(hex(digest) == expected)
        #expect(digest.count == algorithm.byteCount)
    }

    @Test("nothing has a digest too")
    func emptyMessage() throws {
        #expect(hex(try DigestAlgorithm.md5.digest(of: [])) == "d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test("HMAC agrees with RFC 2202 and RFC 4231, also when the key is longer than a block")
    func publishedHMAC() throws {
        let jefe = Array("Jefe".utf8)
        let question = Array("what do ya want for nothing?".utf8)
        let long = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        let key = [UInt8](repeating: 0xaa, count: 131)
        #expect(hex(try DigestAlgorithm.md5.hmac(key: jefe, question)) == "750c783e6ab0b503eaa86e310a5db738")
        #expect(hex(try DigestAlgorithm.sha1.hmac(key: jefe, question)) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        #expect(
            hex(try DigestAlgorithm.sha256.hmac(key: key, long))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(
            hex(try DigestAlgorithm.sha512.hmac(key: key, long))
                == "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598")
    }

    @Test(
        "PBKDF2 agrees with RFC 6070",
        arguments: [
            (1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"), (2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
            (4096, "4b007901b765489abead49d926f721d065a429c1"),
        ])
    func publishedPBKDF2(_ iterations: Int, _ expected: String) throws {
        let key = try DigestAlgorithm.sha1.pbkdf2(
            password: Array("password".utf8), salt: Array("salt".utf8), iterations: iterations)
        #expect(hex(key) == expected)
    }

    @Test("a PBKDF2 of no iterations is refused", arguments: [0, -1])
    func refusedIterations(_ iterations: Int) {
        #expect(throws: OpenSSLError.self) {
            try DigestAlgorithm.sha1.pbkdf2(password: [1], salt: [2], iterations: iterations)
        }
    }

    @Test("random bytes are as many as asked for, and others each time")
    func randomness() throws {
        let one = try RandomBytes.make(32)
        #expect(one.count == 32)
        #expect(try RandomBytes.make(32) != one)
        #expect(try RandomBytes.make(0).isEmpty)
    }

    @Test("equal bytes are equal, and any difference is found")
    func constantTime() {
        #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(equalInConstantTime([], []))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
    }

    @Test("an error names the call and the reason")
    func errorDescription() {
        let error = OpenSSLError(operation: "RAND_bytes", code: 1, reason: "no entropy")
        #expect(error.description == "RAND_bytes: no entropy")
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
