import LoadPlan
import ScenarioFile
import Testing

@Suite("login.profile") struct ProfileTests {
    private static let resource = "accounts: {resource: \"m{n}\"}\n"

    static let plans: [(String, LoginPlan)] = [
        ("", LoginPlan()),
        ("login: {profile: sasl}", LoginPlan(profile: .sasl)),
        ("login: {profile: sasl2}", LoginPlan(profile: .sasl2(bind2: true, fast: false))),
        ("login: {profile: sasl2, bind2: false, fast: true}", LoginPlan(profile: .sasl2(bind2: false, fast: true))),
        (resource + "login: {profile: iq-auth}", LoginPlan(profile: .iqAuth)),
        (
            resource + "login: {profile: iq-auth, mechanism: [DIGEST, PLAIN]}",
            LoginPlan(profile: .iqAuth, mechanism: .preferred(["DIGEST", "PLAIN"]))
        ),
        (
            "login: {timeout: {iq-auth: 5s}}",
            LoginPlan(timeouts: LoginPlan.Timeouts(byPhase: ["iq-auth": .seconds(5)]))
        ),
    ]

    @Test("is the plan that it says, and is shown as it was read", arguments: plans)
    func plan(text: String, expected: LoginPlan) throws {
        let scenario = try read(least + text)
        #expect(scenario.plan.login == expected)
        #expect(try read(scenario.rendered()).plan.login == expected)
    }

    @Test("two profiles are two scenarios, and ask different things of a server")
    func identity() throws {
        let texts = ["sasl", "sasl2", "sasl2, bind2: false", "sasl2, fast: true", "iq-auth"]
        let scenarios = try texts.map { try read(least + Self.resource + "login: {profile: \($0)}") }
        #expect(Set(scenarios.map(\.canonicalText)).count == texts.count)
        #expect(Set(scenarios.map(\.plan.planHashText)).count == texts.count)
    }

    @Test("authentications by token have thresholds of their own")
    func thresholds() throws {
        let text = least + "login: {profile: sasl2, fast: true}\nthresholds: [sasl.fast p99 < 50ms, sasl.full p50 < 1s]"
        #expect(try read(text).plan.thresholds.count == 2)
    }

    static let misuses: [(String, String)] = [
        ("login: {profile: sasl3}", "5:18: expected sasl, sasl2 or iq-auth, found \"sasl3\""),
        ("login: {bind2: false}", "5:9: bind2 belongs to profile: sasl2"),
        ("login: {profile: iq-auth, fast: true}", "5:27: fast belongs to profile: sasl2"),
        (
            "login: {profile: sasl2, mechanism: HT-SHA-256-NONE}",
            "5:36: HT-SHA-256-NONE logs in by a token: say profile: sasl2 and fast: true"
        ),
        (
            "login: {profile: iq-auth, mechanism: SCRAM-SHA-1}",
            "5:38: expected PLAIN, DIGEST or strongest with profile: iq-auth, found \"SCRAM-SHA-1\""
        ),
        ("login: {mechanism: DIGEST}", "5:20: expected a SASL mechanism such as SCRAM-SHA-1, or strongest"),
        (
            "login: {profile: iq-auth}",
            "5:1: with iq-auth the client chooses its resource: give accounts.resource, such as \"m{n}\""
        ),
        (
            "login: {profile: iq-auth}\naccounts: {anonymous: true}",
            "5:1: iq-auth logs in with a name and a password, and anonymous logins have none"
        ),
        (
            "login: {profile: sasl2, fast: true}\naccounts: {anonymous: true}",
            "5:1: fast keeps a token for each account, and anonymous logins have none"
        ),
    ]

    @Test("misuse is refused with what would be right", arguments: misuses)
    func misuse(text: String, message: String) {
        #expect(refusal(of: least + text).contains("s.yml:\(message)"), "\(refusal(of: least + text))")
    }

    @Test("a password in the clear needs the owner's word, in whichever profile; a digest does not")
    func plainWithoutTLS() throws {
        for (login, isRefused) in [
            ("profile: iq-auth", true), ("profile: iq-auth, mechanism: PLAIN", true),
            ("profile: sasl2, mechanism: PLAIN", true), ("profile: iq-auth, mechanism: DIGEST", false),
        ] {
            let text = """
                name: x
                target: {address: "192.0.2.1:5222", owner-consents: true, tls: none}
                accounts: {password: a, resource: "m{n}"}
                login: {\(login)}
                load: [burst: {logins: 1}]
                """
            #expect(refusal(of: text).contains("allow-plain-without-tls") == isRefused)
        }
    }
}
