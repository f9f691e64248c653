import Foundation
import TestSupport
import Testing

@Suite("secrets in arguments and environments")
struct ChildEnvironmentTests {
    @Test("no child has the password in its environment, whatever the variable is called")
    func environment() async throws {
        let folder = try TemporaryDirectory()
        let scenario = try folder.write(
            """
            name: small
            target: {address: embedded, tls: none}
            accounts: {count: 20, password: "${ANYTHING}"}
            login: {mechanism: PLAIN}
            load: [{hold: {rate: 10/s, for: 20s}}]
            """, to: "scenario.yml")
        let run = try ChildProcess(
            MusterBinary.path(), ["run", scenario, "--results", folder.path("results")],
            environment: ["ANYTHING": "hunter2-long", "MUSTER_PASSWORD": "hunter2-long", "DB_PASSWD": "hunter2-long"])
        var child: Int32?
        try await awaitCondition("the embedded server ran") {
            child = try ProcessTree.children(of: run.pid).first
            let name = child.flatMap { try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8) }
            return name?.contains("serve") == true
        }
        let environment = try Data(contentsOf: URL(filePath: "/proc/\(try #require(child))/environ"))
        let text = String(decoding: environment, as: UTF8.self)
        #expect(text.contains("PATH=") && !text.contains("hunter2"))
        try await run.terminate()
    }

    @Test(
        "an argument that is no place for a secret is not repeated",
        arguments: [
            ["--set", "password:hunter2"], ["--set", "accounts.pasword=hunter2"],
            ["--set", "accounts.password", "hunter2"],
            ["--password", "hunter2"], ["--password=hunter2"], ["--set", "accounts.secret hunter2"],
        ])
    func argument(_ arguments: [String]) async throws {
        let folder = try TemporaryDirectory()
        let scenario = try folder.write("name: x\ntarget: embedded\nload: [{burst: {logins: 1}}]\n", to: "scenario.yml")
        let outcome = try await MusterBinary.run(["check", scenario] + arguments)
        #expect(outcome.status == .exited(2))
        #expect(!(outcome.output + outcome.errorOutput).contains("hunter2"), "\(outcome.errorOutput)")
    }
}
