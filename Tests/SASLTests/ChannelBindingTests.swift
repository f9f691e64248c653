import SASL
import Testing

@Suite("Channel binding")
struct ChannelBindingTests {
    typealias Kind = ChannelBinding.Kind

    @Test("a kind is chosen in the documented order from what both sides have")
    func choice() {
        #expect(
            Kind.choose(advertised: [.tlsUnique, .tlsServerEndPoint], available: Kind.allCases) == .tlsServerEndPoint)
        #expect(Kind.choose(advertised: Kind.allCases, available: Kind.allCases) == .tlsExporter)
        #expect(Kind.choose(advertised: [.tlsUnique], available: [.tlsServerEndPoint, .tlsExporter]) == nil)
        #expect(Kind.choose(advertised: [], available: Kind.allCases) == nil)
    }

    @Test("a server that advertises nothing gets the default of the TLS version")
    func defaults() {
        #expect(Kind.choose(advertised: nil, available: [.tlsExporter, .tlsServerEndPoint]) == .tlsExporter)
        #expect(Kind.choose(advertised: nil, available: Kind.allCases) == .tlsUnique)
        #expect(Kind.choose(advertised: nil, available: [.tlsServerEndPoint]) == .tlsServerEndPoint)
        #expect(Kind.choose(advertised: nil, available: []) == nil)
    }

    @Test("both sides on one connection log in by every kind", arguments: RoundTripTests.bound, Kind.allCases)
    func everyKind(_ mechanism: Mechanism, _ kind: Kind) throws {
        var exchange = try exchange(mechanism, client: binding(kind), server: Channel.ours)
        #expect(exchange.play() == .loggedIn(username: "user"))
    }

    @Test("two connections with somebody in between do not", arguments: RoundTripTests.bound, Kind.allCases)
    func manInTheMiddle(_ mechanism: Mechanism, _ kind: Kind) throws {
        var exchange = try exchange(mechanism, client: binding(kind), server: Channel.another)
        #expect(exchange.play() == .clientGaveUp(.serverError))
    }

    @Test("the server says within SCRAM that the bindings differ, and then fails")
    func wrongBytes() throws {
        var server = try server(.scramSHA1Plus, Channel.another)
        var client = try client(.scramSHA1Plus, binding(.tlsExporter))
        guard case .challenge(let challenge) = server.receive(try client.initialResponse()) else {
            Issue.record("refused too early")
            return
        }
        let final = try client.respond(to: challenge)
        #expect(server.receive(final) == .challenge(bytes("e=channel-bindings-dont-match")))
        #expect(server.receive([]) == .failure(.notAuthorized))
        #expect(throws: SASLError(.serverError, "channel-bindings-dont-match")) {
            try client.receive(challenge: bytes("e=channel-bindings-dont-match"))
        }
    }

    @Test("a kind that the server does not take is refused by name", arguments: ["tls-unique", "tls-exporters", "x"])
    func unknownKind(_ kind: String) throws {
        var server = try server(.scramSHA256Plus, [binding(.tlsExporter)])
        #expect(
            server.receive(bytes("p=\(kind),,n=user,r=abc"))
                == .challenge(bytes("e=unsupported-channel-binding-type")))
        #expect(server.receive(nil) == .failure(.notAuthorized))
        #expect(server.receive([]) == .failure(.malformedRequest))
    }

    @Test(
        "a client that was told of no -PLUS by somebody in between is warned",
        arguments: [Mechanism.scramSHA1, .scramSHA1Plus])
    func downgrade(_ mechanism: Mechanism) throws {
        var server = try server(mechanism, Channel.ours)
        #expect(
            server.receive(bytes("y,,n=user,r=abc"))
                == .challenge(bytes("e=server-does-support-channel-binding")))
        #expect(server.receive([]) == .failure(.notAuthorized))
    }

    @Test("a client that cannot bind logs in without -PLUS where it is offered")
    func unbound() throws {
        var exchange = Exchange(
            client: try SASLClient(mechanism: .scramSHA1, credentials: .test()),
            server: try server(.scramSHA1, Channel.ours))
        #expect(exchange.play() == .loggedIn(username: "user"))
    }

    @Test(
        "a flag that contradicts the mechanism's name is a malformed request",
        arguments: [
            (Mechanism.scramSHA1Plus, "n,,n=u,r=a"), (.scramSHA1Plus, "p=,,n=u,r=a"), (.scramSHA1Plus, "p,,n=u,r=a"),
            (.scramSHA1, "p=tls-exporter,,n=u,r=a"), (.scramSHA1Plus, "p=tls-exporter,n=u,r=a"),
        ])
    func contradiction(_ mechanism: Mechanism, _ message: String) throws {
        var server = try server(mechanism, Channel.ours)
        #expect(server.receive(bytes(message)) == .failure(.malformedRequest))
    }

    @Test("the header cannot be changed behind the binding")
    func changedHeader() throws {
        for c in ["n,,", "p=tls-unique,,", "p=tls-exporter,a=u,", "p=tls-exporter,,"] {
            var server = try server(.scramSHA1Plus, Channel.ours, nonces: .fixed("b"))
            _ = server.receive(bytes("p=tls-exporter,,n=u,r=a"))
            let final = bytes("c=") + Base64.encode(bytes(c)) + bytes(",r=ab,p=AAAA")
            #expect(server.receive(final) == .challenge(bytes("e=channel-bindings-dont-match")))
        }
    }

    @Test("without a binding of the right kind, neither side can begin")
    func missing() throws {
        let accounts = try SASLAccounts { _ in nil }
        for mechanism in Mechanism.supported.filter(\.bindsChannel) {
            expect(.noChannelBinding) { _ = try SASLClient(mechanism: mechanism, credentials: .test()) }
            expect(.noChannelBinding) {
                _ = try SASLServer(mechanism: mechanism, domain: "example.org", accounts: accounts)
            }
        }
        expect(.noChannelBinding) { _ = try client(.hashedTokenUnique, binding(.tlsExporter)) }
    }

    @Test("a mechanism that does not bind ignores a binding, and says n")
    func ignored() throws {
        var client = try SASLClient(
            mechanism: .scramSHA1, credentials: .test(), channelBinding: binding(.tlsExporter), nonces: .fixed("a"))
        #expect(try client.initialResponse().map(text) == "n,,n=user,r=a")
    }

    @Test("a key that was derived for SCRAM serves its -PLUS")
    func cacheKey() throws {
        var keys: [KeyDerivation.CacheKey] = []
        for mechanism in [Mechanism.scramSHA256, .scramSHA256Plus] {
            var client = try SASLClient.onOurChannel(mechanism, nonces: .fixed("a"))
            _ = try client.initialResponse()
            guard case .derive(let derivation) = try client.receive(challenge: bytes("r=ab,s=QSXC,i=64")) else {
                return
            }
            keys.append(derivation.cacheKey)
        }
        #expect(keys.count == 2)
        #expect(Set(keys).count == 1)
    }
}

extension ChannelBindingTests {
    private func binding(_ kind: Kind) -> ChannelBinding {
        ChannelBinding(kind, data: Channel.ours[0].data)
    }

    private func client(_ mechanism: Mechanism, _ binding: ChannelBinding) throws -> SASLClient {
        try SASLClient(mechanism: mechanism, credentials: .test(), channelBinding: binding)
    }

    private func server(
        _ mechanism: Mechanism, _ bindings: [ChannelBinding], nonces: NonceSource = .secure
    ) throws -> SASLServer {
        try SASLServer(
            mechanism: mechanism, domain: "example.org", accounts: try .anyone("pencil"), channelBindings: bindings,
            nonces: nonces)
    }

    private func exchange(
        _ mechanism: Mechanism, client binding: ChannelBinding, server bindings: [ChannelBinding]
    ) throws -> Exchange {
        Exchange(client: try client(mechanism, binding), server: try server(mechanism, bindings))
    }
}
