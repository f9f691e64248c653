import TestSupport
import Testing

@Suite("help, completions and the man page's parts")
struct HelpTests {
    private func help(_ arguments: [String]) async throws -> [Substring] {
        let outcome = try await MusterBinary.run(arguments + ["--help"], environment: ["COLUMNS": "80"])
        #expect(outcome.status == .exited(0))
        return outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private func verbs() async throws -> [String] {
        let lines = try await help([])
        let start = try #require(lines.firstIndex(of: "SUBCOMMANDS:"))
        return lines[(start + 1)...].prefix { !$0.isEmpty }.compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
    }

    @Test("muster --help fits a screen of 24 lines and 80 columns, a line for each command")
    func fits() async throws {
        let lines = try await help([])
        #expect(lines.count <= 24)
        #expect(lines.allSatisfy { $0.count <= 80 })
        let verbs = try await verbs()
        #expect(verbs.starts(with: ["run", "check", "probe"]))
        #expect(!verbs.contains("reference"))
    }

    @Test("the help of every command fits 80 columns and says what each argument is for")
    func commands() async throws {
        for verb in try await verbs() {
            let lines = try await help([verb])
            #expect(lines.filter { !$0.hasPrefix("USAGE: ") }.allSatisfy { $0.count <= 80 }, "\(verb)")
            #expect(lines.first?.hasPrefix("OVERVIEW: ") == true, "\(verb)")
        }
    }

    @Test("bash completes commands and options")
    func bash() async throws {
        let script = try await MusterBinary.run(["--generate-completion-script", "bash"])
        #expect(script.status == .exited(0))
        let folder = try TemporaryDirectory("completion")
        let path = try folder.write(script.output, to: "muster.bash")
        for (words, expected) in [("muster pro", "probe"), ("muster run --liv", "--live-public")] {
            let parts = words.split(separator: " ")
            let completed = try await ChildProcess.succeed(
                "bash",
                [
                    "-c",
                    """
                    source '\(path)'
                    COMP_WORDS=(\(words)); COMP_CWORD=\(parts.count - 1); COMP_LINE='\(words)'; COMP_POINT=${#COMP_LINE}
                    "$(complete -p muster | sed 's/.*-F \\([^ ]*\\).*/\\1/')" muster '\(parts[parts.count - 1])' x
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """,
                ])
            #expect(completed.split(separator: "\n").contains(expected[...]), "\(completed)")
        }
    }

    @Test("completions for zsh and fish name every command", arguments: ["zsh", "fish"])
    func others(shell: String) async throws {
        let script = try await MusterBinary.run(["--generate-completion-script", shell])
        #expect(script.status == .exited(0))
        for verb in try await verbs() { #expect(script.output.contains(verb), "\(verb)") }
    }
}
