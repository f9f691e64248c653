import ScenarioFile
import Testing

@Suite("session.reconnect")
struct ReconnectTests {
    static let mistakes: [(text: String, message: String)] = [
        ("{after: 1s}", "(or max)"),
        ("{every: 1s}", "\"after\""),
        ("{after: 1s, max: 60s, every: 20s}", "reconnect has every or max, not both"),
        ("{after: 0s, max: 60s}", "a duration of at least 1ms is needed"),
        ("{after: 2s, max: 1s}", "max is at least after"),
        ("{after: 2s, every: 1s, jitter: full}", "jitter belongs to reconnect with max"),
        ("{after: 1s, max: 9s, jitter: some}", "expected none or full"),
        ("{after: 1s, every: 9s, by: magic}", "expected login or resume"),
        ("later", "expected none, now or xmppframework"),
        ("{after: 1s, every: 9s, by: resume}", "reconnect by resume needs stream management: login.steps with enable"),
    ]

    @Test("what is wrong is said", arguments: mistakes)
    func mistake(_ text: String, _ message: String) {
        let refusal = refusal(of: least + "session: {stay: 5s, reconnect: \(text)}")
        #expect(refusal.contains(message), "\(refusal)")
    }

    @Test("nobody who leaves at once can come back: that is a warning")
    func pointless() throws {
        let warnings = try read(least + "session: {reconnect: now}").warnings.map(\.rendered)
        #expect(warnings.contains { $0.contains("reconnect does nothing where stay is 0s") })
        #expect(try read(least + "session: {stay: 1s, reconnect: now}").warnings.isEmpty)
    }
}
