import LoadPlan
import Metrics
import Testing

@testable import ScenarioFile

@Suite("thresholds that can have a value, and those that never can")
struct ThresholdTests {
    private static let vcard = "{name: vcard, send: \"<iq type='get' id='{id}'/>\"}"
    private static let here = "{name: here, send: <presence/>}"

    /// Settings, a threshold, and why it never has a value there.
    private static let refused = [
        ("target: {address: embedded, tls: none}", "starttls p99", "starttls never occurs: tls is none"),
        ("target: {address: embedded, tls: direct}", "starttls p99", "starttls never occurs: tls is direct"),
        ("target: {address: embedded, tls: none}", "client.tls p99", "client.tls never occurs: tls is none"),
        ("target: {address: embedded, tls: none}", "offer p99", "offer never occurs: tls is none"),
        (
            "target: {address: embedded, tls: direct}", "greeting p50",
            "greeting never occurs: with tls: direct the first stream is that of the phase offer"
        ),
        (
            "target: embedded", "tls.resumed p99",
            "tls.resumed never occurs: no ticket is used again: target.resume is none"
        ),
        (
            "target: embedded", "resolve p99",
            "resolve never occurs: the target's address is no name that DNS is asked for"
        ),
        ("target: embedded", "compress p99", "compress never occurs: login.compression is none"),
        ("target: embedded", "iq-auth p99", "iq-auth never occurs: login.profile is sasl"),
        (
            "target: embedded\naccounts: {resource: r}\nlogin: {profile: iq-auth}", "sasl.1 p99",
            "sasl.1 never occurs: login.profile is iq-auth"
        ),
        (
            "target: embedded\naccounts: {resource: r}\nlogin: {profile: iq-auth}", "restart p99",
            "restart never occurs: login.profile is iq-auth"
        ),
        (
            "target: embedded\nlogin: {profile: sasl2}", "restart p99",
            "restart never occurs: login.profile sasl2 restarts no stream"
        ),
        ("target: embedded", "sasl.fast p99", "sasl.fast never occurs: no tokens are asked for: login.fast is false"),
        (
            "target: embedded\nlogin: {mechanism: PLAIN}", "sasl.3 p99",
            "sasl.3 never occurs: PLAIN takes at most 2 round trips"
        ),
        (
            "target: embedded\nlogin: {mechanism: PLAIN}", "client.sasl p99",
            "client.sasl never occurs: PLAIN is said without any computation"
        ),
        (
            "target: embedded\nlogin: {mechanism: DIGEST-MD5}", "client.wait p99",
            "client.wait never occurs: DIGEST-MD5 has no computation that is waited for"
        ),
        (
            "target: embedded\nlogin: {steps: [bind]}", "roster p99",
            "roster never occurs: roster is none of login.steps"
        ),
        ("target: embedded", "enable p99", "enable never occurs: enable is none of login.steps"),
        (
            "target: embedded", "resume p99",
            "resume never occurs: no session is resumed: reconnect has no by: resume"
        ),
        ("target: embedded", "reconnect p99", "reconnect never occurs: session.reconnect is none"),
        (
            "target: embedded", "online p99",
            "online never occurs: it has failures only: \"disconnects < SHARE\" judges them"
        ),
        (
            "target: embedded\nlogin: {steps: [bind, \(here)]}", "here p99",
            "here never occurs: here is not answered: it has no expect"
        ),
    ]

    @Test("what the scenario rules out is refused at its line with the reason", arguments: refused)
    func refusals(settings: String, figure: String, reason: String) {
        let text =
            "name: x\n\(settings)\nload: [{burst: {logins: 1}}]\nthresholds:\n  - failures < 1%\n  - \(figure) < 1s\n"
        let errors = #expect(throws: ScenarioErrors.self) { try read(text) }
        #expect(errors?.errors.map(\.message) == [reason])
        #expect(errors?.errors.first?.line == text.split(separator: "\n").count)
    }

    /// Every row that `summary.csv` may have, in a scenario that has it.
    private static let accepted = [
        ("target: embedded\nlogin: {mechanism: SCRAM-SHA-1}", "sasl.1"),
        ("target: embedded\nlogin: {mechanism: SCRAM-SHA-1}", "sasl.3"),
        ("target: embedded\nlogin: {mechanism: SCRAM-SHA-1}", "client.wait"),
        ("target: embedded\nlogin: {mechanism: [PLAIN, SCRAM-SHA-1]}", "sasl.3"), ("target: embedded", "sasl.4"),
        ("target: embedded", "read.lag"), ("target: embedded", "lag"), ("target: embedded", "due"),
        ("target: embedded", "session"), ("target: embedded", "client.sasl"),
        ("target: {address: embedded, resume: shared}", "tls.resumed"),
        ("target: {address: embedded, tls: none}", "greeting"),
        ("target: \"localhost:5222\"\naccounts: {password: pw}", "resolve"),
        ("target: embedded\nlogin: {compression: after-auth}", "compress"),
        ("target: embedded\nlogin: {profile: sasl2, fast: true, mechanism: PLAIN}", "sasl.3"),
        ("target: embedded\nsession: {stay: 1s, reconnect: now}", "reconnect"),
        ("target: embedded\nlogin: {steps: [bind, \(vcard)]}", "vcard"),
        ("target: embedded\nlogin: {steps: [bind, enable]}", "enable"),
        (
            "target: embedded\nlogin: {steps: [bind, enable]}\n"
                + "session: {stay: 1s, reconnect: {after: 0s, every: 5s, by: resume}}", "resume"
        ),
    ]

    @Test("what may occur can be judged", arguments: accepted)
    func acceptance(settings: String, phase: String) throws {
        let text = "name: x\n\(settings)\nload: [{burst: {logins: 1}}]\nthresholds: [\(phase) p99 < 1s]\n"
        let scenario = try read(text)
        #expect(scenario.plan.thresholds.map(\.measure) == [.latency(phase: phase, .p99)])
        #expect(scenario.objections.isEmpty)
    }

    @Test(
        "every row that summary.csv can have is known, and is judged or refused with the reason",
        arguments: Phase.all)
    func rows(_ phase: Phase) {
        #expect(Set(Phases.all) == Set(Phase.all.map(\.name)))
        let answers = (Self.accepted.map(\.0) + Self.refused.map(\.0)).map { settings -> [String] in
            let text = "name: x\n\(settings)\nload: [{burst: {logins: 1}}]\nthresholds: [\(phase) p99 < 1s]\n"
            do { return try read(text).plan.thresholds.isEmpty ? ["it is not judged"] : [] } catch {
                return (error as? ScenarioErrors)?.errors.map(\.message) ?? ["\(error)"]
            }
        }
        #expect(answers.allSatisfy { $0.allSatisfy { $0.hasPrefix("\(phase) never occurs: ") } }, "\(answers)")
        let hasNoFigures: Set<Phase> = [.online, .register]
        #expect(answers.contains([]) != hasNoFigures.contains(phase))
    }

    @Test("in an experiment it is enough that one variant has it")
    func variants() throws {
        let text = """
            name: x
            target: embedded
            load: [{hold: {rate: 1/s, for: 1s}}]
            thresholds: [sasl.3 p99 < 1s]
            compare:
              baseline: plain
              variants: {plain: {login.mechanism: PLAIN}, other: {login.mechanism: OTHER}}

            """
        #expect(try read(text.replacing("OTHER", with: "SCRAM-SHA-1")).experiment?.variants.count == 3)
        #expect(throws: ScenarioErrors.self) { try read(text.replacing("OTHER", with: "EXTERNAL")) }
    }

    private static let stages = """
        name: x
        target: embedded
        session: {stay: until-end}
        load:
          - hold: {rate: 0/s, for: 1m, name: quiet}
          - hold: {rate: 1/s, for: 1m, name: busy}

        """

    @Test(
        "a stage in which nothing is due gives no figure: told at its line",
        arguments: ["login p99 < 1s", "failures < 1%", "disconnects < 1%", "drift p99 < 5%/h"])
    func quietStage(threshold: String) throws {
        let scenario = try read(Self.stages + "thresholds:\n  - \(threshold) in quiet\n")
        #expect(scenario.objections.map(\.message) == ["no login is due in quiet"])
        #expect(scenario.objections.first?.line == 8)
        #expect(try read(Self.stages + "thresholds:\n  - \(threshold) in busy\n").objections.isEmpty)
    }

    @Test("who comes back while nothing is due has figures")
    func returns() throws {
        let text =
            Self.stages.replacing("until-end}", with: "until-end, reconnect: now}") + "thresholds: [PLACE in quiet]\n"
        #expect(try read(text.replacing("PLACE", with: "reconnect p99 < 1s")).objections.isEmpty)
        #expect(try read(text.replacing("PLACE", with: "due p99 < 1s")).objections.count == 1)
    }

    @Test(
        "the same threshold twice is refused at its line, however it is written",
        arguments: ["login  p99 < 1s", "login p99 < 1000ms", "{that: login p99 < 1s, abort: true}"])
    func twins(second: String) {
        let errors = #expect(throws: ScenarioErrors.self) {
            try read(least + "thresholds:\n  - login p99 < 1s\n  - \(second)\n")
        }
        #expect(errors?.errors.map(\.message) == ["this threshold is there already: login p99 < 1s"])
        #expect(errors?.errors.first?.line == 7)
    }

    @Test("another limit, stage, window or statistic is another threshold")
    func siblings() throws {
        let plan = try read(
            Self.stages + "thresholds: [login p99 < 1s, {that: login p99 < 2s, abort: true}, login p99 < 1s in busy, "
                + "login p99 < 1s over 30s, login p95 < 1s]\n"
        ).plan
        #expect(plan.thresholds.count == 5)
    }
}
