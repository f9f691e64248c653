import LoadPlan
import TestSupport
import Testing
import Transport

@Suite("Names")
struct ResolverTests {
    private func resolver(_ server: NameServer) -> Resolver {
        Resolver(nameServer: SocketAddress(literal: "127.0.0.1", port: server.port))
    }

    private let records: [NameServer.Record] = [
        .service(priority: 10, weight: 60, port: 5222, target: "one.example.org"),
        .service(priority: 20, weight: 0, port: 5269, target: "."), .v4("192.0.2.1"), .v6("2001:db8::1"),
    ]

    @Test("a service's records are those of its name, and nothing else")
    func services() throws {
        let server = try NameServer(["_xmpp-client._tcp.example.org": .records(records)])
        let found = try resolver(server).services("_xmpp-client._tcp", of: "example.org")
        #expect(
            found == [
                ServiceRecord(priority: 10, weight: 60, port: 5222, target: "one.example.org"),
                ServiceRecord(priority: 20, weight: 0, port: 5269, target: "."),
            ])
        #expect(found.map(\.isOffered) == [true, false])
        #expect(try resolver(server).services("_xmpps-client._tcp", of: "example.org") == [])
    }

    @Test("a name has its addresses, a literal is its own")
    func addresses() throws {
        let server = try NameServer(["one.example.org": .records(records)])
        let found = try resolver(server).addresses(of: "one.example.org", port: 5222)
        #expect(found.map(\.description) == ["[2001:db8::1]:5222", "192.0.2.1:5222"])
        #expect(try resolver(server).addresses(of: "::1", port: 1).map(\.description) == ["[::1]:1"])
    }

    @Test("of a name with more addresses than 16 the last are left out: each may cost a wait")
    func many() throws {
        let all = (1...20).map { NameServer.Record.v4("192.0.2.\($0)") }
        let server = try NameServer(["one.example.org": .records(all)])
        #expect(try resolver(server).addresses(of: "one.example.org", port: 5222).count == 16)
    }

    @Test("a name without an address is a failure by name")
    func noAddress() throws {
        let server = try NameServer([:])
        #expect(throws: TransportFailure.dns("two.example.org: no address")) {
            try resolver(server).addresses(of: "two.example.org", port: 5222)
        }
    }

    @Test(
        "an answer that cannot be used is a failure by name",
        arguments: [
            (NameServer.Answer.malformed, "the answer cannot be read"),
            (.truncated, "no usable answer from the name server"),
            (.serverFailure, "no usable answer from the name server"),
            (.silence, "no usable answer from the name server"),
        ])
    func unusable(_ answer: NameServer.Answer, _ reason: String) throws {
        let server = try NameServer(["_xmpp-client._tcp.example.org": answer])
        #expect(throws: TransportFailure.dns("_xmpp-client._tcp.example.org: \(reason)")) {
            try resolver(server).services("_xmpp-client._tcp", of: "example.org")
        }
    }

    @Test(
        "a name that DNS does not allow is a failure by name", arguments: ["a..b", String(repeating: "a", count: 300)])
    func impossible(_ name: String) throws {
        let server = try NameServer([:])
        #expect(throws: TransportFailure.self) { try resolver(server).services("_xmpp-client._tcp", of: name) }
    }

    @Test("nobody is asked about localhost", arguments: ["localhost", "chat.localhost"])
    func localhost(_ name: String) throws {
        let server = try NameServer(["_xmpp-client._tcp.\(name)": .records(records)])
        #expect(try resolver(server).services("_xmpp-client._tcp", of: name) == [])
    }
}

@Suite("The order of service records")
struct ServiceRecordTests {
    private func record(_ priority: UInt16, _ weight: UInt16, _ target: String) -> ServiceRecord {
        ServiceRecord(priority: priority, weight: weight, port: 5222, target: target)
    }

    @Test("a lower priority number goes first, whatever the weights and the order they came in")
    func priority() {
        let records = [record(30, 0, "c"), record(10, 0, "a"), record(20, 65_535, "b")]
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            #expect(records.shuffled().ordered(using: &generator).map(\.target) == ["a", "b", "c"])
        }
    }

    @Test("the same seed gives the same order, in whichever order DNS lists the records")
    func seeded() {
        let records = (0..<8).map { record(10, UInt16($0 % 3), "host\($0)") }
        let orders = (0..<20).map { _ in
            var generator = SeededGenerator(seed: 7)
            return records.shuffled().ordered(using: &generator)
        }
        #expect(Set(orders).count == 1)
        #expect(Set(orders[0]) == Set(records))
    }

    @Test("equals of priority go first as often as their weights say, one without weight hardly ever")
    func weight() {
        let records = [
            record(10, 60, "often"), record(10, 20, "sometimes"), record(10, 20, "too"), record(10, 0, "never"),
        ]
        var generator = SeededGenerator(seed: 1)
        var firsts: [String: Int] = [:]
        for _ in 0..<10_000 { firsts[records.ordered(using: &generator)[0].target, default: 0] += 1 }
        #expect((5_700...6_300).contains(firsts["often"] ?? 0), "\(firsts)")
        #expect((1_800...2_200).contains(firsts["sometimes"] ?? 0))
        #expect((firsts["never"] ?? 0) < 200)
    }
}
