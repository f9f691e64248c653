import LoadPlan
import SASL
import Testing

@Suite("A hostile peer")
struct HostilePeerTests {
    static let seeds = 0..<20

    @Test("no challenge, cut, changed or made up, brings the client down", arguments: Mechanism.supported, seeds)
    func hostileServer(_ mechanism: Mechanism, _ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            let accounts = try SASLAccounts(iterations: 1) { _ in nil }
            var client = try SASLClient.onOurChannel(mechanism, nonces: .fixed("abc"))
            var server = try SASLServer.onOurChannel(mechanism, accounts, nonces: .fixed("def"))
            var step = server.receive(try client.initialResponse())
            while case .challenge(let challenge) = step {
                guard let response = try? client.respond(to: random.mutated(challenge)) else { break }
                step = server.receive(response)
            }
            #expect(!isFooled(&client, by: random.mutated(bytes("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="))))
        }
    }

    @Test(
        "no response, cut, changed or made up, brings the server down or gets in", arguments: Mechanism.supported, seeds
    )
    func hostileClient(_ mechanism: Mechanism, _ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let accounts = try SASLAccounts.anyone("pencil", sharedSecret: "other")
        for _ in 0..<50 where mechanism != .anonymous {
            var client = try SASLClient.onOurChannel(mechanism, .test("user", "wrong"))
            var server = try SASLServer.onOurChannel(mechanism, accounts)
            var step = server.receive(try client.initialResponse().map { random.mutated($0) })
            while case .challenge(let challenge) = step {
                guard let response = try? client.respond(to: challenge) else { break }
                step = server.receive(random.mutated(response))
            }
            if case .success = step { Issue.record("\(mechanism) let somebody in without the password") }
        }
    }

    @Test(
        "every beginning of a good challenge is answered or refused",
        arguments: [Mechanism.scramSHA1, .scramSHA1Plus, .digestMD5, .oauthBearer, .hashedTokenExporter])
    func truncated(_ mechanism: Mechanism) throws {
        let challenges = [
            "r=abcdef,s=QSXC,i=1,x=y", #"{"scope":["a",{"b":"\u0041"}],"status":"invalid_token"}"#,
            "realm=\"r\",nonce=\"n\",qop=\"auth\",algorithm=md5-sess",
        ]
        for challenge in challenges {
            for count in 0..<challenge.utf8.count {
                var client = try SASLClient.onOurChannel(mechanism, nonces: .fixed("abc"))
                _ = try client.initialResponse()
                _ = try? client.respond(to: Array(challenge.utf8.prefix(count)))
                #expect(!isFooled(&client, by: nil))
            }
        }
    }

    @Test("a message of more than 16 KiB and a salt of more than 1 KiB are refused, and nothing is computed")
    func lengths() throws {
        func refusal(_ challenge: String) throws -> String? {
            var client = try SASLClient.onOurChannel(.scramSHA1, nonces: .fixed("abc"))
            _ = try client.initialResponse()
            do { _ = try client.respond(to: Array(challenge.utf8)) } catch let error as SASLError {
                return error.code == .malformedChallenge ? error.explanation : "\(error)"
            }
            return nil
        }
        func salt(_ count: Int) -> String { String(repeating: "QSXC", count: count / 3) }
        #expect(try refusal("r=abcd,s=\(salt(1023)),i=1") == nil)
        #expect(try refusal("r=abcd,s=\(salt(1026)),i=1") == "a salt of 1026 bytes, more than 1024")
        let nonce = String(repeating: "n", count: 16_384)
        #expect(try refusal("r=abc\(nonce),s=QSXC,i=1")?.hasSuffix("bytes, more than 16384") == true)
        var client = try SASLClient.onOurChannel(.plain)
        _ = try client.initialResponse()
        #expect(throws: SASLError.self) { try client.receive(success: [UInt8](repeating: 0x61, count: 16_385)) }
    }

    /// Whether the client took this for the proof of a server that has none; never where the mechanism has no proofs.
    private func isFooled(_ client: inout SASLClient, by message: [UInt8]?) -> Bool {
        guard RoundTripTests.proving.contains(client.mechanism) || client.mechanism.isHashedToken else { return false }
        return (try? client.receive(success: message)) != nil
    }
}

extension SeededGenerator {
    /// The message cut, changed in a few places, lengthened, or replaced by noise.
    mutating func mutated(_ message: [UInt8]) -> [UInt8] {
        switch Int.random(in: 0..<4, using: &self) {
        case 0: return Array(message.prefix(Int.random(in: 0...message.count, using: &self)))
        case 1: return changed(message)
        case 2: return message + noise() + message
        default: return noise()
        }
    }

    private mutating func changed(_ message: [UInt8]) -> [UInt8] {
        guard !message.isEmpty else { return noise() }
        var message = message
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            message[Int.random(in: 0..<message.count, using: &self)] = character()
        }
        return message
    }

    private mutating func noise() -> [UInt8] {
        (0..<Int.random(in: 0...40, using: &self)).map { _ in character() }
    }

    /// Rather one that a grammar knows than any.
    private mutating func character() -> UInt8 {
        let known = Array("=,\"\\nrsivpcema0169 \0\u{7}".utf8)
        return Bool.random(using: &self)
            ? known[Int.random(in: 0..<known.count, using: &self)] : UInt8.random(in: 0...255, using: &self)
    }
}
