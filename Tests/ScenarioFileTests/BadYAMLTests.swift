import Testing

@Suite struct BadYAMLTests {
    /// A scenario, and what a terminal shows for it. A leading `+` stands for the least scenario, four lines.
    static let cases: [(text: String, refusal: String)] = [
        (
            #"""
            # only a comment

            """#,
            #"""
            s.yml:1:1: the file is empty
                # only a comment
                ^
            """#
        ),
        (
            #"""
            name: a
            name: b
            target: embedded
            naem: c
            load: [{burst: {logins: 1}}]

            """#,
            #"""
            s.yml:2:1: key "name" is given twice, first in line 1, column 1
                name: b
                ^
            s.yml:4:1: unknown key "naem" in the scenario
                naem: c
                ^
            did you mean "name"?
            """#
        ),
        (
            #"""
            +session: {stay: 1s, stay: 2s}

            """#,
            #"""
            s.yml:5:21: key "stay" is given twice, first in line 5, column 11
                session: {stay: 1s, stay: 2s}
                                    ^
            """#
        ),
        (
            #"""
            +login: &a {force: true}
            accounts: *a

            """#,
            #"""
            s.yml:5:8: an anchor: anchors and aliases are not part of YAML-lite
                login: &a {force: true}
                       ^
            """#
        ),
        (
            #"""
            +accounts: *a

            """#,
            #"""
            s.yml:5:11: an alias: anchors and aliases are not part of YAML-lite
                accounts: *a
                          ^
            """#
        ),
        (
            #"""
            +session: !!map {stay: 1s}
            login: {force: !!bool true}
            accounts: {pattern: !!str "u{n}"}

            """#,
            #"""
            s.yml:5:10: a tag: tags are not part of YAML-lite
                session: !!map {stay: 1s}
                         ^
            s.yml:6:16: a tag: tags are not part of YAML-lite
                login: {force: !!bool true}
                               ^
            s.yml:7:21: a tag: tags are not part of YAML-lite
                accounts: {pattern: !!str "u{n}"}
                                    ^
            """#
        ),
        (
            #"""
            +session: {stay: 1s,
              ping: 5s}

            """#,
            #"""
            s.yml:5:10: a flow list or map goes on over several lines: write it on one line, or as a block
                session: {stay: 1s,
                         ^
            """#
        ),
        (
            #"""
            +session:
            	stay: 1s

            """#,
            #"""
            s.yml:6:1: a tab: YAML is indented by spaces
                	stay: 1s
                ^
            """#
        ),
        (
            #"""
            +session: {stay: 1s
            login: {}

            """#,
            #"""
            s.yml:5:10: a flow list or map without its closing bracket on the same line, or without a comma
                session: {stay: 1s
                         ^
            """#
        ),
        (
            #"""
            +session: "abc
            login: {}

            """#,
            #"""
            s.yml:5:10: a quoted text without its closing quote
                session: "abc
                         ^
            """#
        ),
        (
            #"""
            +<<: {a: b}

            """#,
            #"""
            s.yml:5:1: a merge key: merge keys are not part of YAML-lite
                <<: {a: b}
                ^
            """#
        ),
        (
            #"""
            +---
            a: b

            """#,
            #"""
            s.yml:6:1: several documents in one file: a scenario is one document
                a: b
                ^
            """#
        ),
        (
            #"""
            +session: stay: 1s

            """#,
            #"""
            s.yml:5:14: a ":" where no key can be: quote a text that contains ": ", or check the indentation
                session: stay: 1s
                             ^
            """#
        ),
        (
            #"""
            +session

            """#,
            #"""
            s.yml:5:1: a line that is neither a key with ":" nor a list entry
                session
                ^
            """#
        ),
        (
            #"""
            +session:
                stay: 1s
               ping: 2s

            """#,
            #"""
            s.yml:7:4: expected a key here: check the indentation
                   ping: 2s
                   ^
            """#
        ),
        (
            #"""
            name: x
            target: {address: example.org, domain: a b, tls: startls, tls-versions: 1.1, verify: {ca: /nope.pem}, process: 0, resume: often}
            load: []

            """#,
            #"""
            s.yml:2:40: expected a domain such as example.org: a domain has no U+0020 in it
                target: {address: example.org, domain: a b, tls: startls, tls-versions: 1.1, verify: {ca: /nope.pem}, process: 0, resume: often}
                                                       ^
            s.yml:2:50: expected starttls, direct or none, found "startls"
                target: {address: example.org, domain: a b, tls: startls, tls-versions: 1.1, verify: {ca: /nope.pem}, process: 0, resume: often}
                                                                 ^
            did you mean "starttls"?
            s.yml:2:73: expected 1.2, 1.3 or 1.2..1.3, found "1.1"
                target: {address: example.org, domain: a b, tls: startls, tls-versions: 1.1, verify: {ca: /nope.pem}, process: 0, resume: often}
                                                                                        ^
            s.yml:2:91: cannot read the file "/nope.pem"
                target: {address: example.org, domain: a b, tls: startls, tls-versions: 1.1, verify: {ca: /nope.pem}, process: 0, resume: often}
                                                                                                          ^
            s.yml:2:112: expected auto, a process id or a pid file, found "0"
                target: {address: example.org, domain: a b, tls: startls, tls-versions: 1.1, verify: {ca: /nope.pem}, process: 0, resume: often}
                                                                                                                               ^
            s.yml:2:123: expected none, account or shared, found "often"
                target: {address: example.org, domain: a b, tls: startls, tls-versions: 1.1, verify: {ca: /nope.pem}, process: 0, resume: often}
                                                                                                                                          ^
            s.yml:3:7: expected at least one stage, found an empty list
                load: []
                      ^
            s.yml:1:1: missing key "accounts": the target is not embedded, so a password is needed
                name: x
                ^
            """#
        ),
        (
            #"""
            +accounts:
              password: se"cret
              pattern: "u{n}@example.org"
                x

            """#,
            #"""
            s.yml:8:5: expected a key here: check the indentation
                    x
                    ^
            """#
        ),
        (
            #"""
            +? [a]
            : b

            """#,
            #"""
            s.yml:5:3: a key is a word, not a list
                ? [a]
                  ^
            """#
        ),
        (
            #"""
            +login: {force: TRUE, scram-cache: , mechanism: []}
            thresholds: login p99 < 1s

            """#,
            #"""
            s.yml:5:16: expected true or false, found "TRUE"
                login: {force: TRUE, scram-cache: , mechanism: []}
                               ^
            did you mean "true"?
            s.yml:5:35: expected true or false, found nothing
                login: {force: TRUE, scram-cache: , mechanism: []}
                                                  ^
            s.yml:5:48: expected at least one mechanism, found an empty list
                login: {force: TRUE, scram-cache: , mechanism: []}
                                                               ^
            s.yml:6:13: expected a list of thresholds, found "login p99 < 1s"
                thresholds: login p99 < 1s
                            ^
            """#
        ),
        (
            "name: x\ntarget: embedded\nload:\n\u{A0}\u{A0}- burst: {logins: 1}\n",
            """
            s.yml:3:6: expected a list of stages, found nothing
                load:
                     ^
            s.yml:4:1: U+00A0, no-break space: YAML knows spaces only; a text that has it goes in quotes
                \u{A0}\u{A0}- burst: {logins: 1}
                ^
            """
        ),
        (
            "name: x\ntarget: embedded\nload:\n  - burst: {logins: 1}\n\u{2003} - burst: {logins: 1}\n",
            """
            s.yml:5:1: U+2003, em space: YAML knows spaces only; a text that has it goes in quotes
                \u{2003} - burst: {logins: 1}
                ^
            """
        ),
        (
            "+ses\u{200B}sion: {stay: 1s}\n",
            """
            s.yml:5:4: U+200B, zero width space: YAML knows spaces only; a text that has it goes in quotes
                ses\u{200B}sion: {stay: 1s}
                   ^
            """
        ),
        (
            "+session: {stay: \u{202E}1s}\n",
            """
            s.yml:5:17: U+202E, right-to-left override: YAML knows spaces only; a text that has it goes in quotes
                session: {stay: \u{202E}1s}
                                ^
            """
        ),
    ]

    @Test("what YAML-lite is not is refused by name, with its place", arguments: cases)
    func refused(text: String, expected: String) {
        let text = text.hasPrefix("+") ? least + text.dropFirst() : text
        #expect(refusal(of: text) == expected)
    }
}
