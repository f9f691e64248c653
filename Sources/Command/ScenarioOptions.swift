import ArgumentParser
import Engine
import Foundation
import LoadPlan
import ScenarioFile

/// The scenario and what overrides it, for the commands that take one.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "The scenario file; - is standard input.")
    var scenario: String

    @Option(name: .customLong("set"), help: "Override a key of the scenario: key=value, as in load.0.hold.rate=50/s.")
    var overrides: [String] = []

    /// Reads and checks it.
    ///
    /// - Parameter more: overrides beside those of the command line.
    /// - Throws: `CommandFailure` with every error, each with its place.
    func read(_ more: [String] = []) throws -> Scenario {
        let overrides = try (overrides + more).map { text in
            guard let override = Override(text) else {
                throw CommandFailure(
                    .wrongUse, "muster: --set \(Override.shown(text)): key=value is expected, as in name=evening")
            }
            return override
        }
        do throws(ScenarioErrors) {
            let scenario = try ScenarioReader.read(
                file: scenario, overrides: overrides, environment: ProcessInfo.processInfo.environment,
                defaultSeed: UInt64.random(in: 0...UInt64(Int32.max)), check: PlanProblem.all)
            ChildEnvironment.withdraw(scenario.secretVariables)
            return scenario
        } catch { throw CommandFailure(.wrongUse, error.rendered) }
    }
}

extension PlanProblem {
    /// What TLS has to say to a plan.
    static func all(of plan: RunPlan) -> [PlanProblem] {
        UnusableSetting.all(of: plan).map { PlanProblem(keyPath: $0.keyPath, message: $0.reason) }
    }
}
