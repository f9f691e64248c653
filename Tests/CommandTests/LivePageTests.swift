import Foundation
import TestSupport
import Testing

@Suite("the live page of a run", .serialized)
struct LivePageTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("live-page") }

    private let scenario = """
        name: watched
        target: {address: embedded, tls: none, embedded: {fail: 10%}}
        accounts: {count: 500}
        login: {mechanism: PLAIN}
        session: {stay: 1s}
        load: [{hold: {rate: 40/s, for: 60s, name: steady}}]
        """

    private func start(_ port: UInt16, _ scenario: String? = nil) throws -> ChildProcess {
        let path = try folder.write(scenario ?? self.scenario, to: "scenario.yml")
        return try MusterBinary.start(
            ["run", path, "--results", folder.path("results"), "--quiet", "--live", "127.0.0.1:\(port)"])
    }

    /// Asks for a path once there is an answer.
    private func get(_ port: UInt16, _ path: String) throws -> String {
        let connection = try LoopbackConnection(port: port)
        try connection.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return try connection.read(until: path == "/metrics" ? "# EOF\n" : "</html>")
    }

    private func interrupt(_ run: ChildProcess) async throws {
        run.signal(SIGINT)
        #expect(try await run.waitUntilExit() == .exited(130))
    }

    @Test("events arrive while the run goes on: how it stands, then the charts, at last its end")
    func events() async throws {
        let port = try FreePort.take()
        let run = try start(port)
        try await awaitCondition("it served") { LoopbackConnection.isAccepted(port: port) }
        try await awaitCondition("it said where") {
            run.errorOutput.contains("live page: http://127.0.0.1:\(port)/\n")
        }
        let reader = try LoopbackConnection(port: port)
        try reader.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try reader.read(until: "event: now\n").contains("text/event-stream"))
        let charts = try reader.read(until: "Sessions at once")
        #expect(charts.contains("event: report\n") && charts.contains("<svg "))
        run.signal(SIGINT)
        let end = try reader.read(until: "event: end\n")
        #expect(end.contains("<h1>The run is over</h1>"))
        #expect(try await run.waitUntilExit() == .exited(130))
        #expect(!LoopbackConnection.isAccepted(port: port))
    }

    @Test("/metrics counts the logins of the run, by the strict rules")
    func metrics() async throws {
        let port = try FreePort.take()
        let run = try start(port)
        var answer = ""
        try await awaitCondition("logins were counted") {
            answer = (try? get(port, "/metrics")) ?? ""
            return answer.contains("muster_phase_seconds_count{variant=\"run\",phase=\"login\"}")
                && answer.contains("muster_failures_total{phase=\"sasl\"")
        }
        #expect(answer.contains("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"))
        let body = try #require(answer.range(of: "\r\n\r\n")).upperBound
        let families = try await ChildProcess.succeed(
            "/usr/bin/python3",
            [
                "-c",
                """
                import sys
                from prometheus_client.openmetrics.parser import text_string_to_metric_families
                print([family.name for family in text_string_to_metric_families(sys.stdin.read())])
                """,
            ], input: String(answer[body...]))
        for name in ["muster_logins_completed", "muster_process_cpu_seconds", "muster_server_resident_memory_bytes"] {
            #expect(families.contains("'\(name)'"))
        }
        try await interrupt(run)
    }

    @Test("a step of the scenario's own is called by its name, on the page and in /metrics")
    func ownSteps() async throws {
        let port = try FreePort.take()
        let run = try start(
            port,
            """
            name: watched
            target: {address: embedded, tls: none}
            accounts: {count: 500}
            login:
              mechanism: PLAIN
              timeout: {echo: 2s}
              steps: [bind, {name: echo, send: "<message to='{jid}'/>", expect: /c:presence}]
            load: [{hold: {rate: 20/s, for: 60s, name: steady}}]
            """)
        for sample in [
            "muster_logins_in_flight{phase=\"echo\"} ", "muster_failures_total{phase=\"echo\",kind=\"timeout\"",
        ] {
            try await awaitCondition("/metrics had \(sample)") {
                (try? get(port, "/metrics"))?.contains(sample) == true
            }
        }
        let page = try get(port, "/")
        #expect(page.contains(#/<dt>in flight</dt><dd>[^<]*echo [0-9]+/#))
        #expect(page.contains(#/<dt>failures</dt><dd>[^<]*timeout[^<]*in echo/#))
        try await interrupt(run)
    }

    @Test("a browser shows it, keeps it up to date, and has nothing to complain of")
    func browser() async throws {
        let port = try FreePort.take()
        let run = try start(port)
        try await awaitCondition("it served") { LoopbackConnection.isAccepted(port: port) }
        let browser = try await Browser()
        func look(_ script: String) async throws -> String { try await browser.run("return [\(script)]").joined() }
        _ = try await browser.run("location = 'http://127.0.0.1:\(port)/'; return []")
        try await awaitCondition("the page was live") {
            try await look("document.querySelector('#state')?.textContent ?? ''") == "Live."
        }
        let charts = try await look("document.querySelector('#report').innerHTML")
        try await awaitCondition("other charts had come") {
            let now = try await look("document.querySelector('#report').innerHTML")
            return now != charts && now.contains("Sessions at once")
        }
        #expect(try await look("document.querySelector('h1').textContent").hasPrefix("steady: 0:"))
        try await interrupt(run)
        try await awaitCondition("the end was shown") {
            try await look("document.querySelector('#state').textContent") == "As it stood at the end."
        }
        #expect(try await look("document.querySelector('h1').textContent") == "The run is over")
        #expect(try await look("document.querySelectorAll('#report svg').length + ''") != "0")
        #expect(try await browser.console() == [])
        try await browser.close()
    }

    @Test("a port that somebody else has is named, before any load, with exit code 2")
    func taken() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let run = try start(server.port)
        #expect(try await run.waitUntilExit() == .exited(2))
        #expect(run.errorOutput == "muster: --live 127.0.0.1:\(server.port): address already in use\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path("results")))
        try await server.stop()
    }

    @Test("an address that others reach needs a word more", arguments: ["0.0.0.0:8089", "[::]:8089", "192.0.2.1:80"])
    func others(address: String) async throws {
        let path = try folder.write(scenario, to: "scenario.yml")
        let outcome = try await MusterBinary.run(["run", path, "--live", address])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains(": others reach this address: add --live-public if they may"))
    }

    @Test("what is no address is refused by name", arguments: ["nowhere", "127.0.0.1", "127.0.0.1:99999", ""])
    func nonsense(address: String) async throws {
        let path = try folder.write(scenario, to: "scenario.yml")
        let outcome = try await MusterBinary.run(["run", path, "--live", address])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("--live <address:port>"))
    }

    @Test("those who look on without reading hold up neither the run nor its end")
    func silent() async throws {
        let port = try FreePort.take()
        let run = try start(port, scenario.replacing("60s", with: "4s").replacing("fail: 10%", with: "fail: 0%"))
        try await awaitCondition("it served") { LoopbackConnection.isAccepted(port: port) }
        let readers = try (0..<40).map { _ in
            let reader = try LoopbackConnection(port: port)
            try reader.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return reader
        }
        #expect(try await run.waitUntilExit() == .exited(0))
        #expect(run.output.contains("160 logins ("))
        #expect(readers.count == 40)
    }
}
