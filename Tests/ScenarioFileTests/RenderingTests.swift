import LoadPlan
import ScenarioFile
import Testing

@Suite struct RenderingTests {
    static let texts =
        [least, evening]
        + GoodScenarioTests.values.map { least + $0.addition }
        + [
            "name: x\ntarget: example.org\nload: [{burst: {logins: 1}}]\naccounts: {password: a}\n",
            "name: x\ntarget: embedded\nload: [{hold: {rate: 20/min, for: 90s, name: -a, arrivals: poisson}}]\n",
            "name: x\ntarget: embedded\nload: [{ramp: {from: 0.5/s, to: 7/h, for: 1.0005s}}]\n",
            least + "accounts: {resource: \"a \\\"b\\\" \\\\ ${X:-y} {n} ü\"}\n",
        ]

    @Test("what is shown is a scenario itself: the same one", arguments: texts)
    func roundTrip(text: String) throws {
        let scenario = try read(text)
        var again = try read(scenario.rendered())
        #expect(again.canonicalText == scenario.canonicalText)
        #expect(again.rendered() == scenario.rendered())
        again = try read(again.rendered())
        #expect(again.plan.stages == scenario.plan.stages)
        #expect(again.plan.login == scenario.plan.login)
        #expect(again.plan.session == scenario.plan.session)
    }

    @Test("variables stay unexpanded, passwords are hidden")
    func secrets() throws {
        let text = least + "accounts: {password: \"${P}\", count: \"${N:-5}\"}\nsession: {stay: \"${S}\"}"
        let scenario = try read(text, environment: ["P": "geheim", "S": "3s"])
        let shown = scenario.rendered()
        #expect(shown.contains("password: \"${P}\"\n"))
        #expect(shown.contains("count: \"${N:-5}\"\n"))
        #expect(shown.contains("stay: \"${S}\"\n"))
        #expect(scenario.canonicalText.contains("session.stay: 3s\n"))
        #expect(!"\(shown)\(scenario.canonicalText)\(scenario.settings)\(scenario.plan)".contains("geheim"))
    }

    @Test(
        "a password in the file, or a variable's default for it, is never shown",
        arguments: ["geheim", "\"${P:-geheim}\"", "\"a${P:-b}geheim\""])
    func literalSecret(password: String) throws {
        let scenario = try read(least + "accounts: {password: \(password)}")
        #expect(!"\(scenario.rendered())\(scenario.canonicalText)\(scenario.settings)".contains("geheim"))
    }

    static let sameness: [(String, String, isSame: Bool)] = [
        ("seed=1", "seed=2", true),
        ("target=127.0.0.1:5222", "target=localhost:5223", true),
        ("session.stay=60s", "session.stay=1m", true),
        ("session.stay=60s", "session.stay=61s", false),
        ("target.domain=a", "target.domain=b", false),
        ("load.0.burst.logins=1", "load.0.burst.logins=2", false),
        ("accounts.count=5", "accounts.count=6", false),
    ]

    @Test("seed, address and password make no other scenario; everything else does", arguments: sameness)
    func identity(first: String, second: String, isSame: Bool) throws {
        let text = least + "accounts: {password: \"${P}\"}"
        let one = try read(text, overrides: [first], environment: ["P": "a"])
        let other = try read(text, overrides: [second], environment: ["P": "b"])
        #expect((one.canonicalText == other.canonicalText) == isSame)
    }

    @Test("settings name the key that differs")
    func difference() throws {
        let one = try read(evening), other = try read(evening, overrides: ["load.0.ramp.to=50/s"])
        let differing = zip(one.settings, other.settings).filter { $0 != $1 }.map { $0.0.keyPath }
        #expect(differing == ["load.0.ramp.to"])
    }
}
