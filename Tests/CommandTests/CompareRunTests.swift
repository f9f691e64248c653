import Foundation
import Glibc
import ResultFiles
import ResultSupport
import TestSupport
import Testing

@Suite("muster run of an experiment, as its user sees it")
struct CompareRunTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func run(_ load: String, _ arguments: String...) async throws -> ChildProcess.Outcome {
        let scenario = try folder.write(
            """
            name: small
            target: {address: embedded, tls: none}
            accounts: {count: 50}
            login: {mechanism: PLAIN}
            load:
              - \(load)
            compare:
              baseline: plain
              blocks: 2
              variants:
                plain: {}
                late: {target.embedded.delay.sasl: 20ms}
            """, to: "scenario.yml")
        return try await MusterBinary.run(["run", scenario, "--results", folder.path + "/results"] + arguments)
    }

    private func rows(_ file: String) throws -> [[String]] {
        let text = try String(contentsOfFile: folder.path + "/results/latest/" + file, encoding: .utf8)
        return text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("two blocks leave every measure with its interval, and conclude nothing")
    func tooFew() async throws {
        let outcome = try await run("hold: {rate: 40/s, for: 1s}")
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("nothing is concluded from fewer than 10 blocks"))
        let lines: [Substring] = outcome.output.split(separator: "\n")
        #expect(lines.dropLast().filter { $0.count > 100 } == [])
        let comparison = try rows("compare.csv")
        #expect(
            comparison[0].joined(separator: ",")
                == "variant,phase,measure,value,ci_low,ci_high,baseline_value,ratio,ratio_ci_low,ratio_ci_high,verdict,difference,difference_ci_low,difference_ci_high,unit"
        )
        #expect(Set(comparison.dropFirst().map { $0[10] }) == ["too few blocks"])
        let late = try #require(comparison.first { $0[0] == "late" && $0[1] == "sasl" && $0[2] == "p50" })
        #expect((Double(late[11]) ?? 0) >= 20_000)
        let measures = Set(comparison.dropFirst().filter { $0[1] == "login" }.map { $0[2] })
        #expect(measures.isSuperset(of: ["p50", "p90", "p99", "client_cpu_per_login", "server_cpu_per_login"]))
    }

    @Test("every block holds every variant once with all of its logins; the warm-up block is not in the summary")
    func blocks() async throws {
        let outcome = try await run("hold: {rate: 40/s, for: 1s}", "--json")
        let blocks = try rows("blocks.csv").dropFirst()
        for block in 0...2 {
            let variants = blocks.filter { $0[0] == "\(block)" }.map { $0[1] }
            #expect(variants.sorted() == ["late", "plain", "plain again"])
        }
        #expect(blocks.allSatisfy { $0[5] == "40" && $0[6] == "0" })
        let logins = try rows("summary.csv").filter { $0[1] == "login" && $0[13] == "all" }
        #expect(logins.map { [$0[0], $0[2]] } == [["plain", "80"], ["late", "80"], ["plain again", "80"]])
        let sums = ResultSums(try ResultReader.read(folder.path("results/latest")))
        #expect(sums.disagreements == [])
        let run = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let embedded = try #require(run["embedded"] as? [[String: Any]])
        #expect(embedded.count == 2)
        let delays = embedded.compactMap { ($0["delay_us"] as? [String: Double])?["sasl"] }
        #expect(delays.contains { $0 >= 20_000 }, "\(embedded)")
        let idle = try #require((run["experiment"] as? [String: Any])?["idle"] as? [[String: Any]])
        #expect(idle.allSatisfy { $0["before"] is Double && $0["after"] is Double })
    }

    @Test("a variant as which nobody can log in ends it while it warms up, by its name and why", arguments: [1, 30])
    func hopelessVariant(seconds: Int) async throws {
        let scenario = try folder.write(
            """
            name: hopeless
            target: {address: embedded, tls: none}
            accounts: {count: 1000}
            login: {mechanism: PLAIN}
            load: [hold: {rate: 30/s, for: \(seconds)s}]
            compare:
              baseline: plain
              blocks: 2
              variants:
                plain: {}
                refused: {target.embedded.fail: 100%}
            """, to: "hopeless.yml")
        let outcome = try await MusterBinary.run(["run", scenario, "--results", folder.path + "/results"])
        #expect(outcome.status == .exited(3), "\(outcome.errorOutput)")
        let words = "nobody logged in as variant refused while it warmed up: sasl: sasl: temporary-auth-failure"
        #expect(outcome.errorOutput.contains("muster: \(words)"), "\(outcome.errorOutput)")
        #expect(outcome.output.contains("not compared: \(words)"), "\(outcome.output)")
        let run = try #require(try ResultReader.read(folder.path("results/latest")).run)
        #expect((run.state, run.verdict?.exitCode, run.verdict?.passed) == (.cut, 3, false))
    }

    @Test("where nobody listens it did not reach its target, whatever the variant")
    func nobodyListens() async throws {
        let scenario = try folder.write(
            """
            name: nobody
            target: {address: "127.0.0.1:\(try FreePort.take())", tls: none}
            accounts: {count: 1000, password: pw}
            login: {mechanism: PLAIN}
            load: [hold: {rate: 40/s, for: 2s}]
            compare:
              baseline: plain
              blocks: 2
              variants:
                plain: {}
                digest: {login.mechanism: DIGEST-MD5}
            """, to: "nobody.yml")
        let outcome = try await MusterBinary.run(["run", scenario, "--results", folder.path + "/results"])
        #expect(outcome.status == .exited(3), "\(outcome.errorOutput)")
        #expect(outcome.errorOutput.contains(" was ever established: refused"), "\(outcome.errorOutput)")
        #expect(try ResultReader.read(folder.path("results/latest")).run?.state == .unreachable)
    }

    @Test("first logins of an account and later ones are variants, and the result says which were run")
    func firstLogins() async throws {
        let scenario = try folder.write(
            """
            name: first
            target: {address: embedded, tls: none}
            accounts: {count: 10}
            login: {mechanism: SCRAM-SHA-1, scram-cache: true}
            load: [hold: {rate: 20/s, for: 1s}]
            compare:
              baseline: later
              blocks: 1
              variants:
                later: {}
                first: {accounts: {pattern: "new{n}", count: 40, reuse: false}}
            """, to: "scenario.yml")
        let outcome = try await MusterBinary.run([
            "run", scenario, "--results", folder.path + "/results", "--lanes", "1",
        ])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let blocks = try rows("blocks.csv")
        let column = try #require(blocks[0].firstIndex(of: "first_logins"))
        let first = blocks.filter { $0[1] == "first" }.map { $0[column] }
        #expect(first == ["20", "20"])
        #expect(blocks.filter { $0[0] == "1" && $0[1].hasPrefix("later") }.map { $0[column] } == ["0", "0"])
    }

    @Test("over a crowd cost and throughput are compared, and it says so")
    func closed() async throws {
        let outcome = try await run("crowd: {sessions: 4, logins: 40}")
        #expect(outcome.output.contains("over a closed stage cost and throughput are compared"))
        let measures = Set(try rows("compare.csv").dropFirst().map { $0[2] })
        #expect(measures.contains("throughput"))
        #expect(!measures.contains("p50"))
    }

    /// Each login burns 8 ms of the one lane that the server has: it cannot bear more than 125 a second.
    @Test("a rate of more than half of what the slowest variant bears is warned about, with its name")
    func tooFast() async throws {
        let scenario = try folder.write(
            """
            name: fast
            target: {address: embedded, tls: none}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: 100/s, for: 2s}}]
            compare:
              baseline: plain
              blocks: 1
              variants: {plain: {}, burning: {target.embedded.burn: 8ms}}
            """, to: "fast.yml")
        let outcome = try await MusterBinary.run(["run", scenario, "--results", folder.path + "/results"])
        #expect(outcome.errorOutput.contains("\nmuster: burning bears about "))
        #expect(outcome.output.contains("\nburning bears about "))
        let run = try #require(try ResultReader.read(folder.path + "/results/latest").run)
        #expect(run.notes.contains { $0.hasPrefix("burning bears about ") && $0.contains("more than half of that") })
        let capacities = run.experiment?.capacities ?? []
        #expect(capacities.map(\.variant) == ["plain", "burning", "plain again"])
        let (plain, burning) = (try #require(capacities.first), try #require(capacities.dropFirst().first))
        #expect(burning.loginsPerSecond < 200 && burning.loginsPerSecond * 2 < plain.loginsPerSecond)
    }

    @Test("a rate that every variant bears twice is not warned about")
    func slowEnough() async throws {
        let outcome = try await run("hold: {rate: 10/s, for: 1s}")
        #expect(!outcome.errorOutput.contains(" bears about ") && !outcome.output.contains(" bears about "))
    }

    @Test("a signal ends it with what there is")
    func interrupted() async throws {
        let run = try LiveRun(
            """
            name: long
            target: {address: embedded, tls: none}
            login: {mechanism: PLAIN}
            load:
              - hold: {rate: 40/s, for: 1s}
            compare: {baseline: plain, variants: {plain: {}, digest: {login.mechanism: DIGEST-MD5}}}
            """)
        try await run.await("a leg was over") { $0.blocks.count > 0 }
        run.process.signal(SIGINT)
        #expect(try await run.process.waitUntilExit() == .exited(130))
        let result = try run.result()
        #expect(result.run?.state == .interrupted)
        #expect(result.comparison == [])
    }
}
