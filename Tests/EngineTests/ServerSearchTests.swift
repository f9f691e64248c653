import Domains
import EmbeddedServer
import LoadPlan
import TestSupport
import Testing
import Transport

@testable import Engine

@Suite("Finding the server of a domain")
struct ServerSearchTests {
    private func find(
        _ server: NameServer, _ address: Target.Address = .domain("example.org"), tls: Target.TLSMode = .starttls,
        seed: UInt64 = 1
    ) throws -> FoundServer {
        let resolver = Resolver(nameServer: SocketAddress(literal: "127.0.0.1", port: server.port))
        return try ServerSearch(resolver: resolver).find(
            Target(address: address, domain: "example.org", tls: tls), seed: seed)
    }

    private let zone: [String: NameServer.Answer] = [
        "_xmpp-client._tcp.example.org": .records([
            .service(priority: 20, weight: 1, port: 5224, target: "two.example.org"),
            .service(priority: 10, weight: 1, port: 5223, target: "one.example.org"),
            .service(priority: 30, weight: 1, port: 5225, target: "gone.example.org"),
        ]),
        "_xmpps-client._tcp.example.org": .records([
            .service(priority: 10, weight: 1, port: 443, target: "one.example.org")
        ]),
        "one.example.org": .records([.v4("127.0.0.1"), .v6("::1")]),
        "two.example.org": .records([.v4("127.0.0.2")]),
    ]

    @Test("its records say where, by priority, and each is remembered in words")
    func records() throws {
        let found = try find(try NameServer(zone))
        #expect(found.addresses.map(\.description) == ["[::1]:5223", "127.0.0.1:5223", "127.0.0.2:5224"])
        #expect(
            found.remarks == [
                "_xmpp-client._tcp 10 1 5223 one.example.org: [::1]:5223, 127.0.0.1:5223",
                "_xmpp-client._tcp 20 1 5224 two.example.org: 127.0.0.2:5224",
                "_xmpp-client._tcp 30 1 5225 gone.example.org: gone.example.org: no address",
            ])
        #expect(try #require(found.resolveTime) > 0)
    }

    @Test("direct TLS has records of its own (XEP-0368)")
    func direct() throws {
        #expect(try find(try NameServer(zone), tls: .direct).addresses.map(\.port) == [443, 443])
    }

    @Test(
        "without records it is the domain itself on port 5222, but not for direct TLS",
        arguments: [
            NameServer.Answer.noSuchName, .records([]),
        ])
    func fallback(_ answer: NameServer.Answer) throws {
        let server = try NameServer([
            "_xmpp-client._tcp.example.org": answer, "example.org": .records([.v4("127.0.0.3")]),
        ])
        let found = try find(server)
        #expect(found.addresses.map(\.description) == ["127.0.0.3:5222"])
        #expect(found.remarks == ["example.org has no _xmpp-client._tcp record: example.org itself, port 5222"])
        let failure = #expect(throws: TransportFailure.self) { try find(server, tls: .direct) }
        guard case .dns(let reason)? = failure else { return }
        #expect(reason.hasSuffix("name one, as example.org:5223"))
    }

    @Test("a record with the target . says that the service is not offered")
    func notOffered() throws {
        let server = try NameServer([
            "_xmpp-client._tcp.example.org": .records([.service(priority: 0, weight: 0, port: 0, target: ".")]),
            "example.org": .records([.v4("127.0.0.3")]),
        ])
        #expect(throws: TransportFailure.dns("example.org does not offer _xmpp-client._tcp: its record says so")) {
            try find(server)
        }
    }

    @Test(
        "where DNS gives no usable answer nobody is guessed at",
        arguments: [
            NameServer.Answer.serverFailure, .truncated, .malformed,
        ])
    func noAnswer(_ answer: NameServer.Answer) throws {
        let server = try NameServer([
            "_xmpp-client._tcp.example.org": answer, "example.org": .records([.v4("127.0.0.3")]),
        ])
        #expect(throws: TransportFailure.self) { try find(server) }
    }

    @Test("a domain that does not exist is a failure by name")
    func noDomain() throws {
        #expect(throws: TransportFailure.dns("example.org: no address")) { try find(try NameServer([:])) }
    }

    @Test("the seed draws among equals, and the same seed draws the same")
    func weights() throws {
        let server = try NameServer([
            "_xmpp-client._tcp.example.org": .records(
                (1...4).map { .service(priority: 1, weight: 10, port: $0, target: "one.example.org") }),
            "one.example.org": .records([.v4("127.0.0.1")]),
        ])
        let orders = try (0..<20 as Range<UInt64>).map { try find(server, seed: $0).addresses.map(\.port) }
        #expect(Set(orders).count > 5)
        #expect(orders == (try (0..<20 as Range<UInt64>).map { try find(server, seed: $0).addresses.map(\.port) }))
    }

    @Test("of more records than ten the last are left out")
    func many() throws {
        let records = (1...12).map {
            NameServer.Record.service(priority: $0, weight: 0, port: $0, target: "one.example.org")
        }
        let server = try NameServer([
            "_xmpp-client._tcp.example.org": .records(records), "one.example.org": .records([.v4("127.0.0.1")]),
        ])
        #expect(try find(server).addresses.map(\.port) == Array(1...10))
    }

    @Test("a host by name has its addresses, and a literal is not asked for")
    func hosts() throws {
        let server = try NameServer(zone)
        let named = try find(server, .host("two.example.org", port: 7))
        #expect(named.addresses.map(\.description) == ["127.0.0.2:7"])
        #expect(named.resolveTime != nil)
        for literal in ["127.0.0.1", "::1"] {
            #expect(try find(server, .host(literal, port: 7)).resolveTime == nil)
        }
    }

    @Test("the first address that takes a connection is the one of every login")
    func preflight() async throws {
        var trial = try Trial([burst], mechanism: "PLAIN", tls: .none)
        guard case .host(_, let port) = trial.plan.target.address else { return }
        let server = try NameServer([
            "_xmpp-client._tcp.example.org": .records([
                .service(priority: 1, weight: 0, port: try FreePort.take(), target: "one.example.org"),
                .service(priority: 2, weight: 0, port: port, target: "one.example.org"),
            ]),
            "one.example.org": .records([.v4("127.0.0.1")]),
        ])
        trial.plan.target.address = .domain("example.org")
        let resolver = Resolver(nameServer: SocketAddress(literal: "127.0.0.1", port: server.port))
        let target = try RunTarget(trial.plan, search: ServerSearch(resolver: resolver))
        #expect(target.addresses.map(\.port) != [port])
        let finding = Preflight.look(at: target)
        #expect(finding.verdict == .ready)
        #expect(finding.address.description == "127.0.0.1:\(port)")
        await withCheckedContinuation { done in trial.server.stop { done.resume() } }
    }
}
