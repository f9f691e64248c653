import Glibc
import TestSupport
import Testing

@Suite("the live view in a terminal", .serialized)
struct LiveViewTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("live") }

    /// Long enough for a test to look at; whoever has seen enough interrupts it.
    private let scenario = """
        name: watched
        target: {address: embedded, tls: none, embedded: {fail: 20%}}
        accounts: {count: 2000}
        login: {mechanism: PLAIN}
        session: {stay: 1s}
        load: [{hold: {rate: 40/s, for: 60s, name: steady}}, {burst: {logins: 5}}]
        """

    private func terminal(
        columns: Int = 100, rows: Int = 24, environment: [String: String] = [:], more: [String] = [],
        scenario: String? = nil
    ) async throws -> TmuxTerminal {
        let path = try folder.write(scenario ?? self.scenario, to: "scenario.yml")
        return try await TmuxTerminal(
            MusterBinary.path(), ["run", path, "--results", folder.path("results")] + more, columns: columns,
            rows: rows, environment: environment)
    }

    private func lines(_ screen: String) -> [Substring] { screen.split(separator: "\n") }

    private func interrupt(_ terminal: TmuxTerminal) async throws {
        try await terminal.press("C-c")
        try await terminal.await("the run ended") { $0.contains("ended with 130") }
    }

    @Test("it shows stage, logins, rate, latency, phases in flight, failures by name, and the machine")
    func shows() async throws {
        let terminal = try await terminal()
        let screen = try await terminal.await("failures were shown") { $0.contains("sasl: temporary-auth-failure") }
        let labels = lines(screen).map { $0.prefix { $0 != " " } }
        #expect(labels == ["stage", "logins", "rate", "login", "in", "failures", "machine"])
        #expect(screen.contains(#/stage      steady 1\/2 /#))
        #expect(screen.contains(#/ of 40\/s wanted/#))
        #expect(screen.contains(#/p99 .*[▁▂▃▄▅▆▇█]+   to /#))
        #expect(screen.contains(#/cpu: muster \d+ %   server \d+ %/#))
        try await interrupt(terminal)
        try await terminal.close()
    }

    @Test("it follows the terminal's size, and leaves nothing of the old lines")
    func resizes() async throws {
        let terminal = try await terminal()
        try await terminal.await("it was drawn") { $0.contains("failures ") }
        try await terminal.resize(columns: 41, rows: 24)
        let narrow = try await terminal.await("it was drawn narrow") { screen in
            screen.contains("sasl: temporary-auth-failure") && !screen.contains("failures ")
        }
        #expect(lines(narrow).count == 7)
        #expect(lines(narrow).allSatisfy { $0.count <= 40 })
        try await terminal.resize(columns: 120, rows: 5)
        try await terminal.await("it was drawn low") { $0.contains("logins ") && lines($0).count == 4 }
        try await interrupt(terminal)
        try await terminal.close()
    }

    @Test("an interrupted run takes its lines away and leaves the terminal as it was", arguments: ["C-c", "TERM"])
    func interrupted(by what: String) async throws {
        let terminal = try await terminal(rows: 60)
        try await terminal.await("it was drawn") { $0.contains("machine ") }
        if what == "TERM" {
            kill(try #require(try await terminal.pid(named: "muster")), SIGTERM)
        } else {
            try await terminal.press(what)
        }
        let screen = try await terminal.await("the run ended") { $0.contains("ended with 130") }
        #expect(!screen.contains("machine  ") && !screen.contains("steady 1/2"))
        #expect(screen.contains("phase  "))
        #expect(try await terminal.isRestored())
        try await terminal.close()
    }

    @Test("not even a kill leaves the terminal in another state")
    func killed() async throws {
        let terminal = try await terminal()
        try await terminal.await("it was drawn") { $0.contains("machine ") }
        kill(try #require(try await terminal.pid(named: "muster")), SIGKILL)
        try await terminal.await("the run ended") { $0.contains("ended with 137") }
        #expect(try await terminal.isRestored())
        try await terminal.close()
    }

    @Test("40 columns are enough for all that matters")
    func narrow() async throws {
        let terminal = try await terminal(columns: 40)
        let screen = try await terminal.await("failures were shown") { $0.contains("sasl: temporary-auth-failure") }
        #expect(lines(screen).count == 7)
        #expect(
            screen.contains(#/steady 1\/2/#) && screen.contains(#/ failed/#) && screen.contains(#/p99 .*[▁▂▃▄▅▆▇█]/#))
        try await interrupt(terminal)
        try await terminal.close()
    }

    @Test("colours are shown unless NO_COLOR or --no-color says no")
    func colours() async throws {
        for (environment, more, isColored) in [
            ([:], [], true), (["NO_COLOR": "1"], [], false), ([:], ["--no-color"], false),
        ] {
            let terminal = try await terminal(environment: environment, more: more)
            try await terminal.await("failures were shown") { $0.contains("sasl: temporary-auth-failure") }
            #expect(try await terminal.screen(withEscapes: true).contains("\u{1B}[") == isColored)
            try await interrupt(terminal)
            #expect(try await terminal.screen(withEscapes: true).contains("\u{1B}[") == isColored)
            try await terminal.close()
        }
    }

    @Test("a terminal that cannot move its cursor gets plain lines")
    func dumb() async throws {
        let terminal = try await terminal(environment: ["TERM": "dumb"])
        let screen = try await terminal.await("a line was there") { $0.contains(" failed  ") }
        #expect(lines(screen).last?.contains(#/^0:05  (! )?steady 1\/2  /#) == true)
        try await interrupt(terminal)
        try await terminal.close()
    }

    @Test("what is no terminal gets plain lines, without one escape")
    func plain() async throws {
        let short = scenario.replacing("60s", with: "6s").replacing("fail: 20%", with: "fail: 0%")
        let path = try folder.write(short, to: "scenario.yml")
        let outcome = try await MusterBinary.run(
            ["run", path, "--results", folder.path("results")], environment: ["TERM": "xterm-256color"])
        #expect(outcome.status == .exited(0))
        #expect(outcome.errorOutput.contains(#/^0:05  (! )?steady 1\/2  0:05\/0:06  /#))
        #expect(!(outcome.errorOutput + outcome.output).contains("\u{1B}"))
    }
}
