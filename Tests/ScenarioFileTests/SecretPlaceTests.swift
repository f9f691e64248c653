import Testing

@testable import ScenarioFile

@Suite("what stands where a secret would is not shown")
struct SecretPlaceTests {
    static let lines = [
        "accounts: {password:hunter2}", "accounts: {passwd: hunter2}", "accounts: {pasword: hunter2}",
        "accounts: {Password: hunter2}", "accounts: {passwort: \"hunter2\"}", "accounts: {pw: hunter2}",
        "accounts: {token: hunter2}", "accounts: {secret: hunter2, count: 5}", "accounts: {password hunter2}",
        "accounts: {password=hunter2}", "accounts: {\"passwd\":hunter2}", "accounts: {password: abc,hunter2}",
        "accounts: {password: [hunter2]}", "accounts: {pass\u{200B}word: hunter2}", "accounts: {password： hunter2}",
        "accounts:\n  password:hunter2", "accounts:\n  password hunter2", "accounts:\n  passwd: hunter2",
        "accounts:\n  password:\n    hunter2: 1", "accounts:\n  passwd: |\n    hunter2",
        "accounts:\n  password: *hunter2",
        "accounts:\n  password: !hunter2 x", "accounts:\n  password: hunter2: x",
        "accounts:\n  count: 1\n  password=hunter2",
        "password: hunter2", "accounts: {password: &a hunter2}", "accounts.passwd: hunter2",
        "login: {credentials: hunter2}", "accounts:\n\tpassword: hunter2", "accounts: {password: 'hunter2}",
    ]

    @Test("in a scenario, however the key or its sign is mistyped", arguments: lines)
    func mistyped(_ line: String) {
        let shown = refusal(of: least + line + "\n")
        #expect(shown.hasPrefix("s.yml:"), "\(shown)")
        #expect(!shown.contains("hunter2"), "\(shown)")
    }

    @Test(
        "in an argument",
        arguments: [
            "accounts.pasword=hunter2", "passwd=hunter2", "accounts.Password=hunter2", "accounts={pasword: hunter2}",
            "accounts={password:hunter2}", "accounts.secret=hunter2", "accounts=[{token: hunter2}]",
        ])
    func argument(_ argument: String) {
        let shown = refusal(of: least, overrides: [argument])
        #expect(shown.hasPrefix("--set accounts") || shown.hasPrefix("--set passwd"), "\(shown)")
        #expect(!shown.contains("hunter2"), "\(shown)")
        #expect(!Override.shown(argument.replacing("=", with: ":")).contains("hunter2"))
    }

    @Test("what is no secret's place is shown")
    func others() {
        let keys = [
            Grammar.scenario, Grammar.target, Grammar.embedded, Grammar.accounts, Grammar.login, Grammar.session,
            Grammar.reconnect, Grammar.compare, Grammar.shapes, Grammar.shapeKeys.values.flatMap { $0 },
        ].joined()
        #expect(keys.filter { SecretWord.isOne($0) }.allSatisfy(SecretWord.keys.contains))
        #expect(refusal(of: least + "accounts: {cuont: 5, patern: u7}\n").contains("{cuont: 5, patern: u7}"))
    }

    @Test("a file of accounts without a header shows none of its first line")
    func headerless() {
        let diagnostics = Diagnostics(SourceText("", path: "a.csv"))
        let file = AccountFile(path: "a.csv", named: .init(line: 0, column: 0), diagnostics: diagnostics)
        #expect(file.read(Array("u1,hunter2\nu2,hunter3\n".utf8)) == nil)
        #expect(throws: ScenarioErrors.self) { try diagnostics.check() }
        do { try diagnostics.check() } catch { #expect(!error.rendered.contains("hunter2"), "\(error.rendered)") }
    }

    @Test("the variables that secrets came from are known, whatever they are called")
    func variables() throws {
        let scenario = try read(
            least + "accounts: {password: \"x${DB}${OTHER:-y}\", pattern: \"${NAME}{n}\"}\n",
            environment: ["DB": "a", "NAME": "u"])
        #expect(scenario.secretVariables == ["DB", "OTHER"])
    }
}
