import LoadPlan
import ScenarioFile
import Testing

@Suite("load: outage and recovery")
struct OutageTests {
    private func scenario(_ stages: String, target: String = "embedded", reconnect: String = "now") -> String {
        """
        name: x
        target: \(target)
        accounts: {count: 1, password: pw}
        load: [{burst: {logins: 1}}, \(stages)]
        session: {stay: until-end, reconnect: \(reconnect)}
        """
    }

    static let commands = "stop: [systemctl, stop, x], start: [systemctl, start, x]"
    static let mistakes: [(stages: String, target: String, message: String)] = [
        (
            "{recovery: {within: 1m}}", "embedded",
            "s.yml:4:30: a recovery comes after an outage, and there is none before it"
        ),
        ("{outage: {}}", "embedded", "missing key \"for\""),
        (
            "{outage: {for: 1s}}", "127.0.0.1:5222",
            "s.yml:4:30: an outage of a server that is not the embedded one needs"
        ),
        ("{outage: {for: 1s, stop: [a]}}", "127.0.0.1:5222", "missing key \"start\""),
        ("{outage: {for: 1s, \(commands)}}", "embedded", "the embedded server needs no commands"),
        ("{outage: {for: 1s, stop: [], start: [a]}}", "127.0.0.1:5222", "expected at least one word"),
        ("{outage: {for: 1s, stop: systemctl stop, start: [a]}}", "127.0.0.1:5222", "expected a list of words such as"),
        ("{outage: {for: 1s, timeout: 1s}}", "embedded", "timeout is of the commands stop and start"),
        ("{outage: {for: 1s}}, {recovery: {}}", "embedded", "missing key \"within\""),
        ("{outage: {for: 1s}}, {recovery: {share: 0%, within: 1s}}", "embedded", "waits for more than nobody"),
    ]

    @Test("what is wrong is said", arguments: mistakes)
    func mistake(_ stages: String, _ target: String, _ message: String) {
        let refusal = refusal(of: scenario(stages, target: target))
        #expect(refusal.contains(message), "\(refusal)")
    }

    @Test("an outage from which nobody would come back is refused")
    func nobodyReturns() {
        let refusal = refusal(of: scenario("{outage: {for: 1s}}", reconnect: "none"))
        #expect(refusal.contains("s.yml:4:30: nobody would come back from this outage"), "\(refusal)")
    }

    @Test("all of it is read, and written down with its defaults")
    func reading() throws {
        let stages = "{outage: {for: 10s, \(Self.commands), name: restart}}, {recovery: {within: 2m}}"
        let scenario = try read(scenario(stages, target: "127.0.0.1:5222"))
        let commands = Outage.Commands(stop: ["systemctl", "stop", "x"], start: ["systemctl", "start", "x"])
        #expect(scenario.plan.stages[1].shape == .outage(Outage(length: .seconds(10), commands: commands)))
        #expect(scenario.plan.stages[2].shape == .recovery(share: 1, limit: .seconds(120)))
        #expect(try read(scenario.rendered()).plan.stages == scenario.plan.stages)
        #expect(scenario.rendered().contains("timeout: 1m"))
        #expect(scenario.rendered().contains("share: 100%"))
    }
}
