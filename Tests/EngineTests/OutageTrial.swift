import Domains
import EmbeddedServer
import Foundation
import LoadPlan
import Metrics
import SASL
import TestSupport
import Testing
import Transport
import XMPP

@testable import Engine

/// Sessions behind a proxy that cuts them: a plan whose run ends when the test has seen enough.
final class OutageTrial {
    let sessions = 20
    var plan: RunPlan
    let proxy: CuttingProxy
    private(set) var servers: [LoginServer] = []

    init(_ reconnection: ReconnectPolicy?, stay: SessionPlan.Stay = .untilEnd) throws {
        let first = try Self.server()
        proxy = try CuttingProxy(to: first.port)
        servers = [first.server]
        let target = Target(
            address: .host("127.0.0.1", port: proxy.port), domain: "localhost", tls: .none, verification: .none)
        plan = RunPlan(
            name: "outage", seed: 1, interval: .seconds(1), target: target,
            accounts: Accounts(source: .pattern("u{n}", count: 500, password: Password("pw"))),
            login: LoginPlan(mechanism: .preferred(["PLAIN"])),
            stages: [
                Stage(name: "burst", shape: .burst(logins: sessions)),
                Stage(name: "rest", shape: .hold(rate: 0, duration: .seconds(600))),
            ], session: SessionPlan(stay: stay, reconnection: reconnection))
    }

    private static func server(password: String = "pw") throws -> (server: LoginServer, port: UInt16) {
        let accounts = try SASLAccounts.anyone(password: Secret(password), iterations: 64)
        let profile = ServerProfile(
            domain: "localhost", mechanisms: [.plain], encryption: .none, dialect: .plain, accounts: accounts,
            extensions: [.management, .rosterVersion, .clientState, .compression, .sasl2, .bind2, .fast])
        let server = try LoginServer(ServerConfiguration(profile: profile))
        return (server, try server.start().port)
    }

    /// How many sessions the server of this number has bound.
    func bound(at number: Int = 0) -> Int { servers[number].currentReport.logins }

    /// Returns when so many sessions, or all of them, are online: presence is the last thing that a login says.
    func awaitOnline(_ count: Int? = nil) async throws {
        try await awaitCondition("they were online") { proxy.timesHeard("<presence/>") == count ?? sessions }
    }

    /// The server's place is taken by another one, which knows no session.
    func replaceServer(password: String = "pw") throws {
        let next = try Self.server(password: password)
        servers.append(next.server)
        proxy.redirect(to: next.port)
    }

    /// Runs the plan while `body` does what it wants to the sessions, and ends it then.
    func run(_ body: (OutageTrial) async throws -> Void) async throws -> RunTotals {
        let gatherer = Gatherer(plan)
        let group = try LaneGroup(count: 1, cryptoWidth: 1)
        let run = Run(plan, target: try RunTarget(plan), lanes: group, serverPID: nil, observer: gatherer)
        run.start()
        var failure: (any Error)?
        do { try await body(self) } catch { failure = error }
        run.interrupt()
        _ = try #require(await gatherer.outcome())
        await withCheckedContinuation { done in group.stop(then: .global()) { done.resume() } }
        for server in servers { await withCheckedContinuation { done in server.stop { done.resume() } } }
        if let failure { throw failure }
        return gatherer.totals
    }
}
