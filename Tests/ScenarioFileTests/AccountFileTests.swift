import Foundation
import LoadPlan
import ScenarioFile
import Testing

@Suite struct AccountFileTests {
    /// Reads a scenario in a folder of its own, in which `accounts.csv` has this text.
    private func read(_ csv: String, _ additions: String = "") throws -> Scenario {
        try read(Data(csv.utf8), additions)
    }

    private func read(_ csv: Data, _ additions: String = "") throws -> Scenario {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try csv.write(to: folder.appendingPathComponent("accounts.csv"))
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
        (
            "username;password\na;b\n",
            "accounts.csv:1:1: unknown column \"username;password\": columns are separated by commas, not by semicolons"
        ),
        (
            "username\tpassword\na\tb\n",
            "accounts.csv:1:1: unknown column \"username<U+0009>password\": columns are separated by commas, not by tabs"
        ),
        ("Username,password\na,b\n", "accounts.csv:1:1: unknown column \"Username\"\ndid you mean \"username\"?"),
        (
            "username,password\ra,geheim\r",
            "accounts.csv:1:18: a carriage return alone: a line ends in LF or CRLF"
        ),
        (
            "username,password\r\na,geheim\r\nb,geheim\r",
            "accounts.csv:3:9: a carriage return alone: a line ends in LF or CRLF"
        ),
        (
            "username,password\na,geheim\nusername,password\nb,geheim\n",
            "accounts.csv:3:1: the header again: were files put together?"
        ),
        (
            "username,password\na,geheim\npassword,username\n",
            "accounts.csv:3:1: the header again: were files put together?"
        ),
        (
            "username,password\na,geheim\n\u{FEFF}b,geheim\n",
            "accounts.csv:3:1: a username with U+FEFF, a byte order mark: were files put together?"
        ),
        (
            "username,password\nAnn,geheim\nann,geheim\n",
            "accounts.csv:3:1: username \"ann\" is the account of line 2: servers fold capitals and forms of writing"
        ),
        (
            "username,password\nStraße,geheim\nstrasse,geheim\n",
            "accounts.csv:3:1: username \"strasse\" is the account of line 2: servers fold capitals and forms of writing"
        ),
        (
            "username,password\na,geheim\nａ,geheim\n",
            "accounts.csv:3:1: username \"ａ\" is the account of line 2: servers fold capitals and forms of writing"
        ),
        ("username,password\na\u{200B}b,geheim\n", "accounts.csv:2:1: a username with U+200B, zero width space"),
        ("username,password\na\u{A0}b,geheim\n", "accounts.csv:2:1: a username with U+00A0, no-break space"),
        ("username,password\n\"a\u{0}b\",geheim\n", "accounts.csv:2:1: a username with U+0000, a control character"),
        (
            "username,password\n\"a\"\u{301}\"b\",x\n",
            "accounts.csv:2:4: expected a comma or the end of the line after a quoted field"
        ),
        ("username,password\n\"a\"\"\u{301}b\",x\n", "accounts.csv:2:1: expected a username, without a domain"),
        ("username,password\na,\"geheim\n\"\n", "accounts.csv:2:3: a password that begins or ends with a line end"),
        ("username,password\na,\"\r\ngeheim\"\n", "accounts.csv:2:3: a password that begins or ends with a line end"),
        ("username,password\na,ge\u{0}heim\n", "accounts.csv:2:3: a password with U+0000, a control character"),
        ("username,token\na,\"geheim\n\"\n", "accounts.csv:2:3: a token with U+000A, a control character"),
        (
            "username,password,resource\na,geheim,d\u{1}\n",
            "accounts.csv:2:10: a resource with U+0001, a control character"
        ),
        ("username,password,resource\na,geheim,d\u{FFFE}\n", "accounts.csv:2:10: a resource with U+FFFE"),
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

    @Test("what spreadsheets write beside UTF-8 is named", arguments: [String.Encoding.utf16, .utf16BigEndian])
    func otherEncodings(_ encoding: String.Encoding) throws {
        let csv = try #require("username,password\r\na,b\r\n".data(using: encoding))
        let refusal = try #require(throws: Refusal.self) { try read(csv) }
        #expect(refusal.text == "accounts.csv:1:1: UTF-16: save the account file as UTF-8")
    }

    @Test("what looks odd and is lawful is read as it is")
    func lawful() throws {
        let csv =
            "\u{FEFF}\"username\",\"password\",resource\r\n\"jörg\",\"a;b\nc\t \",\"a<b> & 'c'\"\r\n"
            + "მე,é 🔑,\r\n"
        #expect(
            try read(csv).plan.accounts.source
                == .list([
                    Accounts.Account(username: "jörg", password: "a;b\nc\t ", resource: "a<b> & 'c'"),
                    Accounts.Account(username: "მე", password: "é 🔑"),
                ]))
    }

    @Test("a scenario and its accounts are read from pipes, once, also where variants share them")
    func pipes() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func pipe(_ name: String, _ text: String) throws -> String {
            let path = folder.appendingPathComponent(name).path
            try #require(mkfifo(path, 0o600) == 0)
            Thread.detachNewThread { try? Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
            return path
        }
        let variants = "compare: {baseline: a, variants: {a: {login.force: true}, b: {login.force: false}}}\n"
        _ = try pipe("accounts.csv", "username,password\nann,pw\n")
        let path = try pipe("s.yml", least + "accounts: {file: accounts.csv}\n" + variants)
        let scenario = try ScenarioReader.read(file: path, defaultSeed: 1)
        #expect(scenario.plan.accounts.count == 1)
        #expect(scenario.experiment?.variants.map(\.plan.accounts.count) == [1, 1, 1])
    }

    @Test(
        "a name from the scenario itself is held to the same",
        arguments: [
            ("accounts: {pattern: \"u{n}\\u0007\"}\n", "s.yml:5:21: a username with U+0007, a control character"),
            ("accounts: {resource: \"m{n}\\u0001\"}\n", "s.yml:5:22: a resource with U+0001, a control character"),
            ("accounts: {password: \"pw\\n\"}\n", "s.yml:5:22: a password that begins or ends with a line end"),
        ])
    func fromTheScenario(_ line: String, _ expected: String) {
        #expect(refusal(of: least + line).hasPrefix(expected), "\(refusal(of: least + line))")
    }

    @Test("errors of an account file stand where the scenario names it")
    func order() throws {
        let refusal = try #require(throws: Refusal.self) { try read("username,password\na,\n", "seed: x\n") }
        #expect(refusal.text.hasPrefix("accounts.csv:2:3:"))
        #expect(refusal.text.contains("\ns.yml:6:7:"))
    }
}
