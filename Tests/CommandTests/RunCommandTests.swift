import Foundation
import TestSupport
import Testing

@Suite("muster, as its user sees it")
struct RunCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func write(_ scenario: String) throws -> String { try folder.write(scenario, to: "scenario.yml") }

    private func run(_ scenario: String, _ arguments: String...) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(["run", try write(scenario), "--results", folder.path + "/results"] + arguments)
    }

    private let small = """
        name: small
        target: embedded
        accounts: {count: 50}
        login: {mechanism: SCRAM-SHA-1}
        load:
          - hold: {rate: 40/s, for: 2s, name: steady}
        """

    /// Of whose logins the server refuses so many.
    private func failing(_ share: String, _ threshold: String) -> String {
        small.replacing("target: embedded", with: "target: {address: embedded, embedded: {fail: \(share)}}")
            + "\nthresholds: [\(threshold)]\n"
    }

    @Test("a threshold on latency alone fails where logins were not reached, and where the default does")
    func unreached() async throws {
        let half = try await run(failing("50%", "login p99 < 30s"), "--quiet")
        #expect(half.status == .exited(1), "\(half.output)\(half.errorOutput)")
        let sentence = "did not pass muster: login p99 < 30s (not reached), and 1 more"
        #expect(half.output.hasPrefix(sentence), "\(half.output)")
        let some = try await run(failing("20%", "login p50 < 30s"), "--quiet")
        #expect(some.status == .exited(1), "\(some.output)\(some.errorOutput)")
        #expect(some.output.hasPrefix("did not pass muster: failures < 1% (default) ("), "\(some.output)")
    }

    @Test("check refuses a threshold in a stage in which nothing is due; a run says so and fails it")
    func quietStage() async throws {
        let quiet = small + "\n  - hold: {rate: 0/s, for: 1s, name: quiet}\nthresholds: [login p99 < 1s in quiet]\n"
        let checked = try await MusterBinary.run(["check", try write(quiet)])
        #expect(checked.status == .exited(2))
        #expect(checked.errorOutput.contains(": no login is due in quiet"), "\(checked.errorOutput)")
        let outcome = try await run(quiet, "--quiet")
        #expect(outcome.status == .exited(1))
        #expect(outcome.errorOutput.contains(": no login is due in quiet"), "\(outcome.errorOutput)")
    }

    @Test("a run leaves every file with its columns, a latest link, and exits 0")
    func files() async throws {
        let outcome = try await run(small)
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(
            outcome.output.split(separator: "\n").last?.hasPrefix(
                "passed muster: failures < 1% (default) (0 %); 80 logins (")
                == true)
        let latest = folder.path + "/results/latest/"
        let headers = [
            "summary.csv":
                "variant,phase,count,failures,min_us,mean_us,stddev_us,p50_us,p90_us,p95_us,p99_us,p999_us,max_us,stage",
            "histogram.csv": "variant,phase,from_us,to_us,count,cumulative_share,stage",
            "intervals.csv": "at_s,variant,phase,started,completed,failed,p50_us,p90_us,p99_us,max_us,stage",
            "failures.csv": "variant,phase,kind,condition,count,first_at_s,last_at_s,example,stage",
        ]
        for (file, header) in headers {
            let text = try String(contentsOfFile: latest + file, encoding: .utf8)
            #expect(text.split(separator: "\n").first.map(String.init) == header)
            #expect(text.hasSuffix("\n"))
        }
        let summary = try String(contentsOfFile: latest + "summary.csv", encoding: .utf8)
        #expect(summary.contains("\nrun,login,80,0,"))
        #expect(summary.contains(",steady\n"))
        let intervals = try String(contentsOfFile: latest + "intervals.csv", encoding: .utf8).split(separator: "\n")
        let completed = intervals.filter { $0.contains(",login,") }.compactMap { Int($0.split(separator: ",")[4]) }
        #expect(completed.reduce(0, +) == 80)
    }

    @Test("run.json tells the verdict and no secret")
    func json() async throws {
        let outcome = try await run(small.replacing("count: 50", with: "count: 50, password: hush-hush"), "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect((object["verdict"] as? [String: Any])?["exit_code"] as? Int == 0)
        #expect(object["state"] as? String == "finished")
        #expect((object["scenario_hash"] as? String)?.count == 64)
        #expect(!outcome.output.contains("hush-hush"))
    }

    @Test("a threshold that is missed exits 1 and is named on the last line")
    func threshold() async throws {
        let server = try await ServeProcess(["--tls", "none", "--mechanism", "SCRAM-SHA-1", "--fail", "1"])
        let outcome = try await run(
            small.replacing("embedded", with: server.target()).replacing("count: 50", with: "count: 50, password: pw")
                + "\nthresholds: [failures < 1% in steady]", "--quiet")
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.hasPrefix("did not pass muster: failures < 1% in steady (100 %)"))
        try await server.stop()
    }

    @Test("a target that nobody listens on exits 3 and says so last on standard error")
    func unreachable() async throws {
        let outcome = try await run(
            small.replacing("embedded", with: "\"127.0.0.1:1\"").replacing("count: 50", with: "count: 50, password: x"),
            "--quiet")
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.hasSuffix("no connection to 127.0.0.1:1 was ever established: refused\n"))
    }

    @Test("a run that the server let nobody into says what to look at")
    func refused() async throws {
        let server = try await ServeProcess(["--tls", "none", "--domain", "localhost"])
        let scenario = small.replacing("target: embedded", with: "target: \(server.target())")
        let outcome = try await run(scenario.replacing("count: 50", with: "count: 50, password: wrong"))
        #expect(outcome.status == .exited(1))
        #expect(
            outcome.output.contains("no login succeeded, and the server answered not-authorized: are these accounts"))
        let page = try String(contentsOfFile: folder.path + "/results/latest/report.html", encoding: .utf8)
        #expect(page.contains("muster provision makes accounts"))
        #expect(
            try await !run(scenario.replacing("count: 50", with: "count: 50, password: pw")).output.contains(
                "provision"))
        try await server.stop()
    }

    @Test("a scenario error exits 2 with file, line, column and caret")
    func scenario() async throws {
        let outcome = try await run(small.replacing("target:", with: "targt:"))
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("scenario.yml:2:1: "))
        #expect(outcome.errorOutput.contains("did you mean \"target\"?"))
    }

    @Test(
        "an argument error exits 2 and names the argument",
        arguments: [["run", "--lanes", "0", "x"], ["bogus"], ["run", "x", "--set", "y"]])
    func arguments(_ words: [String]) async throws {
        let outcome = try await MusterBinary.run(words)
        #expect(outcome.status == .exited(2))
        #expect(words.contains { $0 != "run" && outcome.errorOutput.contains($0) })
    }

    @Test("check prints the defaults and the plan, and sends nothing")
    func check() async throws {
        let outcome = try await MusterBinary.run(["check", try write(small)])
        #expect(outcome.status == .exited(0))
        #expect(outcome.output.contains("tls-versions: 1.2..1.3"))
        #expect(outcome.output.contains("# steady: 80 logins"))
    }

    @Test(
        "a server that wants STARTTLS, or has none, is told by name before any load, with what to try",
        arguments: [
            ("starttls", "tls: none", "greeting: the server requires STARTTLS; tls: starttls is what it wants"),
            ("none", "verify: none", "greeting: STARTTLS is not offered; tls: none, or "),
        ])
    func encryption(_ server: String, _ target: String, _ words: String) async throws {
        let server = try await ServeProcess(["--tls", server])
        let scenario = small.replacing("embedded", with: server.target(target))
            .replacing("count: 50", with: "count: 50, password: pw")
        let outcome = try await run(scenario, "--quiet")
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.hasPrefix("muster: \(words)"), "\(outcome.errorOutput)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("results")))
        try await server.stop()
    }

    @Test(
        "an experiment does not begin with a variant of which every login fails, and names it",
        arguments: [
            ("target.tls: none", "greeting: the server requires STARTTLS"),
            ("login.mechanism: CRAM-MD5", "sasl: mechanism-not-offered"),
            ("target.verify: full", "tls: self-signed certificate"),
            ("target.domain: example.org", "greeting: host-unknown"),
        ])
    func variant(_ change: String, _ words: String) async throws {
        let server = try await ServeProcess([])
        let scenario = """
            name: small
            target: \(server.target("verify: none"))
            accounts: {count: 50, password: pw}
            load: [{hold: {rate: 40/s, for: 2s}}]
            compare:
              baseline: good
              variants: {good: {}, hopeless: {\(change)}}
            """
        let outcome = try await run(scenario, "--quiet")
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.hasPrefix("muster: variant hopeless: \(words)"), "\(outcome.errorOutput)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("results")))
        try await server.stop()
    }

    @Test("a mechanism that the server does not offer is told by name before any load, unless it is forced")
    func notOffered() async throws {
        let server = try await ServeProcess(["--mechanism", "SCRAM-SHA-1"])
        let plain = small.replacing(
            "embedded", with: server.target("verify: none")
        )
        .replacing("count: 50", with: "count: 50, password: pw")
        .replacing("mechanism: SCRAM-SHA-1", with: "mechanism: DIGEST-MD5")
        let outcome = try await run(plain, "--quiet")
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.contains("sasl: mechanism-not-offered: offered: SCRAM-SHA-1; "))
        #expect(!FileManager.default.fileExists(atPath: folder.path("results")))

        let forced = try await run(plain.replacing("DIGEST-MD5", with: "DIGEST-MD5, force: true"), "--quiet")
        #expect(forced.status == .exited(1))
        let failures = try String(contentsOfFile: folder.path("results/latest/failures.csv"), encoding: .utf8)
        #expect(failures.contains("run,sasl,sasl,invalid-mechanism,80,"))
        try await server.stop()
    }

    @Test("OAUTHBEARER logs in with the tokens of the account file, which appear nowhere afterwards")
    func tokens() async throws {
        let rows = (1...20).map { "u\($0),hush-token-\($0)" }.joined(separator: "\n")
        try folder.write("username,token\n\(rows)\n", to: "accounts.csv")
        let scenario = small.replacing("{count: 50}", with: "{file: accounts.csv}")
            .replacing("SCRAM-SHA-1", with: "OAUTHBEARER")
        let outcome = try await run(scenario, "--json")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let latest = folder.path + "/results/latest/"
        for file in try FileManager.default.contentsOfDirectory(atPath: latest) {
            #expect(!(try String(contentsOfFile: latest + file, encoding: .utf8)).contains("hush-token"))
        }
        #expect(!outcome.output.contains("hush-token"))
    }

    @Test(
        "a mechanism without what it needs is refused before anything is sent",
        arguments: [
            ("OAUTHBEARER", "starttls", "OAUTHBEARER needs a token for each account"),
            ("SCRAM-SHA-1-PLUS", "none", "SCRAM-SHA-1-PLUS binds to the TLS connection, and tls is none"),
        ])
    func needs(_ mechanism: String, _ tls: String, _ message: String) async throws {
        let outcome = try await run(
            small.replacing("SCRAM-SHA-1", with: mechanism)
                .replacing("target: embedded", with: "target: {address: embedded, tls: \(tls)}"))
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains(message))
    }

    @Test("two runs at once never share a folder")
    func twice() async throws {
        let first = try await run(small, "--quiet")
        let second = try await run(small, "--quiet")
        #expect(first.status == .exited(0) && second.status == .exited(0))
        let folders = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/results")
        #expect(folders.filter { $0.hasPrefix("small-") }.count == 2)
    }
}
