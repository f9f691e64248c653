import SASL
import Testing

@Suite("OAUTHBEARER")
struct OAuthBearerTests {
    static let token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    /// RFC 7628 section 4.1, as it stands there.
    static let published =
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52"
        + "YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    /// RFC 7628 section 4.3.
    static let publishedError =
        "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRpb24iOiJodHRwczov"
        + "L2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9uIn0="

    @Test("the message names the account and the token")
    func message() throws {
        let credentials = Credentials.test("user", domain: "example.com", token: Self.token)
        var client = try SASLClient(mechanism: .oauthBearer, credentials: credentials)
        let expected = "n,a=user@example.com,\u{1}auth=Bearer \(Self.token)\u{1}\u{1}"
        #expect(try client.initialResponse().map(text) == expected)
        var asked = try SASLClient(mechanism: .oauthBearer, credentials: credentials)
        #expect(try asked.respond(to: "") == expected)
        var nameless = try SASLClient(mechanism: .oauthBearer, credentials: .test("", token: "t"))
        #expect(try nameless.initialResponse().map(text) == "n,,\u{1}auth=Bearer t\u{1}\u{1}")
    }

    @Test("the server takes RFC 7628's own message, with its host and port")
    func publishedMessage() throws {
        var server = try server(.belongs(to: "user"), domain: "example.com")
        #expect(server.receive(decoded(Self.published)) == .success(username: "user", additionalData: nil))
    }

    @Test("RFC 7628's own error is acknowledged, and its status told when the failure comes")
    func publishedFailure() throws {
        var client = try client()
        #expect(try client.respond(to: decoded(Self.publishedError)) == [1])
        #expect(client.serverError == SASLError(.serverError, "invalid_token"))
        expect(.unexpectedMessage) { _ = try client.receive(challenge: decoded(Self.publishedError)) }
        expect(.serverError) { try client.receive(success: nil) }
    }

    @Test(
        "a good token logs in, a bad one is told why",
        arguments: [BearerVerdict.Status.invalidToken, .insufficientScope])
    func roundTrip(_ status: BearerVerdict.Status) throws {
        var good = Exchange(client: try fresh(), server: try server(.belongs(to: "user")))
        #expect(good.play() == .loggedIn(username: "user"))
        var bad = Exchange(client: try fresh(), server: try server(.refused(status)))
        #expect(bad.play() == .refused(.notAuthorized))
        #expect(bad.client.serverError?.explanation == status.rawValue)
    }

    @Test("one's own token does not log in as another")
    func anotherAccount() throws {
        var exchange = Exchange(client: try fresh(), server: try server(.belongs(to: "romeo")))
        #expect(exchange.play() == .refused(.invalidAuthzid))
    }

    @Test("without anybody to judge tokens, none is taken")
    func noJudge() throws {
        let server = try SASLServer(
            mechanism: .oauthBearer, domain: "example.org", accounts: try SASLAccounts { _ in nil })
        var exchange = Exchange(client: try fresh(), server: server)
        #expect(exchange.play() == .refused(.notAuthorized))
    }

    @Test(
        "a status is found wherever it stands",
        arguments: [
            (#"{"status":"401"}"#, "401"), (#" { "a" : { "status" : "no" } , "status" : "yes" } "#, "yes"),
            (#"{"scope":"x\"}y","status":"a\"\\\/\u0041\n"}"#, "a\"\\/A\n"), (#"{"status":401,"x":1}"#, "401"),
            (#"{"x":[1,{"y":"]"}],"status":"z"}"#, "z"), (#"{"x":null,"status":"z"}"#, "z"),
        ])
    func status(_ json: String, _ status: String) throws {
        var client = try client()
        _ = try client.receive(challenge: bytes(json))
        #expect(client.serverError?.explanation == status)
    }

    @Test(
        "an error that is no object with a status is malformed",
        arguments: [
            "", "{", "{}", "[]", "status", #"{"status"}"#, #"{"status":}"#, #"{"status":"open"#, #"{"status":"\x"}"#,
            #"{"status":{"a":1}}"#, #"{"a":"status"}"#, #"{"a":[1,2}"#, #"{"a":"\"#, #"{"status":"\u00"#, #"{"a":1}}"#,
        ])
    func malformedError(_ json: String) throws {
        var client = try client()
        expect(.malformedChallenge) { _ = try client.receive(challenge: bytes(json)) }
    }

    @Test("an endless status is cut, and deep nesting does no harm")
    func hostileError() throws {
        var client = try client()
        _ = try client.receive(challenge: bytes("{\"status\":\"\(String(repeating: "x", count: 10_000))\"}"))
        #expect(client.serverError?.explanation.count == 64)
        var other = try self.client()
        let nested = "{\"a\":\(String(repeating: "[", count: 100_000))"
        expect(.malformedChallenge) { _ = try other.receive(challenge: bytes(nested)) }
    }

    @Test(
        "a token that is none, or a name with a separator, cannot be sent",
        arguments: ["", "a\u{1}", "a b", "=", "a=b"])
    func badToken(_ token: String) {
        expect(.prohibitedCharacters) {
            _ = try SASLClient(mechanism: .oauthBearer, credentials: .test(token: token))
        }
        expect(.prohibitedCharacters) {
            _ = try SASLClient(mechanism: .oauthBearer, credentials: .test("a\u{1}b", token: "t"))
        }
    }

    @Test("without a token there is nothing to log in with")
    func noToken() {
        let credentials = Credentials(username: "user", password: Secret("pw"), domain: "example.org")
        expect(.noToken) { _ = try SASLClient(mechanism: .oauthBearer, credentials: credentials) }
        expect(.noToken) { _ = try SASLClient(mechanism: .hashedToken, credentials: credentials) }
    }

    @Test(
        "a message that breaks the grammar is a malformed request",
        arguments: [
            "", "\u{1}", "n,,", "n,,\u{1}\u{1}", "n,,\u{1}auth=Bearer t\u{1}", "n,,\u{1}auth=Bearer \u{1}\u{1}",
            "n,,\u{1}auth=Basic t\u{1}\u{1}", "n,\u{1}auth=Bearer t\u{1}\u{1}", "p=x,,\u{1}auth=Bearer t\u{1}\u{1}",
            "n,a=u\u{1}auth=Bearer t\u{1}\u{1}", "n,a=u,x\u{1}auth=Bearer t\u{1}\u{1}",
            "n,a==2X,\u{1}auth=Bearer t\u{1}\u{1}", "n,x=u,\u{1}auth=Bearer t\u{1}\u{1}",
        ])
    func malformed(_ message: String) throws {
        var server = try server(.belongs(to: "user"))
        #expect(server.receive(bytes(message)) == .failure(.malformedRequest))
    }
}

extension OAuthBearerTests {
    private func fresh() throws -> SASLClient {
        try SASLClient(mechanism: .oauthBearer, credentials: .test(token: Self.token))
    }

    /// One that has said all it has to say.
    private func client() throws -> SASLClient {
        var client = try fresh()
        _ = try client.initialResponse()
        return client
    }

    private func server(_ verdict: BearerVerdict, domain: String = "example.org") throws -> SASLServer {
        var accounts = try SASLAccounts { _ in nil }
        accounts.bearerTokens = { token in
            token == Secret(Self.token) ? verdict : .refused(.invalidRequest)
        }
        return try SASLServer(
            mechanism: .oauthBearer, domain: domain, accounts: accounts)
    }
}
