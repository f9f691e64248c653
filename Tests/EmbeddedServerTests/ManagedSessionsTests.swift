import Testing
import XMPP

@testable import EmbeddedServer

@Suite("Sessions that can be resumed")
struct ManagedSessionsTests {
    private static let minute: UInt64 = 60_000_000_000

    private func session(_ id: String, of username: String = "u1") -> ManagedSession {
        ManagedSession(id: id, username: username, jid: "\(username)@localhost/x")
    }

    @Test("are there once, for their own user, for 5 minutes")
    func takes() {
        var sessions = ManagedSessions()
        for id in ["a", "b"] { sessions.lose(session(id), at: 0) }
        #expect(sessions.take("a", of: "u2", at: 1) == nil)
        #expect(sessions.take("a", of: "u1", at: 1) == session("a"))
        #expect(sessions.take("a", of: "u1", at: 1) == nil)
        #expect(sessions.take("b", of: "u1", at: 5 * Self.minute) == nil)
    }

    @Test("are kept in bounds: the oldest go first")
    func bounded() {
        var sessions = ManagedSessions()
        for number in 0..<100_000 { sessions.lose(session("\(number)"), at: UInt64(number)) }
        let kept = (0..<100_000).filter { sessions.take("\($0)", of: "u1", at: 100_000) != nil }
        #expect(kept.count <= 65_536 && kept.count > 60_000)
        #expect(kept.last == 99_999)
    }
}
