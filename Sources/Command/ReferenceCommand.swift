import ArgumentParser
import ScenarioFile

/// Writes `docs/scenario.md`: for those who work on Muster.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Print the reference of all keys of a scenario.", shouldDisplay: false)

    func run() {
        let markdown = ScenarioReference().markdown
        Terminal.output(String(markdown.dropLast()))
    }
}
