import Foundation
import TestSupport
import Testing

@testable import ScenarioFile

@Suite("scenario reference")
struct ReferenceTests {
    private let reference = ScenarioReference()

    @Test("every key has a meaning, in Grammar+Meanings.swift")
    func meanings() {
        #expect(reference.undocumented == [])
    }

    @Test("no meaning is of a key that there is not")
    func outdated() {
        #expect(reference.outdated == [])
    }

    @Test("every key says what its value is")
    func kinds() {
        for section in reference.sections {
            for row in section.rows {
                #expect(!row.kind.isEmpty, "\(ScenarioReference.title(section.path)): \(row.key)")
            }
        }
    }

    @Test("it tells what the checker tells: kinds, what is required, defaults")
    func checked() {
        let lines = reference.markdown.split(separator: "\n")
        for line in [
            "| `tls` | starttls, direct or none | `starttls` | ",
            "| `address` | an address such as 127.0.0.1:5222, [::1]:5222, example.org or embedded | required | ",
            "| `rate` | a rate such as 200/s or 30/min | required | ",
            "| `for` | a duration such as 250ms, 30s, 5m or 8h | required (or logins) | ",
            "| `thresholds` | a list of thresholds, each a threshold such as ",
            "| `stay` | a duration such as 250ms, 30s, 5m or 8h, or until-end | `0s` | ",
        ] { #expect(lines.contains { $0.hasPrefix(line) }, "\(line)") }
        for title in ["## The scenario", "## `target.verify`", "## `load[].crowd`", "## `session.reconnect`"] {
            #expect(lines.contains(title[...]), "\(title)")
        }
    }

    @Test("docs/scenario.md is what muster reference prints: write it anew with muster reference >docs/scenario.md")
    func document() throws {
        let path = MusterBinary.packageDirectory + "/docs/scenario.md"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == reference.markdown)
    }
}
