import LoadPlan
import ScenarioFile
import Testing

@Suite("An experiment in a scenario")
struct CompareTests {
    private let text = """
        name: cost
        seed: 7
        target: {address: embedded, tls: none}
        login: {mechanism: PLAIN, timeout: 5s}
        load:
          - hold: {rate: 100/s, for: 2s}
        thresholds: [failures < 1%]
        compare:
          baseline: plain
          blocks: 12
          variants:
            scram: {login.mechanism: SCRAM-SHA-1, login: {scram-cache: true}}
            plain: {}
            late:  {target.embedded.delay.sasl: 2ms, target.tls: starttls}

        """

    @Test("the baseline comes first and once more at the end; each variant is the scenario with its keys in place")
    func variants() throws {
        let experiment = try #require(try read(text).experiment)
        #expect(experiment.variants.map(\.name) == ["plain", "scram", "late", "plain again"])
        #expect(experiment.blocks == 12)
        #expect(experiment.variants[0].plan == experiment.variants[3].plan)
        let scram = experiment.variants[1].plan
        #expect(scram.login.mechanism == .preferred(["SCRAM-SHA-1"]))
        #expect(scram.login.scramCache)
        #expect(scram.login.timeouts.otherwise == .seconds(5))
        let late = experiment.variants[2].plan.target
        #expect(late.embedded.delays == ["sasl": .milliseconds(2)])
        #expect(late.tls == .starttls)
        #expect(experiment.comparesLatencies)
    }

    @Test("every block holds every variant once, in an order of its own that the seed repeats")
    func order() throws {
        let experiment = try #require(try read(text).experiment)
        let orders = (0...12).map(experiment.order(inBlock:))
        #expect(orders.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
        #expect(Set(orders).count > 4)
        #expect(try read(text).experiment?.order(inBlock: 5) == orders[5])
    }

    @Test("blocks and pauses, and the servers' idleness before and after, are its duration")
    func duration() throws {
        let experiment = try #require(try read(text).experiment)
        #expect(experiment.duration == .seconds(13 * 4 * 2.5 + 10))
    }

    @Test("what is rendered is read as the same experiment, and a variant's keys are part of what the scenario is")
    func rendering() throws {
        let text = text + "accounts: {password: \"${P}\"}\n"
        let scenario = try read(text, environment: ["P": "hush"])
        let again = try read(scenario.rendered(), environment: ["P": "hush"])
        #expect(again.experiment == scenario.experiment)
        #expect(again.canonicalText == scenario.canonicalText)
        let changed = "compare.variants.scram={login.mechanism: SCRAM-SHA-256}"
        let other = try read(text, overrides: [changed], environment: ["P": "hush"])
        #expect(other.canonicalText != scenario.canonicalText)
    }

    @Test("a variant's password is never shown")
    func secret() throws {
        let scenario = try read(
            text.replacing("plain: {}", with: "plain: {accounts.password: \"hush\", target.address: embedded}"))
        #expect(!scenario.rendered().contains("hush"))
        #expect(!scenario.canonicalText.contains("hush"))
    }

    @Test("a variant that names other accounts does without the scenario's")
    func otherAccounts() throws {
        let text = text.replacing(
            "plain: {}", with: "plain: {}\n    anon: {login.mechanism: ANONYMOUS, accounts: {anonymous: true}}")
        let scenario = try read(text + "accounts: {pattern: \"p{n}\", count: 7, password: hush}\n")
        let experiment = try #require(scenario.experiment)
        #expect(experiment.variants.map(\.plan.accounts.count) == [7, 7, nil, 7, 7])
        #expect(experiment.variants[2].plan.accounts.source == .anonymous)
    }

    @Test(
        "what would make it no comparison is refused where it stands",
        arguments: [
            ("plain: {}", "plain: {load.0.hold.rate: 5/s}", "s.yml:13:13: a variant changes keys of target"),
            ("plain: {}", "plain: {login.mechanism: PLAN}", "s.yml:13:30: "),
            ("plain: {}", "\"a b\": {}", "s.yml:13:5: expected a name for the variant"),
            ("blocks: 12", "blocks: 0", "s.yml:10:11: "),
            ("target.embedded.delay.sasl", "target.embedded.delay.tls", "s.yml:14:13: unknown key \"tls\" in delay"),
            ("address: embedded", "address: \"127.0.0.1:1\"", "only the embedded server can be told what to do"),
            ("plain: {}", "plain: {accounts.reuse: false}", "s.yml:13:5: the baseline runs twice in each block"),
            (
                "scram: {", "scram: {accounts: {reuse: false, count: 9000}, ",
                "s.yml:12:5: scram and plain log in as the same accounts"
            ),
            (
                "scram: {", "scram: {accounts: {reuse: false, pattern: \"new{n}\"}, ",
                "s.yml:12:5: 2600 logins in 12 blocks and the one before them need as many accounts"
            ),
        ])
    func refusals(before: String, after: String, message: String) throws {
        let changed = text.replacing(before, with: after)
        #expect(refusal(of: changed).contains(message), "\(refusal(of: changed))")
    }
}
