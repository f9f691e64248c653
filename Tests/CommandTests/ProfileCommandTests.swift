import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("login.profile, as its user sees it")
struct ProfileCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func scenario(_ login: String, target: String = "embedded") throws -> String {
        try folder.write(
            """
            name: profile
            target: \(target)
            accounts: {count: 10, password: pw, resource: "m{n}"}
            login: {\(login)}
            load: [{crowd: {sessions: 2, logins: 40}}]
            thresholds: [failures < 0.001%]
            """, to: "scenario.yml")
    }

    @Test(
        "the embedded server offers what the scenario's profile needs, and no token or digest is in the result",
        arguments: [
            ("profile: sasl2, fast: true", ["sasl": 40, "sasl.full": 10, "sasl.fast": 30]),
            ("profile: sasl2, bind2: false", ["sasl": 40, "bind": 40]),
            ("profile: iq-auth", ["iq-auth": 40]),
        ] as [(String, [String: UInt64])])
    func embedded(_ login: String, _ counts: [String: UInt64]) async throws {
        let outcome = try await MusterBinary.run(
            ["run", try scenario(login), "--results", folder.path("results"), "--quiet"])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let latest = folder.path("results/latest")
        let result = try ResultReader.read(latest)
        for (phase, count) in counts { #expect(result.total(phase)?.count == count, "\(phase)") }
        #expect(result.total("restart") == nil)
        for file in try FileManager.default.contentsOfDirectory(atPath: latest) {
            #expect(!(try String(contentsOfFile: "\(latest)/\(file)", encoding: .utf8)).contains("secret-token"))
        }
    }

    @Test("a probe shows the exchange without its token and its digest")
    func probe() async throws {
        let server = try await ServeProcess(
            ["--tls", "none"] + ["sasl2", "bind2", "fast", "iq-auth"].flatMap { ["--extension", $0] })
        for (login, lines) in [
            (
                "profile: sasl2, fast: true",
                [
                    "along with it offers bind: ", "along with it offers fast: ",
                    "gave a token to log in by, good until 20", " token='***'/>",
                ]
            ),
            ("profile: iq-auth", ["  iq-auth ", "<digest>***</digest><resource>m1</resource>"]),
        ] {
            let path = try scenario(login, target: server.target())
            let outcome = try await MusterBinary.run(
                ["probe", "127.0.0.1:\(server.port)", "--scenario", path, "--transcript"])
            #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errorOutput)")
            for line in lines { #expect(outcome.output.contains(line), "\(outcome.output)") }
            #expect(!outcome.output.contains("secret-token"))
        }
        try await server.stop()
    }

    @Test("a server is told which of its extensions is none, or lacks the one that it is a part of")
    func serve() async throws {
        for (words, message) in [
            (["--extension", "sasl3"], "--extension sasl3: offered can be sasl2, bind2, fast, iq-auth"),
            (["--extension", "fast"], "--extension fast: it is a part of sasl2, which is not given"),
        ] {
            let outcome = try await MusterBinary.run(["serve"] + words)
            #expect(outcome.status == .exited(2))
            #expect(outcome.errorOutput.contains(message), "\(outcome.errorOutput)")
        }
    }
}
