import Foundation

/// A program in a real terminal: that of a tmux server of the test's own, which ends with its owner.
public final class TmuxTerminal: Sendable {
    private let folder: TemporaryDirectory
    private let server: ChildProcess
    private let socket: String

    /// Starts `program` in a terminal of this size; `environment` is set on top of the terminal's own. Once it is over its exit code stands on the screen, as `ended with 0`,
    /// and the terminal stays as it was left.
    public init(
        _ program: String, _ arguments: [String], columns: Int, rows: Int, environment: [String: String] = [:]
    ) async throws {
        folder = try TemporaryDirectory("tmux")
        socket = folder.path("socket")
        let command = ([program] + arguments).map(Self.quoted).joined(separator: " ")
        let variables = environment.map { "export \($0.key)=\(Self.quoted($0.value))\n" }.joined()
        let script = try folder.write(
            "\(variables)trap : INT TERM TSTP\n\(command)\necho \"ended with $?\"\nwhile :; do read -r _; done\n",
            to: "script")
        server = try ChildProcess(
            "tmux", ["-f", "/dev/null", "-S", socket, "-D"],
            environment: ["LC_ALL": "C.UTF-8", "TMUX": "", "NO_COLOR": ""])
        try await awaitCondition("tmux listened") { FileManager.default.fileExists(atPath: socket) }
        try await ask("new-session", ["-d", "-x", "\(columns)", "-y", "\(rows)", "bash \(script)"])
    }

    /// What is on the screen, line by line.
    public func screen(withEscapes: Bool = false) async throws -> String {
        try await ask("capture-pane", ["-p"] + (withEscapes ? ["-e"] : []))
    }

    /// Returns what is on the screen once `condition` holds of it.
    @discardableResult
    public func await(
        _ sentence: String, within limit: Duration = .seconds(60), _ condition: (String) -> Bool
    ) async throws -> String {
        var shown = ""
        try await awaitCondition(sentence, within: limit) {
            shown = try await screen()
            return condition(shown)
        }
        return shown
    }

    public func resize(columns: Int, rows: Int) async throws {
        try await ask("resize-window", ["-x", "\(columns)", "-y", "\(rows)"])
    }

    /// Presses a key, as in `C-c`.
    public func press(_ key: String) async throws { try await ask("send-keys", [key]) }

    /// Whether the terminal is as a shell wants it: its cursor shown, on the usual screen, its input echoed by lines.
    public func isRestored() async throws -> Bool {
        let modes = try await ask("display-message", ["-p", "#{cursor_flag} #{alternate_on} #{pane_tty}"])
        let parts = modes.split(whereSeparator: \.isWhitespace)
        guard parts.count == 3, parts[0] == "1", parts[1] == "0" else { return false }
        let settings = try await ChildProcess.succeed("stty", ["-a", "-F", String(parts[2])])
        return settings.contains(" echo ") && settings.contains(" icanon ")
    }

    /// The program's process.
    public func pid(named name: String) async throws -> Int32? {
        let shell = try await ask("display-message", ["-p", "#{pane_pid}"])
        let outcome = try await ChildProcess.run(
            "pgrep", ["-P", shell.trimmingCharacters(in: .whitespacesAndNewlines), "-x", name])
        return Int32(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    public func close() async throws { try await server.kill() }

    @discardableResult
    private func ask(_ command: String, _ arguments: [String] = []) async throws -> String {
        try await ChildProcess.succeed("tmux", ["-S", socket, command] + arguments)
    }

    private static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }
}
