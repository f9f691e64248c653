import Testing

@Suite struct BadScenarioTests {
    /// A scenario, and what a terminal shows for it. A leading `+` stands for the least scenario, four lines.
    static let cases: [(text: String, refusal: String)] = [
        (
            #"""
            hello

            """#,
            #"""
            s.yml:1:1: expected a map with name, seed, arrivals, interval, target, accounts, login, load, session, thresholds or compare, found "hello"
                hello
                ^
            """#
        ),
        (
            #"""
            - a

            """#,
            #"""
            s.yml:1:1: expected a map with name, seed, arrivals, interval, target, accounts, login, load, session, thresholds or compare, found a list
                - a
                ^
            """#
        ),
        (
            #"""
            name: x
            target: 10.0.0.1:5222

            """#,
            #"""
            s.yml:2:9: "10.0.0.1:5222" is not this machine: load is only sent there with owner-consents: true, once its owner agreed
                target: 10.0.0.1:5222
                        ^
            s.yml:1:1: missing key "load"
                name: x
                ^
            s.yml:1:1: missing key "accounts": the target is not embedded, so a password is needed
                name: x
                ^
            """#
        ),
        (
            #"""
            name: .x
            target: {adress: "127.0.0.1:5222"}
            load:
              - ramp: {from: 10, to: 10/m, for: 1d}
              - hold: {rate: 200000/s}
              - crowd: {sessions: 0}
              - crowd: {sessions: 5, for: 5s, logins: 5}
              - burst: {logins: 5}
                ramp: {}
              - {name: x}
              - burst: {logins: "5", arrivals: even}
              - burst: 5

            """#,
            #"""
            s.yml:1:7: expected a name for the result folder: 1 to 64 of A-Z a-z 0-9 . _ -, the first no dot, found ".x"
                name: .x
                      ^
            s.yml:2:10: unknown key "adress" in target
                target: {adress: "127.0.0.1:5222"}
                         ^
            did you mean "address"?
            s.yml:4:18: expected a rate such as 200/s or 30/min, found "10"
                  - ramp: {from: 10, to: 10/m, for: 1d}
                                 ^
            did you mean "10/s"?
            s.yml:4:26: expected a rate such as 200/s or 30/min, found "10/m"
                  - ramp: {from: 10, to: 10/m, for: 1d}
                                         ^
            did you mean "10/min"?
            s.yml:4:37: expected a duration such as 250ms, 30s, 5m or 8h, found "1d"
                  - ramp: {from: 10, to: 10/m, for: 1d}
                                                    ^
            s.yml:5:18: a rate of at most 100000/s is possible
                  - hold: {rate: 200000/s}
                                 ^
            s.yml:6:23: expected a whole number from 1 to 10000000, found "0"
                  - crowd: {sessions: 0}
                                      ^
            s.yml:7:35: a crowd ends by for or by logins, not by both
                  - crowd: {sessions: 5, for: 5s, logins: 5}
                                                  ^
            s.yml:8:5: a stage is one of ramp, hold, burst, crowd, outage or recovery; here is ramp and burst
                  - burst: {logins: 5}
                    ^
            s.yml:10:5: a stage is one of ramp, hold, burst, crowd, outage or recovery; here is none
                  - {name: x}
                    ^
            s.yml:11:21: expected a whole number from 1 to 10000000, found the text "5" (without quotes)
                  - burst: {logins: "5", arrivals: even}
                                    ^
            s.yml:11:36: arrivals is for ramp and hold: a burst has no rate
                  - burst: {logins: "5", arrivals: even}
                                                   ^
            s.yml:12:12: expected a map with logins, name or arrivals, found "5"
                  - burst: 5
                           ^
            s.yml:2:9: missing key "address"
                target: {adress: "127.0.0.1:5222"}
                        ^
            s.yml:5:11: missing key "for"
                  - hold: {rate: 200000/s}
                          ^
            s.yml:6:12: missing key "for" (or logins)
                  - crowd: {sessions: 0}
                           ^
            """#
        ),
        (
            #"""
            name: x
            target: {address: "10.0.0.1:5222", owner-consents: true, tls: none}
            load: [{burst: {logins: 1}}]
            accounts: {password: x}

            """#,
            #"""
            s.yml:2:63: strongest may choose PLAIN, and PLAIN without TLS off this machine shows every password: use TLS or another mechanism, or say allow-plain-without-tls: true
                target: {address: "10.0.0.1:5222", owner-consents: true, tls: none}
                                                                              ^
            """#
        ),
        (
            #"""
            name: x
            target: 127.0.0.1:5222
            load: [{burst: {logins: 1}}]

            """#,
            #"""
            s.yml:1:1: missing key "accounts": the target is not embedded, so a password is needed
                name: x
                ^
            """#
        ),
        (
            #"""
            name: x
            target: 127.0.0.1
            load: {burst: {logins: 1}}

            """#,
            #"""
            s.yml:2:9: expected an address such as 127.0.0.1:5222, [::1]:5222, example.org or embedded, found "127.0.0.1"
                target: 127.0.0.1
                        ^
            did you mean "127.0.0.1:5222"?
            s.yml:3:7: expected a list of stages, found a map
                load: {burst: {logins: 1}}
                      ^
            """#
        ),
        (
            #"""
            name: x
            target: embeded
            load:

            """#,
            #"""
            s.yml:2:9: expected an address such as 127.0.0.1:5222, [::1]:5222, example.org or embedded, found "embeded"
                target: embeded
                        ^
            did you mean "embedded"?
            s.yml:3:6: expected a list of stages, found nothing
                load:
                     ^
            """#
        ),
        (
            #"""
            name: x
            target: localhost:99999
            load:
              - burst: {logins: 1, name: a}
              - burst: {logins: 1, name: a}
              - burst: {logins: 1, name: all}
              - crowd: {sessions: 5, logins: 6}
            session: {stay: until-end}
            accounts:
              password:
                - secret

            """#,
            #"""
            s.yml:2:9: a port is a number from 1 to 65535, found "99999"
                target: localhost:99999
                        ^
            s.yml:5:30: stage name "a" is given twice
                  - burst: {logins: 1, name: a}
                                             ^
            s.yml:6:30: "all" is the whole run: use another name
                  - burst: {logins: 1, name: all}
                                             ^
            s.yml:7:5: a crowd of 5 sessions that stay until-end never starts 6 logins
                  - crowd: {sessions: 5, logins: 6}
                    ^
            s.yml:11:5: expected a text, found a list
                ***
                ^
            """#
        ),
        (
            #"""
            name: x
            target: {address: "[::1]", verify: {pin: ab}, process: 1234567890123}
            load: [{hold: {rate: 1/s, for: 5s}, name: a, arrivals: even}, {hold: {rate: 1/s, for: 5s, name: b}, name: c}]

            """#,
            #"""
            s.yml:2:19: expected an address such as 127.0.0.1:5222, [::1]:5222, example.org or embedded, found "[::1]"
                target: {address: "[::1]", verify: {pin: ab}, process: 1234567890123}
                                  ^
            did you mean "[::1]:5222"?
            s.yml:2:42: expected the SHA-256 of a certificate: 64 hexadecimal digits, found "ab"
                target: {address: "[::1]", verify: {pin: ab}, process: 1234567890123}
                                                         ^
            s.yml:2:56: expected auto, a process id or a pid file, found "1234567890123"
                target: {address: "[::1]", verify: {pin: ab}, process: 1234567890123}
                                                                       ^
            s.yml:3:91: name is given twice for this stage
                load: [{hold: {rate: 1/s, for: 5s}, name: a, arrivals: even}, {hold: {rate: 1/s, for: 5s, name: b}, name: c}]
                                                                                                          ^
            """#
        ),
    ]

    @Test("everything wrong with a scenario is said at once, in file order", arguments: cases)
    func refused(text: String, expected: String) {
        let text = text.hasPrefix("+") ? least + text.dropFirst() : text
        #expect(refusal(of: text) == expected)
    }
}
