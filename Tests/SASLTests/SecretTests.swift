import SASL
import Testing

@Suite("Secrets stay secret")
struct SecretTests {
    @Test("a secret prints, dumps and mirrors as stars")
    func printing() {
        let secret = Secret("hunter2")
        #expect("\(secret)" == "***")
        #expect(String(reflecting: secret) == "***")
        #expect(!dumped(secret).contains("hunter2"))
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(text(secret.reveal()) == "hunter2")
    }

    @Test("nothing that holds a password shows it", arguments: Mechanism.supported)
    func holders(_ mechanism: Mechanism) throws {
        let credentials = Credentials.test("user", "hunter2")
        var client = try SASLClient.onOurChannel(mechanism, credentials)
        expectHidden(credentials)
        expectHidden(client)
        _ = try client.initialResponse()
        expectHidden(client)
    }

    @Test("neither a stored credential, nor a server, nor a derivation shows the password")
    func servers() throws {
        let accounts = try SASLAccounts.anyone(password: Secret("hunter2"), iterations: 1)
        var client = try SASLClient(mechanism: .scramSHA1, credentials: .test("user", "hunter2"))
        var server = try SASLServer(mechanism: .scramSHA1, domain: "example.org", accounts: accounts)
        let first = server.receive(try client.initialResponse())
        guard case .challenge(let challenge) = first,
            case .derive(let derivation) = try client.receive(challenge: challenge)
        else {
            Issue.record("no key was asked for")
            return
        }
        expectHidden(try StoredCredential(password: Secret("hunter2"), iterations: 1))
        expectHidden(accounts)
        expectHidden(server)
        expectHidden(derivation)
        expectHidden(try derivation.run())
    }

    @Test("an error names the code point, not the password")
    func errors() throws {
        let error = #expect(throws: SASLError.self) {
            try SASLClient(mechanism: .scramSHA1, credentials: .test("user", "hunter2\u{7}"))
        }
        #expect(error?.code == .prohibitedCharacters)
        #expect(error?.explanation == "the password has U+0007, which is prohibited (SASLprep)")
    }

    private func expectHidden(_ value: Any, _ location: SourceLocation = #_sourceLocation) {
        let bytes = "104, 117, 110, 116, 101, 114, 50"
        for shown in [String(describing: value), String(reflecting: value), dumped(value)] {
            #expect(!shown.contains("hunter2"), sourceLocation: location)
            #expect(!shown.contains(bytes), sourceLocation: location)
        }
        #expect(!leaves(of: value).contains([104, 117, 110]), sourceLocation: location)
    }

    private func dumped(_ value: Any) -> String {
        var output = ""
        dump(value, to: &output)
        return output
    }

    /// Every number that can be reached by reflection, in order.
    private func leaves(of value: Any) -> [UInt8] {
        if let byte = value as? UInt8 { return [byte] }
        return Mirror(reflecting: value).children.flatMap { leaves(of: $0.value) }
    }
}
