import Domains
import LoadPlan
import ScenarioFile
import Testing

/// The documentation's example without what is not yet supported.
let evening = """
    name: openfire-evening-rush        # it names the result folder
    seed: 42
    arrivals: even
    interval: 10s
    target:
      address: 127.0.0.1:5222
      domain: example.org              # the stream's `to`
      tls: starttls
      tls-versions: 1.2..1.3
      verify: none
      resume: none
      process: auto
      owner-consents: true
      allow-plain-without-tls: false
    accounts:
      pattern: "u{n}"
      count: 12000
      password: "${MUSTER_PASSWORD:-pw}"
      order: sequential
      resource: "m{n}"
    login:
      mechanism: SCRAM-SHA-1
      scram-cache: false
      force: false
      steps: [bind, session, roster, presence]
      timeout: 20s
    load:
      - ramp: {from: 10/s, to: 200/s, for: 30s}
      - hold: {rate: 200/s, for: 2m, name: evening}
      - burst: {logins: 2000}
      - crowd: {sessions: 5000, for: 5m}
    session:
      stay: 30s
      ping: 60s
      reconnect: none
    thresholds:
      - login p99 < 800ms in evening
      - failures < 0.1%
      - {that: disconnects < 0.1%, abort: false}

    """

@Suite struct GoodScenarioTests {
    @Test("the documentation's example is the plan that it describes")
    func example() throws {
        let plan = try read(evening).plan
        let expected = RunPlan(
            name: "openfire-evening-rush", seed: 42, interval: .seconds(10),
            target: Target(
                address: .host("127.0.0.1", port: 5222), domain: "example.org", verification: .none,
                ownerConsents: true),
            accounts: Accounts(source: .pattern("u{n}", count: 12000, password: "pw"), resource: "m{n}"),
            login: LoginPlan(mechanism: .preferred(["SCRAM-SHA-1"])),
            stages: [
                Stage(name: "1-ramp", shape: .ramp(from: 10, to: 200, duration: .seconds(30))),
                Stage(name: "evening", shape: .hold(rate: 200, duration: .seconds(120))),
                Stage(name: "3-burst", shape: .burst(logins: 2000)),
                Stage(name: "4-crowd", shape: .crowd(sessions: 5000, end: .after(.seconds(300)))),
            ],
            session: SessionPlan(stay: .for(.seconds(30)), keepalive: .ping(every: .seconds(60))),
            thresholds: [
                Threshold(
                    text: "login p99 < 800ms in evening", measure: .latency(phase: "login", .p99),
                    limit: .duration(.milliseconds(800)), stage: "evening"),
                Threshold(text: "failures < 0.1%", measure: .failures, limit: .share(0.001)),
                Threshold(text: "disconnects < 0.1%", measure: .disconnects, limit: .share(0.001)),
            ])
        #expect(plan == expected)
    }

    private static let thresholds: [(String, Threshold.Measure, Threshold.Limit)] = [
        ("drift p99 < 5%/h in night", .drift(.p99), .share(0.05)),
        ("drift p50 < 0.5%/h", .drift(.p50), .share(0.005)),
        ("failures drift < 0.1%/h", .drift(.failures), .share(0.001)),
        ("server memory drift < 10MiB/h", .drift(.memory), .bytes(10_485_760)),
        ("server descriptors drift < 10/h", .drift(.descriptors), .count(10)),
        ("server threads drift < 0.5/h", .drift(.threads), .count(0.5)),
        ("server cpu drift < 5%/h", .drift(.cpu), .share(0.05)),
        ("drift p99 < 5%/h shown in night", .drift(.p99), .share(0.05)),
        ("residue memory < 50MiB", .residue(.memory), .bytes(52_428_800)),
        ("residue sessions < 1", .residue(.sessions), .count(1)),
        ("residue descriptors < 5", .residue(.descriptors), .count(5)),
        ("residue threads < 5", .residue(.threads), .count(5)),
    ]

    @Test("what is judged at the end has its limits an hour, or in all", arguments: thresholds)
    func trends(text: String, measure: Threshold.Measure, limit: Threshold.Limit) throws {
        let night = "name: x\ntarget: embedded\nload: [{hold: {rate: 5/s, for: 8h, name: night}}]\n"
        let plan = try read(night + "thresholds: [\(text)]\n").plan
        let stage = text.hasSuffix("night") ? "night" : nil
        let isShown = text.contains(" shown")
        #expect(
            plan.thresholds == [
                Threshold(text: text, measure: measure, limit: limit, stage: stage, mustBeShown: isShown)
            ])
    }

    @Test(
        "where no threshold names failures a run is judged by the default beside its own",
        arguments: [
            ("", ["failures < 1% (default)"]), ("thresholds: []\n", ["failures < 1% (default)"]),
            ("thresholds: [login p99 < 1s]\n", ["login p99 < 1s", "failures < 1% (default)"]),
            ("thresholds: [failures < 5% in 1-burst]\n", ["failures < 5% in 1-burst"]),
        ])
    func defaultRule(thresholds: String, rules: [String]) throws {
        let scenario = try read(least + thresholds)
        #expect(scenario.plan.rules.map(\.text) == rules)
        let again = try read(scenario.rendered())
        #expect(again.plan.rules == scenario.plan.rules)
        #expect(again.canonicalText == scenario.canonicalText)
        #expect(scenario.plan.rules.map(\.isDefault) == rules.map { $0.hasSuffix("(default)") })
    }

    @Test("a threshold over a window that ends the run says so, and is shown so")
    func windows() throws {
        let scenario = try read(least + "thresholds: [{that: login p99 < 2s over 5m in 1-burst, abort: true}]\n")
        #expect(
            scenario.plan.thresholds == [
                Threshold(
                    text: "login p99 < 2s over 5m in 1-burst", measure: .latency(phase: "login", .p99),
                    limit: .duration(.seconds(2)), stage: "1-burst", window: .seconds(300), aborts: true)
            ])
        #expect(scenario.rendered().contains("- {that: \"login p99 < 2s over 5m in 1-burst\", abort: true}\n"))
    }

    @Test("a window that fits into no stage is refused")
    func longWindow() {
        let text = "name: x\ntarget: embedded\nload: [{hold: {rate: 5/s, for: 2m, name: night}}]\n"
        let errors = #expect(throws: ScenarioErrors.self) { try read(text + "thresholds: [failures < 1% over 5m]\n") }
        #expect(
            errors?.errors.first?.message == "no window of 5m fits into the run, which lasts 2m")
    }

    @Test("name, target and load are enough; everything else has the documented default")
    func defaults() throws {
        let plan = try read(least).plan
        let expected = RunPlan(
            name: "x", seed: 7, interval: .seconds(1), target: Target(address: .embedded, domain: "localhost"),
            accounts: Accounts(source: .pattern("u{n}", count: 1000, password: "muster")),
            stages: [Stage(name: "1-burst", shape: .burst(logins: 1))])
        #expect(plan == expected)
    }

    static let values: [(addition: String, check: @Sendable (RunPlan) -> Bool)] = [
        ("accounts: {password: 12345}", { $0.accounts.source == .pattern("u{n}", count: 1000, password: "12345") }),
        ("accounts: {password: \"007\"}", { $0.accounts.source == .pattern("u{n}", count: 1000, password: "007") }),
        ("accounts: {password: true}", { $0.accounts.source == .pattern("u{n}", count: 1000, password: "true") }),
        (
            "accounts:\n  password: |\n    a b",
            { $0.accounts.source == .pattern("u{n}", count: 1000, password: "a b") }
        ),
        ("accounts: {pattern: admin, count: 1}", { $0.accounts.count == 1 }),
        ("accounts: {order: shuffled}", { $0.accounts.order == .shuffled }),
        ("accounts: {anonymous: true}", { $0.accounts.source == .anonymous }),
        ("accounts: {anonymous: true}", { $0.login.mechanism == .preferred(["ANONYMOUS"]) }),
        (
            "login: {mechanism: [SCRAM-SHA-256, PLAIN]}",
            { $0.login.mechanism == .preferred(["SCRAM-SHA-256", "PLAIN"]) }
        ),
        ("login: {mechanism: strongest, force: true}", { $0.login.mechanism == .strongest && $0.login.force }),
        ("login: {steps: [bind, presence]}", { $0.login.steps == [.bind, .presence] }),
        ("login: {timeout: {tls: 250ms}}", { $0.login.timeouts.limit(of: "tls") == .milliseconds(250) }),
        ("login: {timeout: {tls: 250ms}}", { $0.login.timeouts.limit(of: "sasl") == .seconds(20) }),
        ("session: {stay: until-end}", { $0.session.stay == .untilEnd }),
        ("session: {stay: 0s}", { $0.session.stay == .for(.zero) }),
        ("session: {stay: 1.5s}", { $0.session.stay == .for(.milliseconds(1500)) }),
        (
            "session: {stay: 1s, reconnect: now}",
            { $0.session.reconnection == ReconnectPolicy(.fixed(after: .zero, every: .seconds(1))) }
        ),
        (
            "session: {stay: 1s, reconnect: xmppframework}",
            { $0.session.reconnection == ReconnectPolicy(.fixed(after: .seconds(2), every: .seconds(20))) }
        ),
        (
            "session: {stay: 1s, reconnect: {after: 1s, max: 60s}}",
            {
                $0.session.reconnection
                    == ReconnectPolicy(.exponential(after: .seconds(1), max: .seconds(60), jitter: .full))
            }
        ),
        (
            "login: {steps: [bind, enable]}\nsession: {stay: 1s, reconnect: {after: 0s, every: 5s, by: resume}}",
            { $0.session.reconnection == ReconnectPolicy(.fixed(after: .zero, every: .seconds(5)), by: .resume) }
        ),
        (
            "session: {stay: 1s, reconnect: {after: 1s, max: 8s, jitter: none, by: login}}",
            {
                $0.session.reconnection
                    == ReconnectPolicy(.exponential(after: .seconds(1), max: .seconds(8), jitter: .none))
            }
        ),
        ("session: {reconnect: none}", { $0.session.reconnection == nil }),
        ("login: {compression: after-auth}", { $0.login.compression == .afterAuth }),
        ("login: {roster-version: true}", { $0.login.rosterVersion }),
        (
            "login: {steps: [bind, enable, roster, presence, inactive]}",
            { $0.login.steps == [.bind, .enable, .roster, .presence, .inactive] }
        ),
        (
            "login: {limits: {stanza: 4MiB}}",
            { $0.login.limits == LoginPlan.Limits(stanzaBytes: 4 << 20, iterations: 200_000) }
        ),
        ("login: {limits: {iterations: 600000}}", { $0.login.limits.iterations == 600_000 }),
        ("login: {timeout: {online: 3s}}", { $0.login.timeouts.limit(of: "online") == .seconds(3) }),
        ("session: {whitespace: 60s}", { $0.session.keepalive == .whitespace(every: .seconds(60)) }),
        ("session: {ping: {whitespace: 1m}}", { $0.session.keepalive == .whitespace(every: .seconds(60)) }),
        ("thresholds: [{that: failures < 5% over 1m, abort: true}]", { $0.thresholds.first?.aborts == true }),
        ("thresholds: [sasl max < 1h, failures < 100%]", { $0.thresholds.count == 2 }),
        ("thresholds: [client.sasl mean < 2ms in 1-burst]", { $0.thresholds.first?.stage == "1-burst" }),
        ("interval: 1m", { $0.interval == .seconds(60) }),
        ("arrivals: poisson", { $0.arrivals == .poisson }),
        ("seed: 18446744073709551615", { $0.seed == .max }),
    ]

    @Test("each value means what the documentation says", arguments: values)
    func value(addition: String, check: @Sendable (RunPlan) -> Bool) throws {
        #expect(check(try read(least + addition).plan), "\(addition)")
    }

    static let addresses: [(String, Target.Address, domain: Domain)] = [
        ("embedded", .embedded, "localhost"),
        ("localhost:5222", .host("localhost", port: 5222), "localhost"),
        ("127.1.2.3:5223", .host("127.1.2.3", port: 5223), "127.1.2.3"),
        ("\"[::1]:5222\"", .host("::1", port: 5222), "::1"),
        ("localhost", .domain("localhost"), "localhost"),
        ("example.org", .domain("example.org"), "example.org"),
        ("Bücher.Example.", .domain("xn--bcher-kva.example"), "bücher.example"),
        ("LOCALHOST:5222", .host("localhost", port: 5222), "localhost"),
    ]

    @Test(
        "this machine's addresses need nobody's consent, nor does a domain before DNS was asked", arguments: addresses)
    func address(text: String, address: Target.Address, domain: Domain) throws {
        let plan = try read("name: x\ntarget: \(text)\nload: [burst: {logins: 1}]\naccounts: {password: a}").plan
        #expect(plan.target.address == address)
        #expect(plan.target.domain == domain)
    }

    static let targets: [(String, @Sendable (Target) -> Bool)] = [
        ("address: \"[2001:db8::1]:5222\", owner-consents: true", { $0.domain == "2001:db8::1" }),
        ("address: chat.example.org:5222, owner-consents: true", { $0.domain == "chat.example.org" }),
        (
            "address: embedded, tls: direct, tls-versions: 1.3",
            { $0.tls == .direct && $0.tlsVersions == .v1_3 ... .v1_3 }
        ),
        ("address: embedded, process: 4711", { $0.process == .pid(4711) }),
        ("address: embedded, process: run/openfire.pid", { $0.process == .pidFile("run/openfire.pid") }),
        (
            "address: embedded, verify: {pin: \"\(Array(repeating: "AB", count: 32).joined(separator: ":"))\"}",
            { $0.verification == .pin(sha256: String(repeating: "ab", count: 32)) }
        ),
        (
            "address: 192.0.2.1:5222, owner-consents: true, tls: none, allow-plain-without-tls: true",
            { $0.allowPlainWithoutTLS }
        ),
    ]

    @Test("a target's keys are read", arguments: targets)
    func target(text: String, check: @Sendable (Target) -> Bool) throws {
        let plan = try read("name: x\ntarget: {\(text)}\nload: [burst: {logins: 1}]\naccounts: {password: a}").plan
        #expect(check(plan.target), "\(text)")
    }

    @Test("a stage's name and spacing stand beside its shape or in it")
    func stageExtras() throws {
        let text = """
            name: x
            target: embedded
            load:
              - ramp: {from: 0/s, to: 30/min, for: 5m, arrivals: poisson}
                name: outside
              - {hold: {rate: 0/s, for: 250ms, name: inside}, arrivals: even}
              - crowd: {sessions: 5, logins: 50}
            """
        let plan = try read(text).plan
        #expect(plan.stages.map(\.name) == ["outside", "inside", "3-crowd"])
        #expect(plan.stages.map(\.arrivals) == [.poisson, .even, nil])
        #expect(plan.stages[0].shape == .ramp(from: 0, to: 0.5, duration: .seconds(300)))
        #expect(plan.stages[2].shape == .crowd(sessions: 5, end: .logins(50)))
        #expect(plan.interval == .seconds(10))
    }

    @Test("a byte order mark, CRLF and a document start are no matter")
    func encodings() throws {
        let text = "\u{FEFF}---\r\n" + least.split(separator: "\n").joined(separator: "\r\n")
        #expect(try read(text).plan == read(least).plan)
    }
}
