import ScenarioFile
import Testing

@Suite struct ErrorTests {
    @Test("at most twenty errors are shown, in file order, and the rest is counted")
    func limit() throws {
        let text = least + (1...30).map { "wrong\($0): 1\n" }.joined()
        let errors = try #require(throws: ScenarioErrors.self) { try read(text) }
        #expect(errors.errors.map(\.line) == Array(5...24))
        #expect(errors.omitted == 10)
        #expect(errors.rendered.hasSuffix("and 10 more"))
    }

    @Test("what is not UTF-8 is refused where it begins")
    func encoding() throws {
        let bytes = Array("name: x\n# gr".utf8) + [0xFC] + Array("n\n".utf8)
        let errors = try #require(throws: ScenarioErrors.self) {
            try ScenarioReader.read(bytes: bytes, path: "s.yml", defaultSeed: 1)
        }
        #expect(errors.rendered == "s.yml:2:5: not UTF-8: a scenario is UTF-8 text")
    }

    @Test("a file that is not there is named")
    func missingFile() throws {
        let errors = try #require(throws: ScenarioErrors.self) {
            try ScenarioReader.read(file: "no/such.yml", defaultSeed: 1)
        }
        #expect(errors.rendered == "no/such.yml: cannot read this file")
    }

    @Test("columns are counted after a byte order mark")
    func mark() {
        #expect(refusal(of: "\u{FEFF}nam: x\n" + least).hasPrefix("s.yml:1:1: unknown key \"nam\""))
    }

    @Test("nesting without end is refused")
    func nesting() {
        #expect(refusal(of: least + "a: " + String(repeating: "[", count: 5000)).contains("nested too deeply"))
        #expect(refusal(of: least + String(repeating: "- ", count: 5000) + "x").contains("nested too deeply"))
    }

    @Test("a long line is cut to what is around the caret")
    func longLine() {
        let text = least + "login: {" + (1...500).map { "k\($0): 1, " }.joined() + "force: false}"
        let lines = refusal(of: text).split(separator: "\n")
        let carets = lines.filter { $0.hasSuffix("^") }
        #expect(lines.allSatisfy { $0.count < 170 })
        #expect(carets.count == 20)
        #expect(refusal(of: least + "scenario-" + String(repeating: "x", count: 10_000) + ": 1").count < 500)
    }

    @Test("a control character is refused where it stands")
    func control() {
        #expect(refusal(of: least + "#\u{FEFF}").hasPrefix("s.yml:5:2: U+FEFF, a byte order mark\n"))
        #expect(refusal(of: least + "a: b\u{7}").hasPrefix("s.yml:5:5: U+0007, a control character\n"))
    }

    static let secretive = [
        "accounts: {password: geheim, count: x}", "accounts: {password: 'geheim', count: x}",
        "accounts: {count: x, password: \"a\\\"geheim\"}", "accounts:\n  password: geheim, {geheim\n  count: x",
        "accounts:\n  password: [geheim]", "accounts:\n  password:\n    - geheim",
        "accounts:\n  \"password\": {a: geheim}",
        "accounts: {count: x, password: \"${P:-geheim}\"}", "accounts:\n  password: \"geheim",
        "accounts:\n  password: |\n   geheim\n\tgeheim",
        "accounts: {count: x, token: geheim}", "accounts: {password: geheim",
        "accounts: {password: {a: geheim}, count: x}",
        "accounts: {password: a, password: geheim}", "login: {mechanism: X, password: [geheim, geheim]}",
    ]

    @Test("no message shows a password", arguments: secretive)
    func secrets(addition: String) {
        let shown = refusal(of: least + addition)
        #expect(shown != "accepted")
        #expect(!shown.contains("geheim"), "\(shown)")
    }

    @Test("a warning says what is probably not meant, with its place")
    func warnings() throws {
        let text = least + "login: {scram-cache: true, mechanism: PLAIN}\naccounts: {resource: r, count: 10}\n"
        let crowded = text.replacing("logins: 1}", with: "logins: 100}")
        #expect(
            try read(crowded).warnings.map(\.rendered) == [
                """
                s.yml:5:1: scram-cache does nothing without a SCRAM mechanism
                    login: {scram-cache: true, mechanism: PLAIN}
                    ^
                """,
                """
                s.yml:6:1: about 100 sessions at once on 10 accounts with a fixed resource: logins without a free account fail
                    accounts: {resource: r, count: 10}
                    ^
                """,
            ])
    }
}
