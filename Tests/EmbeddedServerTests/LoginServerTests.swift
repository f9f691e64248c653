import EmbeddedServer
import Foundation
import SASL
import TestSupport
import Testing
import Transport
import XMPP

/// What a plain client sees of the embedded server.
@Suite("The embedded server")
struct LoginServerTests {
    private func serve(
        _ accounts: SASLAccounts, dialect: ServerProfile.Dialect = .plain, failureShare: Double = 0,
        _ body: (LoopbackConnection) throws -> Void
    ) async throws {
        let profile = ServerProfile(
            domain: "localhost", mechanisms: [.plain], encryption: .none, dialect: dialect, accounts: accounts)
        let server = try LoginServer(ServerConfiguration(profile: profile, failureShare: failureShare))
        try body(try LoopbackConnection(port: try server.start().port))
        await withCheckedContinuation { done in server.stop { done.resume() } }
    }

    private func listed() throws -> SASLAccounts {
        let romeo = try StoredCredential(password: Secret("wherefore"), iterations: 64)
        return try SASLAccounts(iterations: 64) { $0 == "romeo" ? romeo : nil }
    }

    private func open(_ connection: LoopbackConnection) throws -> String {
        try connection.send(
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>"
        )
        return try connection.read(until: "</stream:features>")
    }

    private func authenticate(_ connection: LoopbackConnection, _ user: String, _ password: String) throws -> String {
        _ = try open(connection)
        let message = Data("\0\(user)\0\(password)".utf8).base64EncodedString()
        try connection.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>\(message)</auth>")
        return try connection.read(until: ">")
    }

    @Test("lets the accounts of a list in, with their passwords")
    func list() async throws {
        try await serve(try listed()) { connection in
            let answer = try authenticate(connection, "romeo", "wherefore")
            #expect(answer.hasPrefix("<success"))
        }
    }

    @Test("turns away others, and wrong passwords", arguments: [("romeo", "wrong"), ("juliet", "wherefore")])
    func refusal(_ user: String, _ password: String) async throws {
        try await serve(try listed()) { connection in
            let answer = try authenticate(connection, user, password)
            #expect(answer.contains("<failure"))
        }
    }

    @Test("lets anybody in who has the password of all")
    func anyone() async throws {
        try await serve(try .anyone(password: Secret("pw"), iterations: 64)) { connection in
            let answer = try authenticate(connection, "whoever", "pw")
            #expect(answer.hasPrefix("<success"))
        }
    }

    @Test("refuses the share of logins that it was told to")
    func failures() async throws {
        try await serve(try .anyone(password: Secret("pw"), iterations: 64), failureShare: 1) { connection in
            let answer = try authenticate(connection, "whoever", "pw")
            #expect(answer.contains("<failure"))
        }
    }

    @Test("keeps the times of what it does, where it is told to")
    func times() async throws {
        let profile = ServerProfile(
            domain: "localhost", mechanisms: [.plain], encryption: .none, dialect: .plain,
            accounts: try .anyone(password: Secret("pw"), iterations: 64))
        let server = try LoginServer(ServerConfiguration(profile: profile, keepsTimes: true))
        let before = MonotonicClock.now
        let connection = try LoopbackConnection(port: try server.start().port)
        _ = try authenticate(connection, "whoever", "pw")
        let exchanges = server.exchanges
        #expect(exchanges.map(\.phase) == ["connect", "greeting", "sasl"])
        #expect(Set(exchanges.map(\.client)).count == 1)
        #expect(exchanges[0].took > 0 && exchanges[0].took < 1_000_000_000)
        for one in exchanges.dropFirst() {
            let (arrived, written) = (try #require(one.arrived), try #require(one.written))
            #expect(before < arrived && arrived <= one.read && one.read < written && written < MonotonicClock.now)
            #expect(one.took == written - arrived)
        }
        await withCheckedContinuation { done in server.stop { done.resume() } }
    }

    @Test("speaks as Openfire does, with an XML declaration before its header")
    func openfire() async throws {
        try await serve(try .anyone(password: Secret("pw"), iterations: 64), dialect: .openfire) { connection in
            let greeting = try open(connection)
            #expect(greeting.hasPrefix("<?xml version='1.0' encoding='UTF-8'?>"))
        }
    }

    @Test("refuses what XMPP forbids instead of reading on")
    func forbidden() async throws {
        try await serve(try listed()) { connection in
            _ = try open(connection)
            try connection.send("<!-- -->")
            let end = try connection.read(until: "</stream:stream>")
            #expect(end.hasSuffix("</stream:stream>"))
        }
    }
}
