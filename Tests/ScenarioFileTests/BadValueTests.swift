import Testing

@Suite struct BadValueTests {
    /// A scenario, and what a terminal shows for it. A leading `+` stands for the least scenario, four lines.
    static let cases: [(text: String, refusal: String)] = [
        (
            #"""
            +accounts: {passwrd: "a", password: "secret", count: 1x, order: sequental, token: foo}

            """#,
            #"""
            s.yml:5:12: unknown key "passwrd" in accounts
                accounts: {passwrd: ***, password: ***, count: 1x, order: sequental, token: ***}
                           ^
            did you mean "password"?
            s.yml:5:53: expected a whole number from 1 to 10000000, found "1x"
                accounts: {passwrd: ***, password: ***, count: 1x, order: sequental, token: ***}
                                                               ^
            s.yml:5:64: expected sequential, shuffled or random, found "sequental"
                accounts: {passwrd: ***, password: ***, count: 1x, order: sequental, token: ***}
                                                                          ^
            did you mean "sequential"?
            s.yml:5:75: unknown key "token" in accounts
                accounts: {passwrd: ***, password: ***, count: 1x, order: sequental, token: ***}
                                                                                     ^
            """#
        ),
        (
            #"""
            +session: {stay: 5, ping: 0}
            login: {timeout: 30min, force: yes, scram-cache: "true", mechanism: SCRAM-SHA1}

            """#,
            #"""
            s.yml:5:17: expected a duration such as 250ms, 30s, 5m or 8h, or until-end, found "5"
                session: {stay: 5, ping: 0}
                                ^
            did you mean "5s"?
            s.yml:5:26: expected a duration such as 250ms, 30s, 5m or 8h, found "0"
                session: {stay: 5, ping: 0}
                                         ^
            s.yml:6:18: expected a duration such as 250ms, 30s, 5m or 8h, found "30min"
                login: {timeout: 30min, force: yes, scram-cache: "true", mechanism: SCRAM-SHA1}
                                 ^
            did you mean "30m"?
            s.yml:6:32: expected true or false, found "yes"
                login: {timeout: 30min, force: yes, scram-cache: "true", mechanism: SCRAM-SHA1}
                                               ^
            did you mean "true"?
            s.yml:6:50: expected true or false, found the text "true" (without quotes)
                login: {timeout: 30min, force: yes, scram-cache: "true", mechanism: SCRAM-SHA1}
                                                                 ^
            s.yml:6:69: expected a SASL mechanism such as SCRAM-SHA-1, or strongest, found "SCRAM-SHA1"
                login: {timeout: 30min, force: yes, scram-cache: "true", mechanism: SCRAM-SHA1}
                                                                                    ^
            did you mean "SCRAM-SHA-1"?
            """#
        ),
        (
            #"""
            +login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}

            """#,
            #"""
            s.yml:5:17: the first step is bind: nothing can be asked before it
                login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}
                                ^
            s.yml:5:32: step bind is given twice
                login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}
                                               ^
            s.yml:5:49: unknown phase "tsl" in timeout
                login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}
                                                                ^
            did you mean "tls"?
            s.yml:5:58: lag has no timeout of its own
                login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}
                                                                         ^
            s.yml:5:87: mechanism PLAIN is given twice
                login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}
                                                                                                      ^
            s.yml:5:94: the mechanism X-OAUTH2 is not yet supported
                login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}
                                                                                                             ^
            s.yml:5:104: strongest stands alone: a list is your own order of preference
                login: {steps: [session, bind, bind], timeout: {tsl: 5s, lag: 5s}, mechanism: [PLAIN, PLAIN, X-OAUTH2, strongest]}
                                                                                                                       ^
            """#
        ),
        (
            #"""
            +thresholds:
              - login p99 < 800ms in evning
              - logn p99 < 800ms
              - login p98 < 5s
              - login p99 <= 5s
              - failures < 5
              - failures < 5% over 500ms
              - {that: residue memory < 2MB, abort: true}
              - failures < 0%
              - login p99 <
              - login p99 < 3s ever
              - drift p99 < 5% in 1-burst
              - server memory drfit < 5MiB/h
              - drift p50 < 5%/h in 1-burst
              - {that: failures drift < 1%/h, abort: true}
              - residue threads < 5 over 5m

            """#,
            #"""
            s.yml:6:26: no stage is named "evning"
                  - login p99 < 800ms in evning
                                         ^
            s.yml:7:5: unknown phase "logn"
                  - logn p99 < 800ms
                    ^
            did you mean "login"?
            s.yml:8:11: expected p50, p90, p95, p99, p999, max or mean, found "p98"
                  - login p98 < 5s
                          ^
            did you mean "p90"?
            s.yml:9:15: expected "<", found "<="
                  - login p99 <= 5s
                              ^
            s.yml:10:16: expected a share such as 0.1%, found "5"
                  - failures < 5
                               ^
            did you mean "5%"?
            s.yml:11:5: a window is at least one interval, which is 1s
                  - failures < 5% over 500ms
                    ^
            s.yml:12:29: expected a size such as 64KiB or 10MiB, found "2MB"
                  - {that: residue memory < 2MB, abort: true}
                                            ^
            did you mean "2MiB"?
            s.yml:13:16: nothing is below 0%: this threshold would always fail
                  - failures < 0%
                               ^
            s.yml:14:15: expected a duration such as 800ms after this
                  - login p99 <
                              ^
            s.yml:15:20: expected in STAGE, over DURATION or nothing more, found "ever"
                  - login p99 < 3s ever
                                   ^
            s.yml:16:17: expected a rate such as 5%/h, found "5%"
                  - drift p99 < 5% in 1-burst
                                ^
            s.yml:17:19: expected drift, found "drfit"
                  - server memory drfit < 5MiB/h
                                  ^
            s.yml:18:25: a drift is judged where the load is steady: 1-burst is neither hold nor crowd
                  - drift p50 < 5%/h in 1-burst
                                        ^
            s.yml:19:12: a drift is judged where the load is steady: no stage is hold or crowd
                  - {that: failures drift < 1%/h, abort: true}
                           ^
            s.yml:19:35: drift and residue are judged at the end: they cannot abort the run
                  - {that: failures drift < 1%/h, abort: true}
                                                  ^
            s.yml:20:25: expected nothing more, found "over"
                  - residue threads < 5 over 5m
                                        ^
            """#
        ),
        (
            #"""
            +accounts: {anonymous: true, password: x}
            login: {mechanism: PLAIN}

            """#,
            #"""
            s.yml:5:29: anonymous accounts have no password
                accounts: {anonymous: true, password: ***}
                                            ^
            s.yml:6:20: anonymous accounts cannot use PLAIN: only ANONYMOUS has no password
                login: {mechanism: PLAIN}
                                   ^
            """#
        ),
        (
            #"""
            +login: {mechanism: ANONYMOUS}

            """#,
            #"""
            s.yml:5:20: ANONYMOUS has no accounts: say accounts: {anonymous: true}
                login: {mechanism: ANONYMOUS}
                                   ^
            """#
        ),
        (
            #"""
            +accounts: {pattern: user, password: "${NOPE}"}
            domain: ${}

            """#,
            #"""
            s.yml:5:21: 1000 accounts by one pattern need {n} in it, as in "u{n}"
                accounts: {pattern: user, password: ${NOPE}}
                                    ^
            s.yml:5:38: the environment has no NOPE, and ${NOPE} has no default
                accounts: {pattern: user, password: ${NOPE}}
                                                    ^
            s.yml:6:1: unknown key "domain" in the scenario: it belongs to target
                domain: ${}
                ^
            s.yml:6:9: expected ${NAME} or ${NAME:-default}
                domain: ${}
                        ^
            """#
        ),
        (
            #"""
            +session: {reconnect: {after: 1s, max: 60s, every: 20s}}
            compare:
              baseline: plan
              variants:
                plain: {login.mechanism: PLAIN}
                scram: {login.mechansim: SCRAM-SHA-1}

            """#,
            #"""
            s.yml:5:34: reconnect has every or max, not both
                session: {reconnect: {after: 1s, max: 60s, every: 20s}}
                                                 ^
            s.yml:7:13: no variant is named "plan"
                  baseline: plan
                            ^
            did you mean "plain"?
            s.yml:10:13: unknown key "mechansim" in login
                    scram: {login.mechansim: SCRAM-SHA-1}
                            ^
            did you mean "mechanism"?
            """#
        ),
        (
            #"""
            +login: {mechanism: PLIAN}

            """#,
            #"""
            s.yml:5:20: expected a SASL mechanism such as SCRAM-SHA-1, or strongest, found "PLIAN"
                login: {mechanism: PLIAN}
                                   ^
            did you mean "PLAIN"?
            """#
        ),
        (
            #"""
            +login: {steps: [bind, {name: vcard, send: "<iq/>", expect: "/iq"}, {nme: x, send: a}], timeout: {vcard: 5s}}
            thresholds: [login p99 < 1s, vcard p99 < 1s]

            """#,
            #"""
            s.yml:5:44: an iq asks something: its type is get or set
                login: {steps: [bind, {name: vcard, send: "<iq/>", expect: "/iq"}, {nme: x, send: a}], timeout: {vcard: 5s}}
                                                           ^
            s.yml:5:69: unknown key "nme" in a step
                login: {steps: [bind, {name: vcard, send: "<iq/>", expect: "/iq"}, {nme: x, send: a}], timeout: {vcard: 5s}}
                                                                                    ^
            did you mean "name"?
            s.yml:5:83: not a stanza: Start tag expected, '<' not found
                login: {steps: [bind, {name: vcard, send: "<iq/>", expect: "/iq"}, {nme: x, send: a}], timeout: {vcard: 5s}}
                                                                                                  ^
            s.yml:5:68: missing key "name"
                login: {steps: [bind, {name: vcard, send: "<iq/>", expect: "/iq"}, {nme: x, send: a}], timeout: {vcard: 5s}}
                                                                                   ^
            """#
        ),
        (
            #"""
            +session: {ping: 60s, whitespace: 5s, stay: 1h30m}

            """#,
            #"""
            s.yml:5:22: a session has ping or whitespace, not both
                session: {ping: 60s, whitespace: 5s, stay: 1h30m}
                                     ^
            s.yml:5:44: expected a duration such as 250ms, 30s, 5m or 8h, or until-end, found "1h30m"
                session: {ping: 60s, whitespace: 5s, stay: 1h30m}
                                                           ^
            """#
        ),
        (
            #"""
            +session: {stay: 721h, ping: 99999999999999999999h, whitespace: -5s}

            """#,
            #"""
            s.yml:5:17: a duration of at most 720h is possible
                session: {stay: 721h, ping: 99999999999999999999h, whitespace: -5s}
                                ^
            s.yml:5:52: a session has ping or whitespace, not both
                session: {stay: 721h, ping: 99999999999999999999h, whitespace: -5s}
                                                                   ^
            s.yml:5:64: expected a duration such as 250ms, 30s, 5m or 8h, found "-5s"
                session: {stay: 721h, ping: 99999999999999999999h, whitespace: -5s}
                                                                               ^
            """#
        ),
        (
            #"""
            +interval: 1500ms
            seed: -1
            arrivals: random

            """#,
            #"""
            s.yml:5:11: an interval is whole seconds
                interval: 1500ms
                          ^
            s.yml:6:7: expected a whole number from 0 to 18446744073709551615, found "-1"
                seed: -1
                      ^
            s.yml:7:11: expected even or poisson, found "random"
                arrivals: random
                          ^
            """#
        ),
        (
            #"""
            +accounts: {file: none.csv, count: 5}

            """#,
            #"""
            s.yml:5:18: cannot read the file "none.csv"
                accounts: {file: none.csv, count: 5}
                                 ^
            s.yml:5:28: accounts of a file have no count here
                accounts: {file: none.csv, count: 5}
                                           ^
            """#
        ),
        (
            #"""
            +# ünïcödé
            login: {"förce": true}

            """#,
            #"""
            s.yml:6:9: unknown key "förce" in login
                login: {"förce": true}
                        ^
            did you mean "force"?
            """#
        ),
    ]

    @Test("a wrong value says what is expected, and what was probably meant", arguments: cases)
    func refused(text: String, expected: String) {
        let text = text.hasPrefix("+") ? least + text.dropFirst() : text
        #expect(refusal(of: text) == expected)
    }
}
