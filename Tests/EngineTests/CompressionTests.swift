import LoadPlan
import Metrics
import TestSupport
import Testing
import Transport
import Zlib

@testable import Engine

@Suite("A stream that is compressed", .serialized)
struct CompressionTests {
    @Test(
        "logs everybody in, before authentication and after, below TLS and without it",
        arguments: [LoginPlan.Compression.beforeAuth, .afterAuth], [Target.TLSMode.none, .starttls, .direct])
    func logins(_ compression: LoginPlan.Compression, _ tls: Target.TLSMode) async throws {
        var trial = try Trial([burst], tls: tls)
        trial.plan.login.compression = compression
        let (totals, outcome) = try await trial.run()
        #expect(totals.record(of: .compress).completed == 60)
        #expect(totals.record(of: .login).completed == 60)
        #expect(totals.failures.entries.isEmpty)

        guard compression == .beforeAuth else { return }
        let (_, plain) = try await Trial([burst], tls: tls).run()
        #expect(outcome.traffic.bytesReceived < plain.traffic.bytesReceived)
    }

    private static let first: [ScriptedServer.Line] = [
        .hear("<stream:stream"),
        .say(
            ScriptedLogin.header
                + "<stream:features><compression xmlns='http://jabber.org/features/compress'><method>zlib</method>"
                + "</compression></stream:features>"), .hear("<compress "),
        .say("<compressed xmlns='http://jabber.org/protocol/compress'/>"), .hearMore,
    ]

    private func failures(after lines: [ScriptedServer.Line]) async throws -> [String] {
        let server = try ScriptedServer(lines)
        var trial = try Trial([Stage(name: "one", shape: .burst(logins: 1))], mechanism: "PLAIN", tls: .none)
        trial.plan.login.compression = .beforeAuth
        trial.plan.target.address = .host("127.0.0.1", port: server.port)
        let (totals, _) = try await trial.run()
        return totals.failures.ordered.map { "\($0.key.phase): \($0.key.kind.rawValue): \($0.key.condition)" }
    }

    @Test("has a name for what is not compressed")
    func corrupt() async throws {
        let end = try await failures(after: Self.first + [.say(ScriptedLogin.header), .hearTheEnd])
        #expect(end == ["compress: protocol: not a zlib stream"])
    }

    @Test("has a name for a stream that was ended")
    func ended() async throws {
        let whole = try #require(Zlib.compress(Array(ScriptedLogin.header.utf8)))
        let end = try await failures(after: Self.first + [.sayBytes(whole), .hearTheEnd])
        #expect(end == ["compress: protocol: the zlib stream was ended"])
    }

    /// 64 MiB that come as 64 KiB: the greatest stanza is as great as ever.
    @Test("does not fall for a bomb")
    func bomb() async throws {
        let deflater = try Deflater()
        var bytes: [UInt8] = []
        Array((ScriptedLogin.header + "<a>").utf8).withUnsafeBytes { deflater.deflate($0, into: &bytes) }
        let filling = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<64 { filling.withUnsafeBytes { deflater.deflate($0, into: &bytes) } }
        let end = try await failures(after: Self.first + [.sayBytes(bytes), .hearTheEnd])
        #expect(end == ["compress: xml: too big"])
    }

    @Test("is told before the load where the server does not offer it")
    func preflight() async throws {
        let server = try ScriptedServer(ScriptedLogin.lines + [.hearTheEnd])
        var trial = try Trial([burst], mechanism: "PLAIN", tls: .none)
        trial.plan.login.compression = .beforeAuth
        trial.plan.target.address = .host("127.0.0.1", port: server.port)
        let verdict = Preflight.look(at: try RunTarget(trial.plan)).verdict
        guard case .impossible(let failure) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(failure.phase == .compress && failure.condition == "zlib-not-offered")
        trial.plan.login.compression = .afterAuth
        #expect(Preflight.look(at: try RunTarget(trial.plan)).verdict == .ready)
    }
}

@Suite("A session's extensions in a run", .serialized)
struct ExtensionTests {
    @Test("the roster is asked for in full once an account, and for what changed from then on")
    func rosterVersions() async throws {
        let trial = try OutageTrial(nil, stay: .for(.zero))
        trial.plan.accounts = Accounts(source: .pattern("u{n}", count: 5, password: Password("pw")))
        trial.plan.stages = [Stage(name: "crowd", shape: .crowd(sessions: 2, end: .logins(20)))]
        trial.plan.login.rosterVersion = true
        let totals = try await trial.run { trial in try await trial.awaitOnline(20) }
        #expect(totals.failures.entries.isEmpty)
        #expect(trial.proxy.timesHeard("ver=''") == 5)
        #expect(trial.proxy.timesHeard("ver='1'") == 15)
    }

    @Test("client state is told where it is offered")
    func clientState() async throws {
        let trial = try OutageTrial(nil)
        trial.plan.login.steps = [.bind, .presence, .inactive]
        let totals = try await trial.run { trial in
            try await awaitCondition("they were inactive") { trial.proxy.timesHeard("<inactive ") == trial.sessions }
        }
        #expect(totals.record(of: .login).completed == 20)
        #expect(totals.failures.entries.isEmpty)
    }
}
