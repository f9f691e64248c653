/// A run's thresholds as JUnit's XML, for the nightly of a build server: `junit.xml`.
enum JUnit {
    /// Each threshold is a test case: failed, or skipped where it was not judged. A run that has not ended, or that nobody
    /// can judge, is an error.
    static func text(of description: RunDescription) -> String {
        let cases = description.verdict.map { Self.cases(of: $0, description) } ?? [unended(description)]
        let (failures, skipped) = (cases.count { $0.kind == "failure" }, cases.count { $0.kind == "skipped" })
        let errors = cases.count { $0.kind == "error" }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
              <testsuite name="\(escaped(description.name))" tests="\(cases.count)" failures="\(failures)" \
            errors="\(errors)" skipped="\(skipped)" time="\(description.durationSeconds)" \
            timestamp="\(escaped(description.startedAt))">
            \(cases.map(\.text).joined(separator: "\n"))
              </testsuite>
            </testsuites>

            """
    }

    private struct Case {
        var className: String
        var name: String
        /// nil of one that passed.
        var kind: String?
        var message: String

        var text: String {
            let head = "    <testcase classname=\"\(escaped(className))\" name=\"\(escaped(name))\""
            guard let kind else { return "\(head)/>" }
            return "\(head)><\(kind) message=\"\(escaped(message))\"/></testcase>"
        }
    }

    private static func cases(of verdict: RunDescription.Verdict, _ description: RunDescription) -> [Case] {
        let thresholds = verdict.thresholds.map { threshold in
            var found = Case(
                className: description.name, name: threshold.text, kind: nil, message: threshold.figure)
            switch threshold.passed {
            case true?: break
            case false?: found.kind = "failure"
            case nil: (found.kind, found.message) = ("skipped", threshold.reason ?? "")
            }
            return found
        }
        guard ![0, 1].contains(verdict.exitCode) else { return thresholds }
        return thresholds + [Case(className: description.name, name: "the run", kind: "error", message: verdict.text)]
    }

    /// What a run that was killed leaves behind.
    private static func unended(_ description: RunDescription) -> Case {
        Case(className: description.name, name: "the run", kind: "error", message: "the run has not ended")
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case _ where scalar.value < 0x20: " "
            default: String(scalar)
            }
        }.joined()
    }
}
