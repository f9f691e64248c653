import LoadPlan
import ScenarioFile

/// A plan that says the same when it is printed and read again, or errors with places.
func fuzzScenario(_ bytes: [UInt8]) {
    do throws(ScenarioErrors) {
        let scenario = try ScenarioReader.read(bytes: bytes, path: "s.yml", defaultSeed: 1)
        precondition(!scenario.plan.stages.isEmpty)
        _ = PlanSummary(scenario.plan)
        let again = try ScenarioReader.read(text: scenario.rendered(), path: "s.yml", defaultSeed: 1)
        precondition(again.canonicalText == scenario.canonicalText, "printed and read again it says something else")
    } catch {
        precondition((1...20).contains(error.errors.count))
        for error in error.errors {
            precondition(error.line > 0 && error.column > 0 && !error.message.isEmpty)
            precondition(!error.message.contains("\n"), "an error of several lines")
        }
    }
}
