import LoadPlan
import ScenarioFile
import TestSupport
import Testing

@Suite("TLS groups, tickets and client certificates in a scenario")
struct TLSChoiceTests {
    private func target(_ keys: String) -> String {
        "name: x\ntarget: {address: embedded, \(keys)}\nload: [{burst: {logins: 1}}]\n"
    }

    @Test("groups are one or a list in order of preference")
    func groups() throws {
        #expect(try read(least).plan.target.tlsGroups == [])
        #expect(try read(target("tls-groups: X25519")).plan.target.tlsGroups == ["X25519"])
        #expect(try read(target("tls-groups: [P-384, X25519]")).plan.target.tlsGroups == ["P-384", "X25519"])
    }

    @Test("tickets are used again by none, by their account or by all", arguments: Target.Resumption.allCases)
    func resumption(_ resumption: Target.Resumption) throws {
        #expect(try read(target("resume: \(resumption.rawValue)")).plan.target.resumption == resumption)
    }

    @Test("what a handshake is can be judged")
    func thresholds() throws {
        let plan = try read(
            target("resume: account") + "thresholds: [tls.resumed p99 < 5ms, tls.full max < 1s]\n"
        ).plan
        #expect(
            plan.thresholds.map(\.measure) == [
                .latency(phase: "tls.resumed", .p99), .latency(phase: "tls.full", .max),
            ])
    }

    @Test("certificates are one for all, or one for each by number or name")
    func certificates() throws {
        let folder = try TemporaryDirectory()
        for name in ["c.pem", "c.key", "u1.pem", "u2.pem", "1.key", "2.key"] { try folder.write("", to: name) }
        let one = try read(accounts("{cert: \(folder.path("c.pem")), key: \(folder.path("c.key"))}")).plan.accounts
        #expect(one.certificate?.isPerAccount == false)
        let each = "{cert: \"\(folder.path("{username}.pem"))\", key: \"\(folder.path("{n}.key"))\"}"
        let own = try #require(try read(accounts(each)).plan.accounts.certificate)
        #expect(own.isPerAccount)
        #expect(own.files(index: 1, username: "u2").certificate == folder.path("u2.pem"))
        #expect(own.files(index: 1, username: "u2").key == folder.path("2.key"))
    }

    @Test("a certificate's file that is missing is named, with its line and its account")
    func missing() throws {
        let folder = try TemporaryDirectory()
        for name in ["u1.pem", "u2.pem", "u1.key"] { try folder.write("", to: name) }
        let text = accounts(
            """

                cert: "\(folder.path("u{n}.pem"))"
                key: "\(folder.path("u{n}.key"))"
            """)
        let refusal = refusal(of: text)
        #expect(refusal.hasPrefix("s.yml:9:10: cannot read the file \"\(folder.path("u2.key"))\"\n    "), "\(refusal)")
    }

    @Test("what TLS says to a plan stands at the key that it is about")
    func judged() throws {
        let text = target("tls-groups: X25519") + "accounts:\n  count: 2\n  password: a\n"
        let error = #expect(throws: ScenarioErrors.self) {
            try ScenarioReader.read(text: text, path: "s.yml", defaultSeed: 1) { plan in
                [
                    PlanProblem(keyPath: "accounts.count", message: "I do not like \(plan.accounts.count ?? 0)"),
                    PlanProblem(keyPath: "target.tls-groups", message: "nor this"),
                    PlanProblem(keyPath: "session.stay", message: "nor what is not there"),
                ]
            }
        }
        #expect(
            error?.errors.map { "\($0.line):\($0.column) \($0.message)" } == [
                "1:1 nor what is not there", "2:29 nor this", "5:3 I do not like 2",
            ])
    }

    @Test(
        "what contradicts itself is refused",
        arguments: [
            (
                "target: {address: embedded, resume: account}", "accounts: {anonymous: true}",
                "anonymous logins have no account to keep a ticket for: use resume: shared"
            ),
            (
                "target: {address: embedded, resume: shared}",
                "accounts: {certificate: {cert: \"/dev/null/{n}\", key: /dev/null}}",
                "a ticket stands for the certificate it was got with, and accounts have their own: use resume: account"
            ),
            ("target: embedded", "accounts: {certificate: {cert: /dev/null}}", "missing key \"key\""),
            ("target: embedded", "login: {mechanism: EXTERNAL}", "EXTERNAL needs a certificate: accounts.certificate"),
            (
                "target: {address: embedded, tls: none}", "login: {mechanism: EXTERNAL}",
                "EXTERNAL needs TLS to carry the certificate, and tls is none"
            ),
            (
                "target: embedded", "login: {mechanism: EXTERNAL}",
                "the embedded server offers EXTERNAL with target.embedded.client-ca: FILE"
            ),
            (
                "target: {address: example.org, tls: none}", "accounts: {password: a}",
                "PLAIN without TLS off this machine shows every password"
            ),
            ("target: {address: embedded, tls-groups: []}", "", "expected at least one group, found an empty list"),
            ("target: {address: embedded, tls-groups: [P-256, P-256]}", "", "group P-256 is given twice"),
            ("target: {address: embedded, tls-groups: x25519}", "", "did you mean \"X25519\"?"),
        ])
    func refused(_ target: String, _ rest: String, _ message: String) {
        let refusal = refusal(of: "name: x\n\(target)\nload: [{burst: {logins: 1}}]\n\(rest)\n")
        #expect(refusal.contains(message), "\(refusal)")
    }

    @Test("what does nothing without TLS is warned of")
    func idle() throws {
        let warnings = try read(target("tls: none, resume: account, tls-groups: X25519")).warnings.map(\.message)
        #expect(warnings == ["resume does nothing without TLS", "tls-groups does nothing without TLS"])
    }

    @Test("groups, tickets and certificates are part of what makes a scenario what it is, and are shown")
    func identity() throws {
        let folder = try TemporaryDirectory()
        for name in ["c.pem", "c.key"] { try folder.write("", to: name) }
        let text =
            target("tls-groups: [X25519, P-256], resume: account")
            + "accounts: {certificate: {cert: \(folder.path("c.pem")), key: \(folder.path("c.key"))}}\n"
        let scenario = try read(text)
        #expect(try read(scenario.rendered()).canonicalText == scenario.canonicalText)
        for key in ["target.tls-groups.0: X25519", "target.resume: account", "accounts.certificate.cert: /"] {
            #expect(scenario.canonicalText.contains(key))
        }
        let plain = try read(target("resume: account")).plan
        #expect(plain.planHashText != scenario.plan.planHashText)
        #expect(plain.planHashText != (try read(target("resume: shared")).plan.planHashText))
    }

    private func accounts(_ certificate: String) -> String {
        "name: x\ntarget: embedded\nload: [{burst: {logins: 1}}]\naccounts:\n  count: 2\n  password: a\n  certificate: \(certificate)\n"
    }
}
