import Domains
import LoadPlan
import ScenarioFile
import Testing

@Suite struct OverrideTests {
    @Test("an argument goes over the file, the last one over the others")
    func order() throws {
        let plan = try read(
            evening, overrides: ["seed=1", "seed=2", "load.0.ramp.to=50/s", "load.1.hold.name=night", "thresholds=[]"]
        ).plan
        #expect(plan.seed == 2)
        #expect(plan.stages[0].shape == .ramp(from: 10, to: 50, duration: .seconds(30)))
        #expect(plan.stages[1].name == "night")
        #expect(plan.thresholds.isEmpty)
    }

    @Test("an argument can set what the file does not have")
    func addition() throws {
        let plan = try read(least, overrides: ["session.stay=5s", "login.steps=[bind]", "target.tls=none"]).plan
        #expect(plan.session.stay == .for(.seconds(5)))
        #expect(plan.login.steps == [.bind])
        #expect(plan.target.address == .embedded)
        #expect(plan.target.tls == .none)
    }

    @Test("a target can be replaced by its short form")
    func target() throws {
        #expect(
            try read(evening, overrides: ["target=embedded"]).plan.target
                == Target(address: .embedded, domain: "localhost"))
    }

    static let wrong = [
        ("target.adress=x", "--set target.adress=x: unknown key \"adress\" in target\ndid you mean \"address\"?"),
        (
            "load.7.burst.logins=5",
            "--set load.7.burst.logins=5: there is no element \"7\" in this list: it has 1, counted from 0"
        ),
        ("seed=many", "--set seed=many: expected a whole number from 0 to 18446744073709551615, found \"many\""),
        (
            "session.stay=",
            "--set session.stay=: expected a duration such as 250ms, 30s, 5m or 8h, or until-end, found nothing"
        ),
        ("session..stay=5s", "--set session..stay=5s: expected a key path such as target.address"),
        (
            "accounts.password=geheim",
            "--set accounts.password=***: passwords and tokens are not given as arguments: "
                + "use ${NAME} in the scenario and the environment"
        ),
        (
            "accounts={password: geheim}",
            "--set accounts=***: passwords and tokens are not given as arguments: "
                + "use ${NAME} in the scenario and the environment"
        ),
        (
            "login.mechanism=[PLAIN",
            "--set login.mechanism=[PLAIN: a flow list or map without its closing bracket on the same line, or without a comma"
        ),
        ("session.stay=${NOPE}", "--set session.stay=${NOPE}: the environment has no NOPE, and ${NOPE} has no default"),
    ]

    @Test("a wrong argument is named itself", arguments: wrong)
    func refused(argument: String, expected: String) {
        #expect(refusal(of: least, overrides: [argument]) == expected)
    }

    @Test("errors of the file come before those of arguments, missing keys last")
    func sorting() {
        let shown = refusal(of: "name: .x\ntarget: embedded\n", overrides: ["seed=x"])
        let heads = shown.split(separator: "\n").filter { $0.contains(": ") && !$0.hasPrefix(" ") }.map {
            $0.prefix(13)
        }
        #expect(heads == ["s.yml:1:7: exp", "--set seed=x: ", "s.yml:1:1: mis"].map { $0.prefix(13) })
    }

    @Test("only key=value is an argument")
    func form() {
        #expect(Override("a=b=c") == Override(keyPath: "a", value: "b=c"))
        #expect(Override("a") == nil)
        #expect(Override("=b") == nil)
    }
}
