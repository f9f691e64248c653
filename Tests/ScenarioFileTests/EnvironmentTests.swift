import LoadPlan
import ScenarioFile
import Testing

@Suite struct EnvironmentTests {
    static let good: [(text: String, environment: [String: String], stay: Duration)] = [
        ("\"${STAY}\"", ["STAY": "5s"], .seconds(5)),
        ("\"${STAY:-7s}\"", [:], .seconds(7)),
        ("\"${STAY:-7s}\"", ["STAY": ""], .seconds(7)),
        ("\"${N}${UNIT:-s}\"", ["N": "9"], .seconds(9)),
    ]

    @Test("a variable is replaced before the value is read", arguments: good)
    func replaced(text: String, environment: [String: String], stay: Duration) throws {
        let plan = try read(least + "session: {stay: \(text)}", environment: environment).plan
        #expect(plan.session.stay == .for(stay))
    }

    @Test("a quoted variable may be a number or a flag")
    func typed() throws {
        let text = least + "accounts: {count: \"${N}\"}\nlogin: {force: \"${F:-true}\"}"
        let plan = try read(text, environment: ["N": "3"]).plan
        #expect(plan.accounts.count == 3)
        #expect(plan.login.force)
    }

    @Test("a dollar sign without a brace is itself, and a value is not expanded again")
    func literal() throws {
        let text = least + "accounts: {resource: \"$a $ ${R}\"}"
        #expect(try read(text, environment: ["R": "${X}"]).plan.accounts.resource == "$a $ ${X}")
    }

    @Test("in a block a variable needs no quotes, in a flow map it does")
    func quotes() throws {
        let plan = try read(least + "session:\n  stay: ${STAY:-5s}\n").plan
        #expect(plan.session.stay == .for(.seconds(5)))
        #expect(refusal(of: least + "session: {stay: ${STAY}}").contains("in a flow list or map: put it in quotes"))
    }

    static let bad = [
        (
            "\"${STAY}\"",
            """
            s.yml:5:18: the environment has no STAY, and ${STAY} has no default
                session: {stay: "${STAY}"}
                                 ^
            """
        ),
        (
            "\"5${ST AY}\"",
            """
            s.yml:5:19: expected ${NAME} or ${NAME:-default}
                session: {stay: "5${ST AY}"}
                                  ^
            """
        ),
        (
            "\"${STAY\"",
            """
            s.yml:5:18: "${" without its "}"
                session: {stay: "${STAY"}
                                 ^
            """
        ),
    ]

    @Test("an unset variable without a default is named, with its place", arguments: bad)
    func refused(text: String, expected: String) {
        #expect(refusal(of: least + "session: {stay: \(text)}") == expected)
    }
}
