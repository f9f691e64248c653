import Foundation
import LoadPlan
import ScenarioFile
import Testing

@Suite struct AccountFileTests {
    /// Reads a scenario in a folder of its own, in which `accounts.csv` has this text.
    private func read(_ csv: String, _ additions: String = "") throws -> Scenario {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(csv.utf8).write(to: folder.appendingPathComponent("accounts.csv"))
        let scenario = folder.appendingPathComponent("s.yml").path
        try Data((least + "accounts: {file: accounts.csv}\n" + additions).utf8).write(
            to: URL(fileURLWithPath: scenario))
        do throws(ScenarioErrors) {
            return try ScenarioReader.read(file: scenario, defaultSeed: 1)
        } catch {
            throw Refusal(text: error.rendered.replacing(folder.path + "/", with: ""))
        }
    }

    private struct Refusal: Error {
        var text: String
    }

    @Test("accounts are read from the scenario's folder, columns in any order")
    func columns() throws {
        let csv = "password,username,token,resource\r\n\"p,\"\"1\",anna,,phone\r\n\r\np2,ben,t,\n"
        let scenario = try read(csv)
        #expect(
            scenario.plan.accounts.source
                == .list([
                    Accounts.Account(username: "anna", password: "p,\"1", resource: "phone"),
                    Accounts.Account(username: "ben", password: "p2", token: "t"),
                ]))
        #expect(scenario.rendered().contains("  file: accounts.csv\n"))
    }

    static let bad = [
        ("", "accounts.csv:1:1: the file is empty: the first line names the columns, username among them"),
        ("username,password\n", "accounts.csv:1:1: no accounts in this file"),
        ("username,pasword\na,b\n", "accounts.csv:1:10: unknown column \"pasword\"\ndid you mean \"password\"?"),
        ("username\na\n", "accounts.csv:1:1: missing column \"password\""),
        ("username,password,username\na,b,c\n", "accounts.csv:1:19: column \"username\" is given twice"),
        ("username,password\na,geheim\nb\n", "accounts.csv:3:1: expected 2 fields as in the header, found 1"),
        ("username,password\na,geheim\na,geheim\n", "accounts.csv:3:1: username \"a\" is given twice, first in line 2"),
        ("username,token\na,\n", "accounts.csv:2:1: expected a password, found nothing"),
        ("username,password\na,\n", "accounts.csv:2:3: expected a password, found nothing"),
        ("username,password\na@b,geheim\n", "accounts.csv:2:1: expected a username, without a domain"),
        ("username,password\n\"a,geheim\n", "accounts.csv:2:2: a quoted field without its closing quote"),
        ("username,password\na,ge\"heim\n", "accounts.csv:2:5: a quote inside a field that is not quoted"),
        (
            "username,password\n\"a\"b,geheim\n",
            "accounts.csv:2:4: expected a comma or the end of the line after a quoted field"
        ),
    ]

    @Test("a wrong row is named by file and line, and not shown", arguments: bad)
    func refused(csv: String, expected: String) throws {
        let refusal = try #require(throws: Refusal.self) { try read(csv) }
        #expect(refusal.text == expected)
    }

    @Test("errors of an account file stand where the scenario names it")
    func order() throws {
        let refusal = try #require(throws: Refusal.self) { try read("username,password\na,\n", "seed: x\n") }
        #expect(refusal.text.hasPrefix("accounts.csv:2:3:"))
        #expect(refusal.text.contains("\ns.yml:6:7:"))
    }
}
