import ArgumentParser

/// One login, spoken aloud.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Log in once and explain each step.")

    func run() throws {}
}
