extension ScenarioReference {
    /// `docs/scenario.md`.
    public var markdown: String {
        Self.head + sections.map(Self.markdown).joined(separator: "\n")
    }

    private static let head = """
        # The keys of a scenario

        Made by `muster reference` from the code that checks scenarios; a test holds this file against it. A scenario is a YAML
        file of block maps and lists; `${NAME}` and `${NAME:-default}` read the environment. Durations are written `250ms`,
        `30s`, `5m` or `8h`, rates `200/s` or `30/min`, shares `0.1%`. `muster check` prints a scenario with all of its defaults.

        """ + "\n"

    private static func markdown(of section: Section) -> String {
        let title = section.path.isEmpty ? "The scenario" : "`\(title(section.path))`"
        let rows = section.rows.map { row in
            "| \(row.key) | \(cell(row.kind)) | \(cell(row.initial)) | \(cell(row.meaning)) |\n"
        }
        return "## \(title)\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n" + rows.joined()
    }

    /// A bar would end it.
    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
