import ScenarioFile

/// The least that is a scenario.
let least = """
    name: x
    target: embedded
    load:
      - burst: {logins: 1}

    """

/// Reads a text as the file `s.yml`.
func read(
    _ text: String, overrides: [String] = [], environment: [String: String] = [:]
) throws(ScenarioErrors) -> Scenario {
    try ScenarioReader.read(
        text: text, path: "s.yml", overrides: overrides.compactMap(Override.init), environment: environment,
        defaultSeed: 7)
}

/// What a terminal shows for it; "accepted" where nothing is wrong.
func refusal(of text: String, overrides: [String] = [], environment: [String: String] = [:]) -> String {
    do throws(ScenarioErrors) {
        _ = try read(text, overrides: overrides, environment: environment)
        return "accepted"
    } catch {
        return error.rendered
    }
}
